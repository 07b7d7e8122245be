"""One action on many hazards: each row for itself."""

from __future__ import annotations

import pytest

from core.models import AuditEntry, CommandKey
from hazards.models import HazardEvent
from hazards.services import perform as perform_one
from tests.api.caller import Caller
from tests.support.district import District


@pytest.fixture
def filed(district: District) -> list[str]:
    return [district.find(district.reach("filed")).number for _ in range(3)]


def assign(caller: Caller, district: District, numbers, *, key: str = "", versions=None, **more):
    if versions is None:
        versions = {number: district.find(number).version for number in numbers}
    data = {"lead": district.units["school"].pk, "requirements": "加固"}
    body = {"numbers": numbers, "action": "assign", "data": data, "versions": versions, **more}
    return caller.post(district.office, "/hazards/bulk/", body, key=key)


def rows(answer):
    assert answer.status_code == 200, answer.json()
    return {row["number"]: row for row in answer.json()["results"]}


def test_each_row_has_its_own_answer(caller: Caller, district: District, filed: list[str]) -> None:
    good, stale, unversioned = filed
    late = district.find(district.reach("assigned")).number
    far = district.report(district.outsider, unit=district.units["far"].pk)
    numbers = [good, stale, unversioned, late, far, "361102-2026-99999", "no-number"]
    versions = {number: district.find(number).version for number in (good, late, far)}
    found = rows(assign(caller, district, numbers, versions={**versions, stale: 1}))
    assert list(found) == numbers
    assert [found[number]["status"] for number in numbers] == [200, 409, 422, 409, 409, 404, 404]
    assert found[good]["code"] == "ok"
    assert found[good]["outcome"]["state"] == "assigned"
    assert found[stale]["code"] == "stale"
    assert set(found[unversioned]["fields"]) == {"version"}
    assert "下一步由" in found[late]["message"]
    assert found[stale]["outcome"] is None
    assert district.find(good).state == "assigned"
    assert district.find(stale).state == "filed"


def test_denials_of_rows_are_in_the_audit_log(caller: Caller, district: District, filed: list[str]) -> None:
    body = {"numbers": filed, "action": "assign", "data": {}, "versions": {n: district.find(n).version for n in filed}}
    found = rows(caller.post(district.principal, "/hazards/bulk/", body))
    assert {row["status"] for row in found.values()} == {403}
    assert set(AuditEntry.objects.filter(kind="denial").values_list("subject", flat=True)) == set(filed)
    found = rows(caller.post(district.outsider, "/hazards/bulk/", body))
    assert {row["status"] for row in found.values()} == {404}


def test_an_action_that_leaves_the_version_needs_none(caller: Caller, district: District, filed: list[str]) -> None:
    body = {"numbers": filed, "action": "record_control", "data": {"interim_control": "停用"}}
    assert {row["status"] for row in rows(caller.post(district.safety, "/hazards/bulk/", body)).values()} == {200}


def test_a_row_that_breaks_leaves_its_neighbours_alone(
    caller: Caller, district: District, filed: list[str], monkeypatch
) -> None:
    from hazards.services import bulk

    def perform(*args, number, **more):
        if number == filed[1]:
            raise RuntimeError("secret of the house")
        return perform_one(*args, number=number, **more)

    monkeypatch.setattr(bulk, "perform", perform)
    answer = assign(caller, district, filed)
    assert [row["status"] for row in rows(answer).values()] == [200, 500, 200]
    assert "secret" not in answer.content.decode()


def test_a_repeated_batch_has_one_effect_and_one_answer(caller: Caller, district: District, filed: list[str]) -> None:
    versions = {number: district.find(number).version for number in filed}
    first = rows(assign(caller, district, filed, key="batch-1", versions=versions))
    n_events = HazardEvent.objects.count()
    assert rows(assign(caller, district, filed, key="batch-1", versions=versions)) == first
    assert HazardEvent.objects.count() == n_events
    assert CommandKey.objects.filter(actor_id=district.office.pk).count() == 3
    other = rows(assign(caller, district, filed, key="batch-1", versions=versions, data={"requirements": "别的"}))
    assert {row["status"] for row in other.values()} == {422}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"numbers": []}, "numbers"),
        ({"numbers": "S1"}, "numbers"),
        ({"numbers": [1]}, "numbers"),
        ({"numbers": ["S1", "S1"]}, "numbers"),
        ({"numbers": [f"S{n}" for n in range(501)]}, "numbers"),
        ({"action": "report"}, "action"),
        ({"action": ["assign"]}, "action"),
        ({"data": []}, "data"),
        ({"versions": {"S1": "2"}}, "versions"),
        ({"versions": [1]}, "versions"),
        ({"colour": 1}, "colour"),
        ({"occurred_on": "x"}, "occurred_on"),
        ({"acting_post": "x"}, "acting_post"),
    ],
)
def test_a_batch_of_the_wrong_form_is_refused_whole(change, named: str, caller: Caller, district: District) -> None:
    body = {"numbers": ["S1"], "action": "assign", **change}
    answer = caller.post(district.office, "/hazards/bulk/", body)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {named}


def test_one_file_serves_every_row(caller: Caller, district: District) -> None:
    numbers = [district.filed_outside() for _ in range(2)]
    letter = str(district.photo(district.office).pk)
    data = {"to": district.units["gov"].pk, "reason": "学校无权处理", "control": "值守", "photos": [letter]}
    versions = {number: district.find(number).version for number in numbers}
    body = {"numbers": numbers, "action": "refer", "data": data, "versions": versions}
    found = rows(caller.post(district.office, "/hazards/bulk/", body, key="letter"))
    assert {row["outcome"]["event"] for row in found.values()} == {"hazard.countersign_requested"}
    assert all("已提请会签" in row["outcome"]["message"] for row in found.values())
    assert rows(caller.post(district.office, "/hazards/bulk/", body, key="letter")) == found


def test_a_row_may_enter_what_another_did(caller: Caller, district: District) -> None:
    number = district.filed_outside(domain="03")
    facts = {"requirements": "施划禁停线", "letter": "函〔2026〕12号", "control": "值守"}
    district.do("notify", district.office, number, lead=district.units["transport"].pk, **facts)
    data = {"handler_name": "张某 0000-0000001", "interim_control": "值守"}
    body = {"numbers": [number], "action": "sign", "data": data, "versions": {number: district.find(number).version}}
    behalf = {"name": "张某", "how": "call", "note": "电话"}
    assert rows(caller.post(district.office, "/hazards/bulk/", body))[number]["status"] == 403
    wrong = rows(caller.post(district.office, "/hazards/bulk/", {**body, "on_behalf": {**behalf, "name": ""}}))
    assert set(wrong[number]["fields"]) == {"on_behalf.name"}
    told = rows(caller.post(district.office, "/hazards/bulk/", {**body, "on_behalf": behalf}))
    assert told[number]["outcome"]["state"] == "rectifying"


def test_one_paper_tells_of_many_acts(caller: Caller, district: District) -> None:
    numbers = [district.filed_outside(domain="03") for _ in range(2)]
    facts = {"requirements": "施划禁停线", "letter": "函〔2026〕12号", "control": "值守"}
    for number in numbers:
        district.do("notify", district.office, number, lead=district.units["transport"].pk, **facts)
    data = {"handler_name": "张某 0000-0000001", "interim_control": "值守"}
    versions = {number: district.find(number).version for number in numbers}
    scans = [str(district.photo(district.office).pk)]
    behalf = {"name": "张某", "how": "letter", "note": "交函〔2026〕8号", "scans": scans}
    body = {"numbers": numbers, "action": "sign", "data": data, "versions": versions, "on_behalf": behalf}
    told = rows(caller.post(district.office, "/hazards/bulk/", body))
    assert {row["status"] for row in told.values()} == {200}
    used = {**body, "on_behalf": {**behalf, "scans": ["no-file"]}}
    wrong = rows(caller.post(district.office, "/hazards/bulk/", used))
    assert {tuple(row["fields"]) for row in wrong.values()} == {("on_behalf.scans",)}
