import pytest

from core.errors import Invalid
from hazards.models import Evidence
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment

COMMITMENTS = {"responsibility": "甲", "measures": "乙", "funding": "丙", "deadline": "丁", "contingency": "戊"}
TRIAL = Trial(
    action="submit",
    by="safety",
    reach=lambda d: d.reach("rectifying"),
    data=lambda d: {"report": "已更换", "cost": 300, "photos": [str(d.photo(d.safety).pk)], **COMMITMENTS},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="submitted", owed_by="县教育局安全办经办", due="2026-11-30 17:30")
    assert (hazard.cost, hazard.commitments) == (300, COMMITMENTS)
    assert (hazard.lead_assignment.state, hazard.lead_assignment.submitted_at) == ("done", district.at)
    assert Evidence.objects.get(hazard=hazard).stage == "after"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("assigned"), did="交办", owed_by="第一小学安全员")
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("office", "central"):
        TRIAL.wrong_post(district, who=who, names="第一小学安全员、第一小学校长", photos=[])


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "report", "cost", *COMMITMENTS)


def test_an_after_photo_of_this_round_is_needed(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, photos=[]) == {"photos"}
    before = str(district.photo(district.safety).pk)
    district.do("add_evidence", district.safety, number, photos=[before], stage="before")
    assert TRIAL.fields_refused(district, number, photos=[]) == {"photos"}
    TRIAL.do(district, number)
    district.do("fail_verification", district.office, number, failed_points="仍松动")
    assert TRIAL.fields_refused(district, number, photos=[]) == {"photos"}
    after = str(district.photo(district.safety).pk)
    district.do("add_evidence", district.safety, number, photos=[after], stage="after")
    assert TRIAL.do(district, number, photos=[]).state == "submitted"


def test_a_withdrawn_photo_does_not_count(district: District) -> None:
    number = TRIAL.reach(district)
    photo = str(district.photo(district.safety).pk)
    district.do("add_evidence", district.safety, number, photos=[photo], stage="after")
    district.do("withdraw_evidence", district.safety, number, evidence=Evidence.objects.get().pk, reason="拍错了")
    assert TRIAL.fields_refused(district, number, photos=[]) == {"photos"}


def test_nothing_spent_is_an_answer_and_blank_is_none(district: District) -> None:
    number = TRIAL.reach(district)
    for cost in ("", None, -1, "三百", 10**9):
        assert TRIAL.fields_refused(district, number, cost=cost) == {"cost"}
    assert TRIAL.fields_refused(district, number, contingency="  ") == {"contingency"}
    TRIAL.do(district, number, cost=0)
    assert district.find(number).cost == 0


def test_the_named_handler_may_submit(district: District) -> None:
    number = TRIAL.reach(district)
    assert district.submit(number, district.teacher).state == "submitted"


def test_a_head_who_only_signs_is_no_rectifier_a_safety_officer_is(district: District) -> None:
    signed, worked = district.reach_own("rectifying"), district.reach_own("rectifying")
    district.submit(signed, district.principal)
    assert_owed(district.find(signed), "第一小学校长")
    district.submit(worked, district.safety)
    assert district.find(worked).rectifiers == sorted([district.teacher.pk, district.safety.pk])


def test_the_clock_of_the_work_stops(district: District, clock) -> None:
    number = TRIAL.reach(district)
    clock.set(moment("2026-12-10 09:00"))
    TRIAL.do(district, number)
    assert district.find(number).due_at == moment("2026-12-17 17:30")


def test_a_significant_one_waits_for_an_approved_plan(district: District) -> None:
    number = district.reach_significant()
    with pytest.raises(Invalid, match="经批准的整改方案"):
        TRIAL.do(district, number)
    assert district.find(number).state == "rectifying"
