from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.clock import today
from core.errors import Invalid, NotFound, WrongState
from core.models import AuditKind
from organizations.hooks import HandOver
from organizations.models import Holding, Post, User
from organizations.policies import Authority
from organizations.posts import present_holdings, unended
from organizations.services.announce import announce_posts, tell_handed_over
from organizations.services.changing import changing

# How far from today an appointment may begin; a paper that is older or farther off is a slip of the pen.
EARLIEST_BEGIN = timedelta(days=366)
LATEST_BEGIN = timedelta(days=366)


@changing()
def appoint(*, actor: User | None, post: Post, user: User, from_on: date, at: datetime) -> Holding:
    """Let a person hold a post from a local day on, open-ended; ends his standing in for its holder.

    Announces the post when the day has come. Raises NotAllowed naming who fills the post.
    """
    authority = Authority(actor, at)
    authority.require_fill(post.unit, post.kind)
    authority.require_other(user)
    user = lock_person(user.pk)
    if actor is not None:
        _check_begin(from_on, today(at))
    holding = begin_holding(actor, post, user, from_on, at)
    if from_on <= today(at):
        announce_posts([post], at)
    return holding


@changing()
def end_holding(*, actor: User | None, holding: Holding, until_on: date, at: datetime) -> Holding:
    """End a holding, and whatever was delegated from it; `until_on` is the first day on which it is no longer held.

    Announces the post when the day has come; a hook refuses with Invalid what would leave work to nobody.
    """
    authority = Authority(actor, at)
    authority.require_fill(holding.post.unit, holding.post.kind)
    authority.require_other(holding.user)
    lock_person(holding.user_id)
    holding = close_holding(actor, holding, until_on, at)
    if until_on <= today(at):
        announce_posts([holding.post], at)
    return holding


def begin_holding(
    actor: User | None, post: Post, user: User, from_on: date, at: datetime, *, succeeds: Holding | None = None
) -> Holding:
    """The caller has locked the person, knows that the actor may, and announces the post."""
    _check_candidate(post, user)
    cut_delegations(actor, Q(post=post, user=user), from_on, at)
    if Holding.objects.filter(unended(from_on), post=post, user=user).exists():
        raise Invalid.of(user=_("%(name)s在这段时间已任%(post)s。") % {"name": user.name, "post": post.title})
    holding = Holding.objects.create(
        post=post, user=user, from_on=from_on, appointed_by=actor, succeeds=succeeds, created_at=at
    )
    record_holding(actor, at, "holding.began", holding, from_on=from_on.isoformat())
    return holding


def close_holding(
    actor: User | None, holding: Holding, until_on: date, at: datetime, *, successor: User | None = None
) -> Holding:
    """The caller has locked the person, knows that the actor may, and announces the post."""
    locked = Holding.objects.select_for_update(of=("self",), no_key=True).filter(pk=holding.pk)
    holding = locked.select_related("post__unit", "user", "delegated_by").get()
    on = today(at)
    if holding.until_on is not None and holding.until_on <= on:
        raise WrongState(_("这项任职已于%(on)s结束。") % {"on": holding.until_on.isoformat()})
    if until_on < holding.from_on:
        raise Invalid.of(until_on=_("不能早于任职开始日 %(on)s。") % {"on": holding.from_on.isoformat()})
    if actor is not None and until_on < on:
        raise Invalid.of(until_on=_("不能早于今天。"))
    if holding.delegated_by_id and holding.until_on and until_on > holding.until_on:
        raise Invalid.of(until_on=_("代理到期日不能在这里推后，请由授权人重新授权。"))
    holding.until_on = until_on
    holding.save(update_fields=["until_on"])
    record_holding(actor, at, "holding.ended", holding, until_on=until_on.isoformat())
    cut_delegations(actor, Q(post=holding.post, delegated_by=holding.user), until_on, at)
    if until_on <= on:
        tell_over(holding, successor, actor, at)
    return holding


def cut_delegations(actor: User | None, which: Q, until_on: date, at: datetime) -> list[Post]:
    """End each on that day, or before it began; gives the posts that have lost a delegate already."""
    lost: list[Post] = []
    given = Holding.objects.filter(which, unended(until_on), delegated_by__isnull=False)
    for one in given.select_related("post__unit", "user", "delegated_by").order_by("pk"):
        one.until_on = max(until_on, one.from_on)
        one.save(update_fields=["until_on"])
        record_holding(actor, at, "delegation.ended", one, until_on=one.until_on.isoformat())
        if one.from_on <= today(at) and one.until_on <= today(at):
            tell_over(one, None, actor, at)
            lost.append(one.post)
    return lost


def tell_over(holding: Holding, successor: User | None, actor: User | None, at: datetime) -> None:
    """Who stood in gives back to whom he stood in for, unless he works in the unit anyway and keeps what is his."""
    if holding.delegated_by is None:
        tell_handed_over(HandOver(holding.user, successor, holding.post, at, actor))
        return
    others = present_holdings(today(at)).filter(user=holding.user, post__unit_id=holding.post.unit_id)
    if not others.exclude(pk=holding.pk).exists():
        tell_handed_over(HandOver(holding.user, holding.delegated_by, holding.post, at, actor))


def lock_person(user_id: int) -> User:
    """First of the locks taken here, and one that lets others write rows that name this person."""
    return lock_people(user_id)[user_id]


def lock_people(*user_ids: int) -> dict[int, User]:
    """By id, so that two callers take them in one order."""
    users = User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=user_ids).order_by("pk")
    found = {user.pk: user for user in users}
    if set(found) != set(user_ids):
        raise NotFound
    return found


def _check_candidate(post: Post, user: User) -> None:
    if user.admin_role:
        raise Invalid.of(user=_("管理员账号不能担任业务岗位，请为他另建账号。"))
    if not user.is_active:
        raise Invalid.of(user=_("%(name)s的账号已停用，请先启用。") % {"name": user.name})
    if not post.unit.is_active:
        raise Invalid.of(post=_("“%(unit)s”已停用。") % {"unit": post.unit.name})


def _check_begin(from_on: date, on: date) -> None:
    if not on - EARLIEST_BEGIN <= from_on <= on + LATEST_BEGIN:
        raise Invalid.of(from_on=_("任职开始日须在今天前后一年之内。"))


def record_holding(actor: User | None, at: datetime, action: str, holding: Holding, **detail: str) -> None:
    record_audit(
        kind=AuditKind.ACCOUNT,
        at=at,
        actor=actor,
        action=action,
        subject=f"{holding.user.name} {holding.post}",
        detail={"user": holding.user_id, "post": holding.post_id, **detail},
    )
