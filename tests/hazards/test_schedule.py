from datetime import date

import pytest

from hazards.models import Assignment, SupportRequest
from tests.support.district import District
from tests.support.listed import listed, row_of
from tests.support.trials import Trial, moment
from workflows.models import SideTask

FACTS = {
    "reason": "budget",
    "note": "列入下年度预算",
    "year": 2027,
    "until_on": "2028-08-31",
    "control": "已停用走廊",
    "milestones": "2027-03-31 完成招标\n2028-07-31 完工",
}
TRIAL = Trial(
    action="schedule",
    by="leader",
    reach=lambda d: d.reach("rectifying"),
    data=lambda d: {**FACTS, "photos": [str(d.photo(d.leader).pk)]},
)


def test_works(district: District) -> None:
    # The first proof of control is due before the first milestone.
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-24 00:00")
    assert hazard.is_scheduled and hazard.interim_control == "已停用走廊"
    assert hazard.scheduled == {
        "reason": "budget",
        "note": "列入下年度预算",
        "year": 2027,
        "until_on": "2028-08-31",
        "proof_on": "2026-11-23",
        "milestones": [
            {"on": "2027-03-31", "what": "完成招标", "done_on": ""},
            {"on": "2028-07-31", "what": "完工", "done_on": ""},
        ],
    }
    assert hazard.lead_assignment.limit_on == date(2028, 8, 31)
    assert hazard.evidence.get().stage == "control"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("office", "director", "safety"):
        TRIAL.wrong_post(district, who=who, names="县教育局分管领导、县教育局主要领导", photos=[])


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason", "note", "year", "until_on", "milestones", "control", "photos")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", "lazy"),
        ("year", 2025),
        ("year", 2029),
        ("until_on", "2026-11-23"),
        ("until_on", "2026-12-08"),
        ("until_on", "2031-11-29"),
        ("milestones", "尽快"),
        ("milestones", "2028-09-01 完工"),
        ("milestones", "2026-11-22 开工"),
    ],
)
def test_what_is_refused(field: str, value: object, district: District) -> None:
    assert field in TRIAL.fields_refused(district, TRIAL.reach(district), **{field: value})


def test_the_last_days_that_are_taken(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, year=2026, until_on="2026-12-09", milestones="2026-12-09 完工")
    TRIAL.do(district, number, until_on="2031-11-27", milestones="2031-11-27 完工")
    assert district.find(number).scheduled["until_on"] == "2031-11-27"


def test_a_legal_papers_limit_stands(district: District) -> None:
    paper = {"paper_name": "责令限期改正通知书", "paper_number": "消限〔2026〕1号", "paper_limit_on": "2026-12-20"}
    number = district.report(district.fire, **paper)
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")
    district.sign(number)
    assert TRIAL.fields_refused(district, number) == {"until_on"}


def test_it_answers_the_request_for_support(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("request_support", district.safety, number, kind="funding", reason="不足", amount=1)
    TRIAL.do(district, number)
    request = SupportRequest.objects.get()
    assert (request.state, request.answer) == ("granted", "列入 2027 年治理计划：列入下年度预算")
    assert not SideTask.objects.filter(finished=None).exists()


def test_co_units_with_the_leads_limit_have_as_long(district: District) -> None:
    number = district.reach_with("sibling")
    district.do("sign_part", district.sibling_safety, number, handler=district.sibling_safety.pk)
    TRIAL.do(district, number)
    part = Assignment.objects.get(unit=district.units["sibling"])
    assert part.limit_on == date(2028, 8, 31)
    assert SideTask.objects.get(finished=None).due_at == part.due_at == moment("2028-09-01 00:00")


def test_what_is_listed_runs_on_until_the_day_that_the_leader_granted(district: District) -> None:
    number = listed(district)
    district.plan(number, district.director)
    before = row_of(district, number)
    hazard = TRIAL.do(district, number, until_on="2027-08-31", milestones="2027-06-30 完工")
    row, lead = row_of(district, number), district.find(number).lead_assignment
    assert before.term_on is not None and before.term_on.isoformat() < "2027-08-31"
    assert (str(row.term_on), row.n_extended) == ("2027-08-31", before.n_extended + 1)
    assert lead is not None and lead.first_limit_on is not None
    assert lead.first_limit_on < lead.limit_on and hazard.state == "rectifying"
