"""值班表: a unit's own people say who leads on which day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import make_entry, record_many
from core.calendars import ONE_DAY
from core.clock import today
from core.errors import Invalid, NotAllowed
from core.models import AuditEntry, AuditKind
from deadlines.models.calendar import DutyDay
from organizations.kinds import PostKind, UnitKind
from organizations.models import Unit, User
from organizations.posts import HeldPost, list_held_posts, present_holdings

# Who enters the roster of his own unit.
_CAMPUS = (PostKind.SAFETY, PostKind.PRINCIPAL)
_OUTSIDE = (PostKind.CONTACT, PostKind.DEPARTMENT_LEADER)
ROSTER_KEEPERS: Mapping[str, Sequence[str]] = {
    UnitKind.SCH: _CAMPUS,
    UnitKind.KG: _CAMPUS,
    UnitKind.PT: _CAMPUS,
    UnitKind.CEN: (PostKind.CENTRAL_SAFETY, PostKind.CENTRAL_HEAD),
    UnitKind.EDU: (PostKind.OFFICE_CLERK, PostKind.OFFICE_DIRECTOR),
    UnitKind.GOV: (PostKind.COORDINATOR,),
    UnitKind.SUB: _OUTSIDE,
    UnitKind.DEP: _OUTSIDE,
    UnitKind.TWN: _OUTSIDE,
}
MOST_DAYS = 62
LONGEST_NAME = 40
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{5,18}[0-9]")


def keeps_roster(held: Sequence[HeldPost], unit: Unit) -> bool:
    """`held` are the posts of who asks."""
    return any(post.unit_id == unit.pk and post.kind in ROSTER_KEEPERS.get(unit.kind, ()) for post in held)


def _require_keeper(actor: User, unit: Unit, at: datetime) -> None:
    if not keeps_roster(list_held_posts(actor, at), unit):
        raise NotAllowed(_("值班表由本单位的安全员、负责人（教育局由安全办）填写。"))


def set_duty(
    *,
    actor: User,
    unit: Unit,
    first: date,
    last: date,
    leader_name: str,
    phone: str,
    at: datetime,
) -> int:
    """Enter who leads on these days, over who stood there; says how many days changed.

    A name that one holder of a post of the unit bears is tied to his account.
    """
    _require_keeper(actor, unit, at)
    _check_duty(first, last, leader_name, phone, at)
    leader = _account_of(unit, leader_name, at)
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        former = {row.on: row for row in DutyDay.objects.filter(unit=unit, on__in=days)}
        rows = [DutyDay(unit=unit, on=on, leader=leader, leader_name=leader_name, phone=phone) for on in days]
        changed = [row for row in rows if _facts(former.get(row.on)) != _facts(row)]
        DutyDay.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["unit", "on"],
            update_fields=["leader", "leader_name", "phone"],
        )  # fmt: skip
        record_many(_entry(actor, unit, row.on, former.get(row.on), row, at) for row in changed)
    return len(changed)


def clear_duty(*, actor: User, unit: Unit, on: date, at: datetime) -> None:
    """Leave a day of the roster empty. Does nothing where it is."""
    _require_keeper(actor, unit, at)
    if on < today(at):
        raise Invalid.of(on=_("过去的值班不能改。"))
    with transaction.atomic():
        row = DutyDay.objects.select_for_update().filter(unit=unit, on=on).first()
        if row is None:
            return
        row.delete()
        record_many([_entry(actor, unit, on, row, None, at)])


def list_duty(unit: Unit, first: date, last: date) -> list[DutyDay]:
    """Oldest first."""
    return list(DutyDay.objects.filter(unit=unit, on__range=(first, last)).order_by("on"))


def _check_duty(first: date, last: date, leader_name: str, phone: str, at: datetime) -> None:
    errors: dict[str, str] = {}
    if first < today(at):
        errors["first"] = _("过去的值班不能改，请从今天起填。")
    if last < first:
        errors["last"] = _("结束日期不能早于开始日期。")
    elif (last - first).days >= MOST_DAYS:
        errors["last"] = _("一次最多填 %(n)s 天。") % {"n": MOST_DAYS}
    if not 0 < len(leader_name) <= LONGEST_NAME:
        errors["leader_name"] = _("请填带班领导姓名。")
    if not _PHONE.fullmatch(phone):
        errors["phone"] = _("请填能打通的手机或座机号码。")
    if errors:
        raise Invalid.of(**errors)


def _account_of(unit: Unit, name: str, at: datetime) -> User | None:
    """The one of that name who holds a post in the unit; None where nobody or more than one does."""
    holders = present_holdings(today(at)).filter(post__unit=unit, user__name=name)
    found = {holding.user_id: holding.user for holding in holders.select_related("user")}
    return next(iter(found.values())) if len(found) == 1 else None


def _facts(row: DutyDay | None) -> tuple[object, ...]:
    return (row.leader_id, row.leader_name, row.phone) if row else ()


def _say(row: DutyDay | None) -> str:
    """For the audit log, which keeps no whole phone number."""
    return f"{row.leader_name} {row.phone[:3]}****{row.phone[-4:]}" if row else _("无")


def _entry(actor: User, unit: Unit, on: date, was: DutyDay | None, now: DutyDay | None, at: datetime) -> AuditEntry:
    return make_entry(
        kind=AuditKind.SETTINGS, at=at, actor=actor, action="duty.changed", subject=f"{unit.name} {on}",
        detail={"unit": unit.pk, "was": _say(was), "now": _say(now)},
    )  # fmt: skip
