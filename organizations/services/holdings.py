from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.clock import today
from core.errors import Invalid, NotFound, WrongState
from core.models import AuditKind
from organizations.models import Holding, Post, User
from organizations.policies import Authority
from organizations.services.announce import announce_posts

# How far from today an appointment may begin; a paper that is older or farther off is a slip of the pen.
EARLIEST_BEGIN = timedelta(days=366)
LATEST_BEGIN = timedelta(days=366)


@transaction.atomic
def appoint(*, actor: User | None, post: Post, user: User, from_on: date, at: datetime) -> Holding:
    """Let a person hold a post from a local day on, open-ended.

    Announces the post when the day has come. Raises NotAllowed naming who fills the post.
    """
    authority = Authority(actor, at)
    authority.require_fill(post.unit, post.kind)
    authority.require_other(user)
    user = lock_person(user.pk)
    _check_candidate(post, user)
    if actor is not None:
        _check_begin(from_on, today(at))
    overlapping = Holding.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=from_on), post=post, user=user)
    if overlapping.exists():
        raise Invalid.of(user=_("%(name)s在这段时间已任%(post)s。") % {"name": user.name, "post": post.title})
    holding = Holding.objects.create(post=post, user=user, from_on=from_on, appointed_by=actor, created_at=at)
    _record(actor, at, "holding.began", holding, from_on=from_on.isoformat())
    if from_on <= today(at):
        announce_posts([post], at)
    return holding


@transaction.atomic
def end_holding(*, actor: User | None, holding: Holding, until_on: date, at: datetime) -> Holding:
    """End a holding; `until_on` is the first day on which the post is no longer held.

    Announces the post when the day has come; a hook refuses with Invalid what would leave work to nobody.
    """
    authority = Authority(actor, at)
    authority.require_fill(holding.post.unit, holding.post.kind)
    authority.require_other(holding.user)
    lock_person(holding.user_id)
    locked = Holding.objects.select_for_update(of=("self",), no_key=True).filter(pk=holding.pk)
    holding = locked.select_related("post__unit", "user").get()
    on = today(at)
    if holding.until_on is not None and holding.until_on <= on:
        raise WrongState(_("这项任职已于%(on)s结束。") % {"on": holding.until_on.isoformat()})
    if until_on < holding.from_on:
        raise Invalid.of(until_on=_("不能早于任职开始日 %(on)s。") % {"on": holding.from_on.isoformat()})
    if actor is not None and until_on < on:
        raise Invalid.of(until_on=_("不能早于今天。"))
    holding.until_on = until_on
    holding.save(update_fields=["until_on"])
    _record(actor, at, "holding.ended", holding, until_on=until_on.isoformat())
    if until_on <= on:
        announce_posts([holding.post], at)
    return holding


def lock_person(user_id: int) -> User:
    """First of the locks taken here, and one that lets others write rows that name this person."""
    user = User.objects.select_for_update(of=("self",), no_key=True).filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


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


def _record(actor: User | None, at: datetime, action: str, holding: Holding, **detail: str) -> None:
    record_audit(
        kind=AuditKind.ACCOUNT,
        at=at,
        actor=actor,
        action=action,
        subject=f"{holding.user.name} {holding.post}",
        detail={"user": holding.user_id, "post": holding.post_id, **detail},
    )
