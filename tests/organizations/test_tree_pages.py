"""Moving, merging and naming units as pages of the system administrator."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.clock import StillClock
from organizations import hooks
from organizations.hooks import WorkItem
from organizations.kinds import AdminRole
from organizations.models import Unit, User
from tests.organizations.test_pages import Visitor
from tests.support.district import District, make_person

AT = StillClock.START


@pytest.fixture
def visitor(district: District) -> Visitor:
    return Visitor(make_person("sysadmin", None, admin_role=AdminRole.SYSTEM))


def test_a_merger_is_chosen_told_and_done(district: District, visitor: Visitor) -> None:
    school, into = district.units["school"], district.units["sibling"]
    path = f"/units/{school.pk}/merge/"
    assert f"?to={into.pk}" in visitor.get(path).content.decode()
    assert into.name in visitor.get(f"{path}?q={into.name}").content.decode()
    told = visitor.get(f"{path}?to={into.pk}").content.decode()
    assert "停用" in told and f"{school.people.count()} 名人员" in told
    assert visitor.post(path).status_code == 422
    assert visitor.post(path, to=into.pk).status_code == 302
    assert Unit.objects.get(pk=school.pk).merged_into_id == into.pk
    assert "已并入" in visitor.get(f"/units/{school.pk}/people/").content.decode()
    assert visitor.get(path).status_code == 409


def test_a_unit_of_another_sort_is_no_choice(district: District, visitor: Visitor) -> None:
    school, central = district.units["school"], district.units["central"]
    path = f"/units/{school.pk}/merge/"
    assert f"?to={central.pk}" not in visitor.get(path).content.decode()
    assert visitor.post(path, to=central.pk).status_code == 422
    assert visitor.post(path, to="x" * 30).status_code == 422
    assert Unit.objects.get(pk=school.pk).is_active


def test_a_move_is_chosen_told_and_done(district: District, visitor: Visitor) -> None:
    school, to = district.units["school"], district.units["central2"]
    path = f"/units/{school.pk}/move/"
    assert "新的上级" in visitor.get(f"{path}?to={to.pk}").content.decode()
    assert visitor.post(path, to=to.pk).status_code == 302
    assert Unit.objects.get(pk=school.pk).parent_id == to.pk


def test_a_person_moves(district: District, visitor: Visitor) -> None:
    to = district.units["sibling"]
    path = f"/people/{district.teacher.pk}/move/"
    assert "第一小学教职工" in visitor.get(f"{path}?to={to.pk}").content.decode()
    assert visitor.post(path, to=to.pk).status_code == 302
    assert User.objects.get(pk=district.teacher.pk).unit_id == to.pk


def test_names_to_issue_in(district: District, visitor: Visitor) -> None:
    edu = district.units["edu"].pk
    assert visitor.post(f"/units/{edu}/names/", names="县校园安全专委会\n县平安办").status_code == 302
    assert "县校园安全专委会" in visitor.get(f"/units/{edu}/people/").content.decode()
    answer = visitor.post(f"/units/{edu}/names/", names="长" * 90)
    assert answer.status_code == 422 and "80 字" in answer.content.decode()


def test_a_unit_with_open_work_offers_the_merger(
    district: District, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(unit: Unit, at: datetime) -> list[WorkItem]:
        return [WorkItem("Y-1", "栏杆松动", "整改中", None, "", "")]

    monkeypatch.setattr(hooks, "open_work_of_unit", [work])
    school = district.units["school"].pk
    shown = visitor.get(f"/units/{school}/people/").content.decode()
    assert "还有 1 件未办结的隐患" in shown and f"/units/{school}/merge/" in shown
    answer = visitor.post(f"/units/{school}/active/", is_active="0")
    assert answer.status_code == 409 and "Y-1" in answer.content.decode()


@pytest.mark.parametrize("who", ["director", "principal", "teacher"])
def test_nobody_else(district: District, who: str) -> None:
    visitor, school = Visitor(district.people[who]), district.units["school"].pk
    for path in (f"/units/{school}/move/", f"/units/{school}/merge/", f"/people/{district.teacher.pk}/move/"):
        assert visitor.get(path).status_code == visitor.post(path).status_code == 403
    assert visitor.post(f"/units/{school}/names/", names="x").status_code == 403
