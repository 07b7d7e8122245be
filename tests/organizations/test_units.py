"""The system administrator makes units; their paths, codes and posts come by themselves."""

import pytest

from core.clock import StillClock
from core.errors import Invalid, NotAllowed, WrongState
from core.models import AuditEntry
from organizations import hooks
from organizations.hooks import HoldingChange
from organizations.kinds import UNIT_POSTS, AdminRole, UnitKind
from organizations.models import Unit, User
from organizations.services import create_unit, rename_unit, set_unit_active
from tests.support.district import District, make_person

AT = StillClock.START


@pytest.fixture
def sysadmin(district: District) -> User:
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


def test_a_unit_takes_path_codes_and_posts(district: District, sysadmin: User) -> None:
    above = district.units["central"]
    unit = create_unit(actor=sysadmin, kind="KG", name="城关幼儿园", parent=above, at=AT, phone="0000-0000009")
    unit.refresh_from_db()
    assert unit.path == [*above.path, unit.pk]
    assert (unit.region_code, unit.prefecture_code) == (above.region_code, above.prefecture_code)
    assert {post.kind for post in unit.posts.all()} == set(UNIT_POSTS[UnitKind.KG])
    assert unit.posts.get(kind="principal").title == "园长"
    entry = AuditEntry.objects.get(action="unit.created")
    assert (entry.kind, entry.actor_id, entry.subject) == ("settings", sysadmin.pk, "城关幼儿园")


def test_a_command_builds_a_tree_from_nothing(db: None) -> None:
    province = create_unit(actor=None, kind="PRV", name="甲省", parent=None, at=AT)
    prefecture = create_unit(actor=None, kind="PRE", name="甲市", parent=province, at=AT, code="361100")
    county = create_unit(actor=None, kind="CTY", name="甲县", parent=prefecture, at=AT, code="361102")
    bureau = create_unit(actor=None, kind="EDU", name="甲县教育局", parent=county, at=AT)
    assert (bureau.prefecture_code, bureau.region_code) == ("361100", "361102")
    assert bureau.path == [province.pk, prefecture.pk, county.pk, bureau.pk]


def test_a_county_may_be_the_root(db: None) -> None:
    county = create_unit(actor=None, kind="CTY", name="乙县", parent=None, at=AT, code="361103")
    assert (county.prefecture_code, county.region_code, county.path) == ("361100", "361103", [county.pk])


@pytest.mark.parametrize(
    ("kind", "parent", "name", "code", "field"),
    [
        ("SCH", "gov", "某校", "", "parent"),
        ("DEP", "edu", "某局", "", "parent"),
        ("SCH", None, "某校", "", "parent"),
        ("XXX", "edu", "某校", "", "kind"),
        ("SCH", "central", "第一小学", "", "name"),
        ("SCH", "central", "  ", "", "name"),
        ("CTY", "prefecture", "某县", "3611", "code"),
    ],
)
def test_a_misplaced_unit_is_refused(
    district: District, sysadmin: User, kind: str, parent: str | None, name: str, code: str, field: str
) -> None:
    above = district.units[parent] if parent else None
    with pytest.raises(Invalid) as refusal:
        create_unit(actor=sysadmin, kind=kind, name=name, parent=above, at=AT, code=code)
    assert list(refusal.value.fields) == [field]


def test_the_same_name_is_fine_below_another_parent(district: District, sysadmin: User) -> None:
    assert create_unit(actor=sysadmin, kind="SCH", name="第一小学", parent=district.units["central2"], at=AT).pk


@pytest.mark.parametrize("who", ["director", "principal", "leader", "outsider"])
def test_nobody_of_the_business_makes_units(district: District, who: str) -> None:
    with pytest.raises(NotAllowed):
        create_unit(actor=district.people[who], kind="SCH", name="某校", parent=district.units["central"], at=AT)


def test_other_administrators_make_no_units(district: District) -> None:
    for role in (AdminRole.SECURITY, AdminRole.AUDIT):
        other = make_person(f"admin_{role}", None, admin_role=role)
        with pytest.raises(NotAllowed):
            rename_unit(actor=other, unit=district.units["school"], name="新名", at=AT)


def test_a_unit_is_renamed_but_not_to_a_siblings_name(district: District, sysadmin: User) -> None:
    school = district.units["school"]
    assert rename_unit(actor=sysadmin, unit=school, name="实验小学", at=AT).name == "实验小学"
    with pytest.raises(Invalid):
        rename_unit(actor=sysadmin, unit=school, name="第二小学", at=AT)


def test_closing_a_unit_announces_its_posts(
    district: District, sysadmin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[HoldingChange] = []
    monkeypatch.setattr(hooks, "holding_changed", [heard.append])
    school = district.units["school"]
    set_unit_active(actor=sysadmin, unit=school, is_active=False, at=AT)
    assert [change.post_id for change in heard] == sorted(school.posts.values_list("pk", flat=True))
    assert heard[0].unit_path == tuple(school.path)
    assert not Unit.objects.get(pk=school.pk).is_active


def test_a_unit_with_active_units_below_stays_open(district: District, sysadmin: User) -> None:
    with pytest.raises(WrongState):
        set_unit_active(actor=sysadmin, unit=district.units["central"], is_active=False, at=AT)
