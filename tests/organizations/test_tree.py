"""Units move, merge, close and take new names; their people go along and upper layers hear of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from core.clock import StillClock, today
from core.errors import Invalid, NotAllowed, WrongState
from core.models import AuditEntry
from organizations import hooks
from organizations.hooks import HoldingChange, UnitMerge, UnitMove, UnitRename, WorkItem
from organizations.kinds import AdminRole, PostKind, UnitKind
from organizations.models import Holding, Unit, User
from organizations.posts import list_held_posts
from organizations.services import (
    create_unit,
    end_holding,
    merge_units,
    move_person,
    move_unit,
    rename_unit,
    set_issuing_names,
    set_unit_active,
)
from organizations.services.tree import foresee_merge
from tests.support.district import District, make_person, make_unit

AT = StillClock.START
TODAY = today(AT)


@pytest.fixture
def sysadmin(district: District) -> User:
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    for name in ("unit_merged", "unit_moved", "unit_renamed", "holding_changed", "work_handed_over"):
        monkeypatch.setattr(hooks, name, [found.append])
    return found


def owing_unit(district: District, number: str) -> int:
    post = district.find(number).responsible_post
    assert post is not None
    return post.unit_id


def fresh(unit: Unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


def kinds(user: User, unit: Unit) -> list[str]:
    return [post.kind for post in list_held_posts(User.objects.get(pk=user.pk), AT) if post.unit_id == unit.pk]


class TestMoving:
    def test_the_whole_branch_goes(self, district: District, sysadmin: User, heard: list[Any]) -> None:
        school, to = district.units["school"], district.units["central2"]
        below = make_unit(UnitKind.PT, "山口教学点", school)
        former = list(school.path)
        move_unit(actor=sysadmin, unit=school, parent=to, at=AT)
        assert fresh(school).path == [*to.path, school.pk]
        assert fresh(below).path == [*to.path, school.pk, below.pk]
        assert fresh(district.units["sibling"]).path[:-1] == former[:-1]
        move = next(one for one in heard if isinstance(one, UnitMove))
        assert move.former_path == tuple(former) and move.unit_ids == (school.pk, below.pk)
        change = next(one for one in heard if isinstance(one, HoldingChange))
        assert set(change.unit_path) == {*former, *to.path}
        assert AuditEntry.objects.get(action="unit.moved").detail["parent_name"] == to.name

    def test_what_is_refused(self, district: District, sysadmin: User) -> None:
        school, central = district.units["school"], district.units["central"]
        below = make_unit(UnitKind.KG, "附属幼儿园", school)
        far = make_unit(UnitKind.EDU, "邻县教育局", district.units["prefecture"])
        Unit.objects.filter(pk=far.pk).update(region_code="361103")
        with pytest.raises(WrongState):
            move_unit(actor=sysadmin, unit=school, parent=central, at=AT)
        for unit, parent in ((school, below), (central, school), (school, district.units["gov"]), (school, fresh(far)),
                             (district.units["county"], district.units["province"])):  # fmt: skip
            with pytest.raises(Invalid):
                move_unit(actor=sysadmin, unit=unit, parent=parent, at=AT)
        make_unit(UnitKind.SCH, "第一小学", district.units["central2"])
        with pytest.raises(Invalid, match="请先更名"):
            move_unit(actor=sysadmin, unit=school, parent=district.units["central2"], at=AT)
        with pytest.raises(NotAllowed):
            move_unit(actor=district.director, unit=school, parent=district.units["edu"], at=AT)

    def test_a_coordinating_body_may_sit_in_the_bureau(self, district: District, sysadmin: User) -> None:
        made = create_unit(actor=sysadmin, kind="GOV", name="校园安全专委会办公室", parent=district.units["edu"], at=AT)
        assert made.path[:-1] == district.units["edu"].path
        assert {post.kind for post in made.posts.all()} == {PostKind.COORDINATOR, PostKind.COUNTY_SUPERVISOR}

    def test_open_work_above_is_owed_on_the_new_way(self, district: District, sysadmin: User) -> None:
        """The school has nobody: its central school owes, after the move the other one."""
        number = district.report()
        for holding in Holding.objects.filter(post__unit=district.units["school"]).exclude(post__kind="teacher"):
            end_holding(actor=None, holding=holding, until_on=TODAY, at=AT)
        assert owing_unit(district, number) == district.units["central"].pk
        make_person("second_central", district.units["central2"], PostKind.CENTRAL_SAFETY)
        move_unit(actor=sysadmin, unit=district.units["school"], parent=district.units["central2"], at=AT)
        assert owing_unit(district, number) == district.units["central2"].pk


class TestMerging:
    def test_people_go_along_and_posts_end(self, district: District, sysadmin: User, heard: list[Any]) -> None:
        school, into = district.units["school"], district.units["sibling"]
        effect = foresee_merge(school, AT)
        assert effect.people == school.people.count() and effect.holdings > 0
        merge_units(actor=sysadmin, unit=school, into=into, at=AT)
        closed = fresh(school)
        assert not closed.is_active and closed.merged_into_id == into.pk
        assert not closed.people.exists()
        assert not Holding.objects.filter(post__unit=school, until_on=None).exists()
        for who in (district.teacher, district.principal):
            assert kinds(who, into) == [PostKind.TEACHER]
        order = [type(one) for one in heard]
        assert UnitMerge in order and order.index(UnitMerge) < order.index(HoldingChange)
        detail = AuditEntry.objects.get(action="unit.merged").detail
        assert detail["people"] == effect.people and detail["holdings"] == effect.holdings

    def test_what_hangs_below_goes_along(self, district: District, sysadmin: User, heard: list[Any]) -> None:
        central, into = district.units["central"], district.units["central2"]
        children = set(central.children.filter(is_active=True).values_list("pk", flat=True))
        merge_units(actor=sysadmin, unit=central, into=into, at=AT)
        assert children and set(into.children.values_list("pk", flat=True)) >= children
        assert fresh(district.units["school"]).path == [*into.path, district.units["school"].pk]
        assert {one.unit.pk for one in heard if isinstance(one, UnitMove)} == children

    def test_what_is_refused(self, district: District, sysadmin: User) -> None:
        units = district.units
        for unit, into in (("school", "central"), ("school", "school"), ("central", "school"), ("edu", "edu")):
            with pytest.raises((Invalid, WrongState)):
                merge_units(actor=sysadmin, unit=units[unit], into=units[into], at=AT)
        below = make_unit(UnitKind.KG, "附属幼儿园", units["school"])
        with pytest.raises(Invalid):
            merge_units(actor=sysadmin, unit=units["school"], into=below, at=AT)
        with pytest.raises(NotAllowed):
            merge_units(actor=district.director, unit=units["school"], into=units["sibling"], at=AT)
        set_unit_active(actor=sysadmin, unit=below, is_active=False, at=AT)
        with pytest.raises(Invalid):
            merge_units(actor=sysadmin, unit=units["school"], into=fresh(below), at=AT)

    def test_an_upper_layer_that_refuses_undoes_it(
        self, district: District, sysadmin: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(merge: UnitMerge) -> None:
            assert not merge.unit.is_active
            raise Invalid("不行")

        monkeypatch.setattr(hooks, "unit_merged", [refuse])
        with pytest.raises(Invalid):
            merge_units(actor=sysadmin, unit=district.units["school"], into=district.units["sibling"], at=AT)
        assert fresh(district.units["school"]).is_active
        assert kinds(district.principal, district.units["school"]) == [PostKind.PRINCIPAL]

    def test_opened_again_it_begins_anew(self, district: District, sysadmin: User, heard: list[Any]) -> None:
        school = district.units["school"]
        merge_units(actor=sysadmin, unit=school, into=district.units["sibling"], at=AT)
        set_unit_active(actor=sysadmin, unit=school, is_active=True, at=AT)
        assert fresh(school).merged_into_id is None and not fresh(school).people.exists()


class TestClosing:
    def test_open_work_keeps_it_open_and_is_named(
        self, district: District, sysadmin: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def work(unit: Unit, at: datetime) -> list[WorkItem]:
            rows = [WorkItem(f"Y-{n}", "栏杆松动", "整改中", None, "", "") for n in range(4)]
            return [WorkItem("Y-SECRET", "", "待建档", None, "", "", is_restricted=True), *rows]

        monkeypatch.setattr(hooks, "open_work_of_unit", [work])
        with pytest.raises(WrongState) as refusal:
            set_unit_active(actor=sysadmin, unit=district.units["school"], is_active=False, at=AT)
        said = refusal.value.message
        assert "还有 5 件" in said and "Y-0、Y-1、Y-2" in said and "Y-SECRET" not in said and "合并" in said


def test_a_new_name_is_told(district: District, sysadmin: User, heard: list[Any]) -> None:
    school = district.units["school"]
    former = school.name
    rename_unit(actor=sysadmin, unit=school, name="实验小学", at=AT)
    rename_unit(actor=sysadmin, unit=school, name="实验小学", at=AT)
    assert [(one.unit.name, one.former) for one in heard if isinstance(one, UnitRename)] == [("实验小学", former)]


def test_names_to_issue_in(district: District, sysadmin: User) -> None:
    edu = district.units["edu"]
    set_issuing_names(actor=sysadmin, unit=edu, names=[" 县校园安全专委会 ", "", "县平安办", "县平安办"], at=AT)
    post = next(post for post in list_held_posts(district.office, AT) if post.unit_id == edu.pk)
    assert post.unit_issuing_names == ("县校园安全专委会", "县平安办")
    for names in (["长" * 81], [f"名义{n}" for n in range(11)]):
        with pytest.raises(Invalid):
            set_issuing_names(actor=sysadmin, unit=edu, names=names, at=AT)
    with pytest.raises(NotAllowed):
        set_issuing_names(actor=district.leader, unit=edu, names=[], at=AT)


def test_a_person_belongs_to_another_unit(district: District, sysadmin: User) -> None:
    to = district.units["sibling"]
    move_person(actor=sysadmin, user=district.teacher, unit=to, at=AT)
    assert User.objects.get(pk=district.teacher.pk).unit_id == to.pk
    assert kinds(district.teacher, district.units["school"]) == [PostKind.TEACHER]
    with pytest.raises(WrongState):
        move_person(actor=sysadmin, user=district.teacher, unit=to, at=AT)
    with pytest.raises(NotAllowed):
        move_person(actor=district.principal, user=district.teacher, unit=district.units["school"], at=AT)
    with pytest.raises(Invalid):
        move_person(actor=None, user=sysadmin, unit=to, at=AT)
