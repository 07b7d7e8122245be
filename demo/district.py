"""The demo county made through the services of `organizations`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.clock import today
from demo.cast import DELEGATIONS, DEMO_PASSWORD, MANDATES, PEOPLE, UNITS, PersonRow
from organizations.models import Holding, Post, Unit, User
from organizations.services import (
    appoint,
    create_person,
    create_unit,
    delegate_post,
    set_admin_role,
    set_issuing_names,
    set_mandate,
)

STANDS_IN = timedelta(days=10)


@dataclass
class District:
    """Units by key; posts and their holders by `unit.post_kind`, a second holder by `unit.post_kind2`."""

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
        if row.issuing_names:
            unit = set_issuing_names(actor=None, unit=unit, names=row.issuing_names, at=at)
        district.units[row.key] = unit
    keys = {unit.pk: key for key, unit in district.units.items()}
    for post in Post.objects.filter(unit__in=keys).select_related("unit"):
        district.posts[f"{keys[post.unit_id]}.{post.kind}"] = post
    for number, person in enumerate(PEOPLE, start=1):
        _settle(district, person, number, at)
    _give_mandates(district.units["edu"], at)
    return district


def find_district() -> District:
    """The demo county as it stands, whoever holds its posts by the cast."""
    district = District()
    people = {user.username: user for user in User.objects.filter(username__startswith="demo_")}
    for row in UNITS:
        parent = district.units.get(row.parent)
        district.units[row.key] = Unit.objects.get(kind=row.kind, name=row.name, parent=parent)
    keys = {unit.pk: key for key, unit in district.units.items()}
    for post in Post.objects.filter(unit__in=keys).select_related("unit"):
        district.posts[f"{keys[post.unit_id]}.{post.kind}"] = post
    for person in PEOPLE:
        for key in person.posts:
            _seat(district, key, people[person.username])
    _seat_delegates(district)
    return district


def _seat_delegates(district: District) -> None:
    """Who stands in is found under the post with 代."""
    for key, who, _reason in DELEGATIONS:
        district.posts[f"{key}代"], district.holders[f"{key}代"] = district.posts[key], district.holders[who]


def _seat(district: District, key: str, user: User) -> None:
    name = f"{key}2" if key in district.holders else key
    district.posts[name], district.holders[name] = district.posts[key], user


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
        _seat(district, key, user)


def _term_start(day: date) -> date:
    """People came with the school year or earlier: 1 September at or before the day."""
    first = day.replace(month=9, day=1)
    return first if first <= day else first.replace(year=day.year - 1)


def stand_in(district: District, *, at: datetime) -> None:
    """What is delegated today, for some days."""
    for key, who, reason in DELEGATIONS:
        holding = Holding.objects.get(post=district.posts[key], user=district.holders[key])
        delegate_post(
            actor=district.holders[key], holding=holding, to=district.holders[who], from_on=today(at),
            until_on=today(at) + STANDS_IN, reason=reason, at=at,
        )  # fmt: skip


def _give_mandates(bureau: Unit, at: datetime) -> None:
    for action, level in MANDATES:
        set_mandate(actor=None, bureau=bureau, action=action, level=level, is_on=True, at=at)
