"""The county in which real hazards are played: real units' names, invented people whose names say so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from core.clock import today
from demo.cast import DEMO_PASSWORD
from demo.real_rows import RealRow
from organizations.kinds import PostKind, UnitKind
from organizations.models import Post, Unit, User
from organizations.posts import present_holdings
from organizations.services import appoint, create_person, create_unit

COUNTY_NAME = "真实材料演练县"
# Given to no place by GB/T 2260.
COUNTY_CODE = "999999"
# Any number that no other lock of this database takes.
COUNTY_LOCK = 20_260_902

_OFFICE = (
    (PostKind.OFFICE_CLERK, "real_office", "安全办经办（虚构）"),
    (PostKind.OFFICE_DIRECTOR, "real_director", "安全办主任（虚构）"),
    (PostKind.LEADER, "real_leader", "分管领导（虚构）"),
    (PostKind.CONFIDANT, "real_confidant", "敏感事项专办员（虚构）"),
)


@dataclass(frozen=True)
class Account:
    """`password` is empty where nobody knows it but the person."""

    place: str
    post: str
    username: str
    password: str


@dataclass
class RealCounty:
    bureau: Unit
    units: dict[str, Unit] = field(default_factory=dict)
    # Who holds a post now, by (unit, post kind).
    holders: dict[tuple[int, str], User] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)


@transaction.atomic
def ensure_county(rows: Iterable[RealRow], *, at: datetime) -> RealCounty:
    """The county with the units of these rows; what is there stays as it is, also who holds which post."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTY_LOCK])
    county = _ensure_unit(UnitKind.COUNTY, COUNTY_NAME, None, at, code=COUNTY_CODE)
    bureau = _ensure_unit(UnitKind.EDU, f"{COUNTY_NAME}教育局", county, at, phone="000-0000-9000")
    real = RealCounty(bureau)
    for kind, username, name in _OFFICE:
        _ensure_holder(real, bureau, kind, username, name, at)
    for row in rows:
        if row.unit not in real.units:
            unit = _ensure_unit(row.unit_kind, row.unit, bureau, at, township=row.township)
            real.units[row.unit] = unit
            head = "园长" if unit.kind == UnitKind.KG else "校长"
            _ensure_holder(
                real, unit, PostKind.PRINCIPAL, f"real_{unit.pk}_principal", f"{_short(unit)}（虚构）{head}", at
            )
            _ensure_holder(real, unit, PostKind.SAFETY, f"real_{unit.pk}_safety", f"{_short(unit)}（虚构）安全员", at)
    return real


def _short(unit: Unit) -> str:
    """A person's name holds 40 signs."""
    return unit.name[:30]


def _ensure_unit(
    kind: UnitKind, name: str, parent: Unit | None, at: datetime, *, code: str = "", township: str = "", phone: str = ""
) -> Unit:
    unit = Unit.objects.filter(parent=parent, name=name).first()
    return unit or create_unit(
        actor=None, kind=kind, name=name, parent=parent, at=at, code=code, township=township, phone=phone
    )


def _ensure_holder(real: RealCounty, unit: Unit, kind: PostKind, username: str, name: str, at: datetime) -> None:
    """A post that somebody holds keeps its holder; a vacant one gets an invented person."""
    post = Post.objects.get(unit=unit, kind=kind)
    held = present_holdings(today(at)).filter(post=post).select_related("user").order_by("from_on", "id").first()
    password = ""
    if held is not None:
        user = held.user
    else:
        known = User.objects.filter(username=username, is_active=True).first()
        if known is None:
            made = create_person(
                actor=None, unit=unit, username=username, name=name, at=at,
                password=DEMO_PASSWORD if settings.DEMO else "",
            )  # fmt: skip
            known, password = made.user, made.temporary_password
        user = known
        appoint(actor=None, post=post, user=user, from_on=today(at), at=at)
    real.holders[unit.pk, kind] = user
    if user.password_set_at == user.created_at:
        # Made in demo mode and never changed since.
        password = DEMO_PASSWORD
    real.accounts.append(Account(unit.name, post.title, user.username, password))
