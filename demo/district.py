"""The demo county made through the services of `organizations`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from core.audit import record_audit
from core.clock import today
from core.models import AuditKind
from demo.cast import DEMO_PASSWORD, MANDATES, PEOPLE, UNITS, PersonRow
from organizations.models import Mandate, Post, Unit, User
from organizations.services import appoint, create_person, create_unit, set_admin_role


@dataclass
class District:
    """Units by key; posts and their holders by `unit.post_kind`."""

    units: dict[str, Unit] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    holders: dict[str, User] = field(default_factory=dict)


def build_district(*, at: datetime) -> District:
    district = District()
    for row in UNITS:
        unit = create_unit(
            actor=None, kind=row.kind, name=row.name, parent=district.units[row.parent] if row.parent else None, at=at,
            code=row.code, township=row.township, phone=row.phone, duty_domains=row.duty_domains,
            has_accounts=row.has_accounts,
        )  # fmt: skip
        district.units[row.key] = unit
    keys = {unit.pk: key for key, unit in district.units.items()}
    for post in Post.objects.filter(unit__in=keys).select_related("unit"):
        district.posts[f"{keys[post.unit_id]}.{post.kind}"] = post
    for number, person in enumerate(PEOPLE, start=1):
        _settle(district, person, number, at)
    _give_mandates(district.units["edu"], at)
    return district


def _settle(district: District, row: PersonRow, number: int, at: datetime) -> None:
    unit = district.units[row.posts[0].partition(".")[0]] if row.posts else None
    user = create_person(
        actor=None, unit=unit, username=row.username, name=row.name, phone=f"000-0000-{1000 + number}", at=at,
        password=DEMO_PASSWORD,
    ).user  # fmt: skip
    if row.admin_role:
        set_admin_role(actor=None, user=user, role=row.admin_role, at=at)
    for key in row.posts:
        appoint(actor=None, post=district.posts[key], user=user, from_on=_term_start(today(at)), at=at)
        district.holders[key] = user


def _term_start(day: date) -> date:
    """People came with the school year or earlier: 1 September at or before the day."""
    first = day.replace(month=9, day=1)
    return first if first <= day else first.replace(year=day.year - 1)


def _give_mandates(bureau: Unit, at: datetime) -> None:
    for action, level in MANDATES:
        Mandate.objects.create(bureau=bureau, action=action, level=level)
        record_audit(
            kind=AuditKind.SETTINGS, at=at, action="mandate.given", subject=bureau.name,
            detail={"unit": bureau.pk, "action": action, "level": level},
        )  # fmt: skip
