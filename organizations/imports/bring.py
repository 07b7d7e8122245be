"""Writes a plan in a handful of statements; every row is audited as if it had been entered by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils.translation import gettext as _

from core.audit import make_entry, record_many
from core.errors import Invalid
from core.models import AuditEntry, AuditKind
from organizations.imports.plan import Plan, PlannedPerson, PlannedUnit
from organizations.kinds import UNIT_POSTS, default_title
from organizations.models import Holding, Post, Unit, User
from organizations.services.announce import announce_posts
from organizations.services.checking import check_model

BATCH = 500


@dataclass
class _Work:
    actor: User
    at: datetime
    audit: list[AuditEntry] = field(default_factory=list)

    def note(self, kind: AuditKind, action: str, subject: str, /, **detail: object) -> None:
        self.audit.append(
            make_entry(kind=kind, at=self.at, actor=self.actor, action=action, subject=subject, detail=detail)
        )


def carry_out(plan: Plan, actor: User, at: datetime) -> list[User]:
    """In the caller's transaction, under the lock of the tree; gives the accounts it opened."""
    work = _Work(actor, at)
    stood_before = {one.unit.pk for one in plan.units if one.unit} | {
        one.unit.unit.pk for one in plan.people if one.unit.unit
    }
    for level in _levels(plan.new_units):
        _make_units(work, level)
    _change_units(work, plan.changed_units)
    made = _make_people(work, plan.new_people)
    _change_phones(work, plan.changed_people)
    posts = _appoint(work, plan.people)
    record_many(work.audit)
    announce_posts((post for post in posts if post.unit_id in stood_before), at)
    return made


def _levels(units: list[PlannedUnit]) -> Iterator[list[PlannedUnit]]:
    for depth in sorted({one.depth for one in units}):
        yield [one for one in units if one.depth == depth]


def _make_units(work: _Work, planned: list[PlannedUnit]) -> None:
    rows: list[Unit] = []
    for one in planned:
        assert one.parent is not None and one.parent.unit is not None
        above = one.parent.unit
        unit = Unit(
            kind=one.kind, name=one.name, parent=above, created_at=work.at,
            prefecture_code=above.prefecture_code, region_code=above.region_code, **one.changes,
        )  # fmt: skip
        check_model(unit, only=("name", "township", "phone"))
        rows.append(unit)
    Unit.objects.bulk_create(rows, batch_size=BATCH)
    for one, unit in zip(planned, rows, strict=True):
        assert unit.parent is not None
        unit.path = [*unit.parent.path, unit.pk]
        one.unit = unit
        work.note(AuditKind.SETTINGS, "unit.created", unit.name, unit=unit.pk, kind=unit.kind, parent=unit.parent_id)
    _write_paths([unit.pk for unit in rows])
    Post.objects.bulk_create(
        [
            Post(unit=unit, kind=kind, title=default_title(one.kind, kind))
            for one, unit in zip(planned, rows, strict=True)
            for kind in UNIT_POSTS.get(one.kind, ())
        ],
        batch_size=BATCH,
    )


def _write_paths(unit_ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organizations_unit below SET path = above.path || below.id FROM organizations_unit above"
            " WHERE above.id = below.parent_id AND below.id = ANY(%s)",
            [unit_ids],
        )


def _change_units(work: _Work, planned: list[PlannedUnit]) -> None:
    for one in planned:
        unit = one.unit
        assert unit is not None
        former = {key: getattr(unit, key) for key in one.changes}
        for key, value in one.changes.items():
            setattr(unit, key, value)
        check_model(unit, only=("township", "phone"))
        unit.save(update_fields=list(one.changes))
        work.note(AuditKind.SETTINGS, "unit.changed", unit.name, unit=unit.pk, former=former, now=one.changes)


def _make_people(work: _Work, planned: list[PlannedPerson]) -> list[User]:
    """Nobody can log in before his first password is drawn."""
    rows: list[User] = []
    for one in planned:
        user = User(
            username=one.username, name=one.name, phone=one.phone, unit=one.unit.unit,
            password=make_password(None), must_set_password=True, created_at=work.at,
        )  # fmt: skip
        check_model(user, only=("name", "phone"))
        rows.append(user)
    User.objects.bulk_create(rows, batch_size=BATCH)
    for one, user in zip(planned, rows, strict=True):
        one.user = user
        work.note(
            AuditKind.ACCOUNT, "person.created", f"{user.name}（{user.username}）", user=user.pk, unit=user.unit_id
        )
    return rows


def _change_phones(work: _Work, planned: list[PlannedPerson]) -> None:
    for one in planned:
        if one.user is None or one.user.phone == one.phone:
            continue
        one.user.phone = one.phone
        one.user.save(update_fields=["phone"])
        work.note(AuditKind.ACCOUNT, "person.changed", f"{one.user.name}（{one.user.username}）", user=one.user.pk)


def _appoint(work: _Work, planned: list[PlannedPerson]) -> list[Post]:
    wanted = [one for one in planned if one.posts]
    units = {one.unit.unit.pk for one in wanted if one.unit.unit}
    posts = {(post.unit_id, post.kind): post for post in Post.objects.filter(unit__in=units).select_related("unit")}
    rows: list[Holding] = []
    for one in wanted:
        assert one.unit.unit is not None and one.user is not None and one.from_on is not None
        for kind in one.posts:
            post = posts.get((one.unit.unit.pk, kind))
            if post is None:
                raise Invalid.of(file=_("“%(unit)s”没有这个岗位。") % {"unit": one.unit.name})
            rows.append(
                Holding(post=post, user=one.user, from_on=one.from_on, appointed_by=work.actor, created_at=work.at)
            )
    Holding.objects.bulk_create(rows, batch_size=BATCH)
    for row in rows:
        work.note(
            AuditKind.ACCOUNT, "holding.began", f"{row.user.name} {row.post}",
            user=row.user_id, post=row.post_id, from_on=row.from_on.isoformat(),
        )  # fmt: skip
    return [row.post for row in rows]
