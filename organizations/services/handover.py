"""Posts change hands: one post to a successor, or all posts of one who leaves; a sheet keeps what was on his desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from core.clock import local, today
from core.errors import Invalid, NotAllowed, WrongState
from organizations import hooks
from organizations.hooks import WorkItem
from organizations.models import HandOverSheet, Holding, Post, User
from organizations.policies import Authority
from organizations.posts import unended
from organizations.services.announce import announce_posts
from organizations.services.changing import changing
from organizations.services.holdings import (
    LATEST_BEGIN,
    begin_holding,
    close_holding,
    cut_delegations,
    lock_people,
    lock_person,
)
from organizations.services.people import close_account
from organizations.services.recording import record_account


@dataclass(frozen=True)
class Change:
    """One holding that ends, and who follows; nobody in particular where None."""

    holding: Holding
    successor: User | None


def list_open_work(user: User, at: datetime) -> list[WorkItem]:
    """What a person owes now, the earliest due first, what has no limit last; what bears his name, once."""
    found = [item for source in hooks.open_work for item in source(user, at)]
    owed = {item.number for item in found if item.post_id is not None}
    items = [item for item in found if item.post_id is not None or item.number not in owed]
    return sorted(items, key=lambda item: (item.due_at is None, item.due_at or at, item.number))


@changing()
def hand_over(
    *, actor: User | None, holding: Holding, to: User, on: date, at: datetime, witness: str = ""
) -> HandOverSheet:
    """End a holding and appoint the successor from the same day on, so that nothing lies at nobody's desk between.

    Raises NotAllowed naming who fills the post.
    """
    authority = Authority(actor, at)
    for person in (holding.user, to):
        authority.require_other(person)
    authority.require_fill(holding.post.unit, holding.post.kind)
    if holding.delegated_by_id is not None:
        raise WrongState(_("这是代理，不能交接；请结束代理。"))
    if to.pk == holding.user_id:
        raise Invalid.of(to=_("请选择另一位人员接任。"))
    _check_day(actor, on, at)
    people = lock_people(holding.user_id, to.pk)
    changes = [Change(holding, people[to.pk])]
    sheet = _make_sheet(actor, people[holding.user_id], changes, on, at, witness)
    posts = _change_hands(actor, changes, on, at, field="to")
    if on <= today(at):
        announce_posts(posts, at)
    return sheet


@changing()
def release_person(
    *,
    actor: User | None,
    user: User,
    on: date,
    at: datetime,
    successors: Mapping[int, User] | None = None,
    witness: str = "",
) -> HandOverSheet:
    """End every post of one who leaves, from `on`, his first day away, and close his account that day.

    `successors` names who follows by the id of the post. Raises NotAllowed unless the actor keeps every post of his;
    a hook refuses with Invalid what would leave work to nobody.
    """
    chosen = successors or {}
    authority = Authority(actor, at)
    for person in (user, *chosen.values()):
        authority.require_other(person)
    _check_day(actor, on, at)
    people = lock_people(user.pk, *(one.pk for one in chosen.values()))
    user = people[user.pk]
    if user.admin_role or not user.is_active:
        raise WrongState(_("%(name)s的账号已停用，或者是管理员账号。") % {"name": user.name})
    own = Holding.objects.filter(unended(today(at)), user=user, delegated_by=None)
    held = own.select_related("post__unit", "user")
    held = held.order_by("post_id", "from_on")
    if not authority.may_switch(user, [one.post for one in held]):
        raise NotAllowed(_("%(name)s的岗位不都由您管理，请由系统管理员办理离任。") % {"name": user.name})
    changes = [Change(one, people[chosen[one.post_id].pk] if one.post_id in chosen else None) for one in held]
    sheet = _make_sheet(actor, user, changes, on, at, witness, is_leaving=True)
    posts = _change_hands(actor, changes, on, at, field="successors")
    posts += cut_delegations(actor, Q(user=user), on, at)
    posts += _leave(actor, user, on, at)
    if on <= today(at):
        announce_posts(posts, at)
    return sheet


def close_accounts_of_leavers(at: datetime) -> None:
    """Every day: close the accounts of those whose last day has passed."""
    for user_id in User.objects.filter(is_active=True, leaves_on__lte=today(at)).values_list("pk", flat=True):
        with changing():
            user = lock_person(user_id)
            user.is_active = False
            user.save(update_fields=["is_active"])
            record_account(None, at, "person.deactivated", user)
            announce_posts(close_account(None, user, at), at)


def _leave(actor: User | None, user: User, on: date, at: datetime) -> list[Post]:
    is_gone = on <= today(at)
    user.leaves_on, user.is_active = on, user.is_active and not is_gone
    user.save(update_fields=["leaves_on", "is_active"])
    record_account(actor, at, "person.left", user, until_on=on.isoformat())
    return close_account(actor, user, at) if is_gone else []


def _change_hands(actor: User | None, changes: Sequence[Change], on: date, at: datetime, *, field: str) -> list[Post]:
    for change in changes:
        until_on = max(on, change.holding.from_on)
        holding = change.holding
        if holding.until_on is None or holding.until_on > until_on:
            holding = close_holding(actor, holding, until_on, at, successor=change.successor)
        if change.successor is not None:
            try:
                begin_holding(actor, holding.post, change.successor, until_on, at, succeeds=holding)
            except Invalid as error:
                raise Invalid.of(**{field: error.message}) from error
    return [change.holding.post for change in changes]


def _check_day(actor: User | None, on: date, at: datetime) -> None:
    if actor is not None and on < today(at):
        raise Invalid.of(on=_("不能早于今天。"))
    if on > today(at) + LATEST_BEGIN:
        raise Invalid.of(on=_("交接日期须在一年之内。"))


def _make_sheet(
    actor: User | None,
    user: User,
    changes: Sequence[Change],
    on: date,
    at: datetime,
    witness: str,
    *,
    is_leaving: bool = False,
) -> HandOverSheet:
    """Of one post that which this post owes and what bears his name; of all posts everything."""
    takers = {change.holding.post_id: change.successor for change in changes}
    only = changes[0].successor if len(changes) == 1 else None
    items = [item for item in list_open_work(user, at) if is_leaving or item.post_id in (None, *takers)]
    return HandOverSheet.objects.create(
        person=user,
        on=on,
        posts=[_post_row(change.holding.post, change.successor) for change in changes],
        items=[_item_row(item, takers.get(item.post_id, only) if item.post_id else only) for item in items],
        witness=witness.strip()[:40],
        is_leaving=is_leaving,
        made_by=actor,
        made_at=at,
    )


def _post_row(post: Post, taker: User | None) -> dict[str, object]:
    return {"post": str(post), "taker": taker.name if taker else "", "taker_id": taker.pk if taker else None}


def _item_row(item: WorkItem, taker: User | None) -> dict[str, object]:
    """Restricted text is left out here, not only on paper."""
    return {
        "number": item.number,
        "what": "" if item.is_restricted else item.what,
        "is_restricted": item.is_restricted,
        "state": item.state,
        "due_on": local(item.due_at).date().isoformat() if item.due_at else "",
        "post": item.post_label,
        "taker": taker.name if taker else "",
    }
