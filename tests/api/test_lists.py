"""What one sees: lists, files, logs, evidence, each in the reader's scope only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import StillClock
from hazards.listing import page_of
from hazards.models import Domain, Hazard
from hazards.uploads import path_of
from organizations.keys import duty_key, person_key
from tests.api.caller import Caller
from tests.support import listed
from tests.support.district import District


def numbers(answer):
    assert answer.status_code == 200, answer.json()
    return [row["number"] for row in answer.json()["results"]]


def refused(answer, status):
    body = answer.json()
    assert answer.status_code == status, body
    assert set(body) == {"code", "message", "fields"}
    return body


@pytest.fixture
def three(district: District) -> list[str]:
    """Of the first school, of the first school at the office, of a school far away."""
    far = district.report(district.outsider, unit=district.units["far"].pk, domain="02", description="灭火器过期")
    return [district.reach("reported"), district.find(district.reach("assigned")).number, far]


def test_everybody_lists_what_is_in_his_scope_newest_first(
    caller: Caller, district: District, three: list[str]
) -> None:
    reported, assigned, far = three
    assert numbers(caller.get(district.office, "/hazards/")) == [assigned, reported, far]
    assert numbers(caller.get(district.central, "/hazards/")) == [assigned, reported]
    assert numbers(caller.get(district.outsider, "/hazards/")) == [far]
    assert numbers(caller.get(district.sibling_safety, "/hazards/")) == []


def test_filters_narrow_the_list(caller: Caller, district: District, three: list[str]) -> None:
    reported, assigned, far = three

    def found(**query):
        return numbers(caller.get(district.office, "/hazards/", **query))

    assert found(state="assigned") == [assigned]
    assert found(state="open") == [assigned, reported, far]
    assert found(level="general") == [assigned]
    assert found(domain="02") == [far]
    assert found(unit=district.units["central2"].pk) == [far]
    assert found(q="灭火器") == [far]
    assert found(found_after="2026-11-24") == []
    assert found(found_before="2026-11-23", state="reported") == [reported, far]
    assert found(overdue="true") == []
    StillClock.advance(timedelta(days=60))
    assert found(overdue="true", domain="02") == [far]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"listed": "x"}, "listed"),
        ({"state": "open", "sort": "id"}, "sort"),
        ({"mine": "1"}, "mine"),
        ({"state": "burning"}, "state"),
        ({"level": "huge"}, "level"),
        ({"domain": "x"}, "domain"),
        ({"unit": "x"}, "unit"),
        ({"overdue": "perhaps"}, "overdue"),
        ({"found_after": "2026-13-01"}, "found_after"),
        ({"found_before": "x"}, "found_before"),
        ({"cursor": "-1"}, "cursor"),
        ({"cursor": "9" * 30}, "cursor"),
        ({"q": "长" * 61}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"state": ["open", "closed"]}, "state"),
    ],
)
def test_an_unknown_filter_or_value_is_named(query, named, caller: Caller, district: District) -> None:
    assert set(refused(caller.get(district.office, "/hazards/", **query), 422)["fields"]) == {named}


def test_pages_are_cut_by_cursor(caller: Caller, district: District, monkeypatch) -> None:
    made = [district.report() for _ in range(5)]
    monkeypatch.setattr(page_of, "__kwdefaults__", {"cursor": None, "backward": False, "size": 2})
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = caller.get(district.office, "/hazards/", **({"cursor": cursor} if cursor else {})).json()
        seen.extend(row["number"] for row in page["results"])
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == made[::-1]


def test_a_list_costs_the_same_for_one_row_and_for_twenty(caller: Caller, district: District) -> None:
    def n_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(district.office, "/hazards/").status_code == 200
        return len(queries)

    district.report()
    n_queries()
    few = n_queries()
    for _ in range(19):
        district.report()
    assert n_queries() == few
    assert few <= 8


def test_both_numbers_lead_to_the_file(caller: Caller, district: District) -> None:
    receipt = district.reach("rectifying")
    number = district.find(receipt).number
    by_receipt, by_number = (caller.get(district.safety, f"/hazards/{one}/").json() for one in (receipt, number))
    assert by_receipt == by_number
    assert (by_receipt["number"], by_receipt["receipt_number"]) == (number, receipt)
    assert by_receipt["lead_assignment"]["unit"] == {"id": district.units["school"].pk, "name": "第一小学"}
    assert by_receipt["awaited_action"] == "submit"
    assert by_receipt["responsible_post"]["label"] == "第一小学安全员"


@pytest.mark.parametrize("path", ["", "events/", "evidence/", "actions/"])
def test_out_of_scope_is_not_found(path: str, caller: Caller, district: District) -> None:
    number = district.reach("filed")
    assert caller.get(district.safety, f"/hazards/{number}/{path}").status_code == 200
    refused(caller.get(district.outsider, f"/hazards/{number}/{path}"), 404)
    refused(caller.get(district.safety, f"/hazards/S202611230000000/{path}"), 404)
    refused(caller.get(district.safety, f"/hazards/no-number/{path}"), 404)
    refused(caller.get(None, f"/hazards/{number}/{path}"), 401)


def test_the_log_is_told_oldest_first(caller: Caller, district: District) -> None:
    number = district.reach("assigned")
    events = caller.get(district.safety, f"/hazards/{number}/events/").json()["results"]
    assert [event["action"] for event in events] == ["report", "escalate", "file", "assign"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4]
    assert events[3]["data"]["requirements"] == "加固"
    assert events[0]["actor"] == "测试teacher"


def test_a_correction_tells_what_stood_there_before(caller: Caller, district: District) -> None:
    number = district.reach("reported")
    district.do("amend", district.safety, number, reason="笔误", place="教学楼三楼")
    last = caller.get(district.safety, f"/hazards/{number}/events/").json()["results"][-1]
    assert last["corrections"] == {"place": ["教学楼二楼", "教学楼三楼"]}


def test_who_went_past_the_school_is_not_told_to_the_school(caller: Caller, district: District) -> None:
    number = district.report(channel="direct", finder="测试teacher")
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    refused(caller.get(district.safety, f"/hazards/{number}/"), 404)
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")
    for path in ("", "events/", "evidence/"):
        told = caller.get(district.safety, f"/hazards/{number}/{path}").content.decode()
        assert "测试teacher" not in told
        assert f'"{district.teacher.pk}"' not in told
    hazard = caller.get(district.safety, f"/hazards/{number}/").json()
    assert (hazard["reporter"], hazard["finder"]) == (None, None)
    assert "测试teacher" in caller.get(district.office, f"/hazards/{number}/events/").content.decode()
    assert caller.get(district.teacher, f"/hazards/{number}/").json()["finder"] == "测试teacher"


def test_evidence_is_a_file_to_save_after_a_fresh_check(caller: Caller, district: District) -> None:
    photo = district.photo(district.teacher)
    number = district.report(photos=[str(photo.pk)])
    (told,) = caller.get(district.safety, f"/hazards/{number}/evidence/").json()["results"]
    assert (told["name"], told["stage"], told["has_time"], told["sha256"]) == (
        "现场.jpg",
        "before",
        False,
        photo.sha256,
    )
    path = told["url"].removeprefix("/api/v1")
    answer = caller.get(district.safety, path)
    assert b"".join(answer.streaming_content) == path_of(photo).read_bytes()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "no-store"
    refused(caller.get(district.outsider, path), 404)
    refused(caller.get(None, path), 401)
    refused(caller.get(district.safety, f"/evidence/{10**18}/file/"), 404)
    refused(caller.get(district.safety, f"/evidence/{10**30}/file/"), 404)
    path_of(photo).unlink()
    refused(caller.get(district.safety, path), 404)


def test_what_one_may_do_now_comes_with_its_fields(caller: Caller, district: District) -> None:
    number = district.reach("assigned")
    told = caller.get(district.safety, f"/hazards/{number}/actions/").json()
    sign = told["actions"][0]
    assert (sign["name"], sign["is_awaited"], sign["needs_version"]) == ("sign", True, True)
    assert sign["posts"][0]["label"] == "第一小学安全员"
    leader = sign["fields"][0]
    assert (leader["name"], leader["kind"], leader["required"]) == ("leader", "person", True)
    assert {"id": district.principal.pk, "name": "测试principal"} in leader["options"]
    body = {
        "version": told["version"],
        "leader": district.principal.pk,
        "handler": district.teacher.pk,
        "interim_control": "已警戒",
    }
    done = caller.post(district.safety, sign["url"].removeprefix("/api/v1"), body)
    assert done.json()["state"] == "rectifying"


def test_every_offered_action_has_an_address_and_choices(caller: Caller, district: District) -> None:
    for state in ("reported", "filed", "rectifying", "submitted", "verified"):
        number = district.reach(state)
        for who in (district.safety, district.office, district.teacher):
            for action in caller.get(who, f"/hazards/{number}/actions/").json()["actions"]:
                assert action["url"].endswith(f"/hazards/{district.find(number).number}/actions/{action['name']}/")
                for field in action["fields"]:
                    if field["kind"] in ("choice", "domain", "category"):
                        assert field["choices"]


def test_long_lists_of_options_are_capped(caller: Caller, district: District, monkeypatch) -> None:
    monkeypatch.setattr("api.fields.MAX_OPTIONS", 2)
    number = district.reach("assigned")
    leader = caller.get(district.safety, f"/hazards/{number}/actions/").json()["actions"][0]["fields"][0]
    assert (len(leader["options"]), leader["has_more_options"]) == (2, True)


def test_to_dos_are_those_of_ones_posts(caller: Caller, district: District) -> None:
    number = district.reach("assigned")
    (to_do,) = caller.get(district.safety, "/to-dos/").json()["results"]
    assert (to_do["hazard"], to_do["label"]) == (district.find(number).number, "签收")
    assert to_do["urgency"] in ("today", "week", "later")
    assert caller.get(district.outsider, "/to-dos/").json() == {"results": []}


def test_units_are_ones_own_and_those_to_report_on(caller: Caller, district: District) -> None:
    def names(who, **query):
        return {row["name"]: row["can_report"] for row in caller.get(who, "/units/", **query).json()["results"]}

    assert names(district.teacher) == {"第一小学": True}
    assert names(district.central) == {"城关中心校": False, "第一小学": True, "第二小学": True, "山口教学点": True}
    assert names(district.fire)["河东小学"] is True
    assert "县教育局" not in names(district.fire)
    assert names(district.office, kind="CEN") == {"城关中心校": False, "河东中心校": False}
    assert names(district.office, parent=district.units["central2"].pk) == {"河东小学": True}
    assert names(district.office, q="河东小") == {"河东小学": True}
    assert set(refused(caller.get(district.office, "/units/", kind="XXX"), 422)["fields"]) == {"kind"}


def test_domains_and_places(caller: Caller, district: District) -> None:
    domains = caller.get(district.teacher, "/domains/").json()["results"]
    assert len(domains) == 20
    assert any(domain["is_restricted"] for domain in domains)
    assert all(domain["categories"] for domain in domains[:3])
    assert "教室" in "".join(caller.get(district.teacher, "/places/").json()["results"])
    refused(caller.get(district.teacher, "/places/", x=1), 422)


def test_a_restricted_domain_makes_a_restricted_hazard(caller: Caller, district: District) -> None:
    code = Domain.objects.filter(is_restricted=True).values_list("code", flat=True)[0]
    answer = caller.report(domain=code, description="请当面了解", place="宿舍")
    assert answer.status_code == 201
    number = answer.json()["receipt_number"]
    hazard = Hazard.objects.get(receipt_number=number)
    assert hazard.is_restricted
    assert sorted(hazard.visible_to) == sorted(
        [duty_key(district.units["school"].pk), duty_key(district.units["edu"].pk), person_key(district.teacher.pk)]
    )
    seen = {name for name, who in district.people.items() if caller.get(who, f"/hazards/{number}/").status_code == 200}
    assert seen == {"teacher", "confidant", "bureau_confidant"}
    listed = {name for name, who in district.people.items() if numbers(caller.get(who, "/hazards/"))}
    assert listed == seen


def test_what_is_listed_alone(district: District, caller: Caller) -> None:
    """挂牌中, not what is only proposed."""
    number, proposed = listed.listed(district), listed.proposed(district)
    rows = caller.get(district.office, "/hazards/", listed="1").json()["results"]
    assert [(row["number"], row["listing"]) for row in rows] == [(district.find(number).number, "listed")]
    every = caller.get(district.office, "/hazards/").json()["results"]
    assert {row["listing"] for row in every} == {"listed", "proposed"} and proposed
