"""A province for the bench: 2 prefectures, 10 counties, 300 schools, with everyone who may look at a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from core.clock import StillClock
from organizations.kinds import PostKind, UnitKind, default_title
from organizations.models import Holding, Post, Unit, User

N_PREFECTURES, N_COUNTIES, N_CENTRAL, N_SCHOOLS = 2, 5, 3, 10
LONG_AGO = date(2020, 1, 1)
_POSTS = {
    UnitKind.PROVINCE: (PostKind.LEADER,),
    UnitKind.EDU: (PostKind.OFFICE_CLERK, PostKind.OFFICE_DIRECTOR),
    UnitKind.CEN: (PostKind.CENTRAL_SAFETY,),
    UnitKind.SCH: (PostKind.TEACHER, PostKind.SAFETY, PostKind.PRINCIPAL),
    UnitKind.DEP: (PostKind.CONTACT,),
}


@dataclass
class County:
    """A county's bureau, its fire brigade, and its schools."""

    bureau: Unit
    fire: Unit
    schools: list[Unit] = field(default_factory=list)


@dataclass
class Province:
    top: Unit
    counties: list[County]
    # By unit and kind of post.
    posts: dict[tuple[int, str], int]
    holders: dict[tuple[int, str], int]

    @property
    def schools(self) -> Iterator[tuple[County, Unit]]:
        return ((county, school) for county in self.counties for school in county.schools)

    def viewers(self) -> Mapping[str, User]:
        """One user for each scope that a list is measured for."""
        county = self.counties[0]
        by_scope = {
            "province": (self.top, PostKind.LEADER),
            "county": (county.bureau, PostKind.OFFICE_CLERK),
            "department": (county.fire, PostKind.CONTACT),
            "school": (county.schools[0], PostKind.SAFETY),
        }
        return {scope: User.objects.get(pk=self.holders[unit.pk, kind]) for scope, (unit, kind) in by_scope.items()}


def build_province() -> Province:
    top = _unit(UnitKind.PROVINCE, "某省", None, "")
    counties = []
    for p in range(N_PREFECTURES):
        prefecture = _unit(UnitKind.PREFECTURE, f"第{p + 1}市", top, "")
        for c in range(N_COUNTIES):
            counties.append(_county(prefecture, f"第{p + 1}市第{c + 1}县", f"36{p + 11}{c + 1:02d}"))
    return Province(top, counties, *_people())


def _county(prefecture: Unit, name: str, code: str) -> County:
    region = _unit(UnitKind.COUNTY, name, prefecture, code)
    gov = _unit(UnitKind.GOV, f"{name}安委办", region, code)
    bureau = _unit(UnitKind.EDU, f"{name}教育局", region, code)
    county = County(bureau, _unit(UnitKind.DEP, f"{name}消防大队", gov, code))
    for n in range(N_CENTRAL):
        central = _unit(UnitKind.CEN, f"{name}第{n + 1}中心校", bureau, code)
        county.schools += [_unit(UnitKind.SCH, f"{central.name}第{s + 1}小学", central, code) for s in range(N_SCHOOLS)]
    return county


def _unit(kind: UnitKind, name: str, parent: Unit | None, code: str) -> Unit:
    unit = Unit(kind=kind, name=name, parent=parent, region_code=code, prefecture_code=code[:4] and f"{code[:4]}00")
    unit.created_at = StillClock.START
    unit.save()
    unit.path = [*(parent.path if parent else []), unit.pk]
    unit.save(update_fields=["path"])
    return unit


def _people() -> tuple[dict[tuple[int, str], int], dict[tuple[int, str], int]]:
    """One person for each post: ({(unit, kind): post}, {(unit, kind): user})."""
    wanted = [(unit, kind) for unit in Unit.objects.all() for kind in _POSTS.get(UnitKind(unit.kind), ())]
    posts = Post.objects.bulk_create(
        Post(unit=unit, kind=kind, title=default_title(unit.kind, kind)) for unit, kind in wanted
    )
    users = User.objects.bulk_create(
        User(
            username=f"bench_{n}",
            name=f"某{n}",
            unit=unit,
            must_set_password=False,
            created_at=StillClock.START,
            password="!",
        )
        for n, (unit, _kind) in enumerate(wanted)
    )
    Holding.objects.bulk_create(
        Holding(post=post, user=user, from_on=LONG_AGO, created_at=StillClock.START)
        for post, user in zip(posts, users, strict=True)
    )
    keys = [(unit.pk, str(kind)) for unit, kind in wanted]
    return (
        dict(zip(keys, (post.pk for post in posts), strict=True)),
        dict(zip(keys, (user.pk for user in users), strict=True)),
    )
