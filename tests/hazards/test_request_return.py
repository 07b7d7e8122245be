from datetime import timedelta

import pytest

from core.errors import Invalid, NotAllowed, WrongState
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment
from workflows.models import SideTask

TRIAL = Trial(
    action="request_return",
    by="town",
    reach=lambda d: o.ordered(d, "town"),
    data=lambda d: {"reason": "不属于本镇职责", "basis": "三定方案", "suggestion": "城管局"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="assigned", owed_by="城关镇联络员", due="2026-11-24 17:30")
    lead = hazard.lead_assignment
    assert (lead.return_state, lead.return_reason, lead.return_suggestion) == (
        "requested", "不属于本镇职责", "城管局",
    )  # fmt: skip
    task = SideTask.objects.get(finished__isnull=True)
    assert (str(task.post), task.due_at) == ("县安委办县级协调员", moment("2026-11-25 17:30"))


def test_wrong_state(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("sign", district.town, number, handler=district.town.pk, interim_control="值守")
    o.answer(district, number, district.town)
    TRIAL.wrong_state(district, number, did="提请复查", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    for who in ("office", "coordinator"):
        TRIAL.wrong_post(district, who=who, names="城关镇联络员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason")


def test_once_only(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    assert "请等县安委办审核" in TRIAL.refused(district, number, WrongState)
    district.do("rule_return", district.coordinator, number, ruling="keep", reason="属镇职责")
    assert "只能申请一次" in TRIAL.refused(district, number, WrongState)


def test_within_a_working_day_of_the_assignment(district: District, clock) -> None:
    number = TRIAL.reach(district)
    clock.set(moment("2026-11-24 17:30"))
    assert "申请退办只到" in TRIAL.refused(district, number, Invalid)
    clock.set(moment("2026-11-24 17:30") - timedelta(microseconds=1))
    TRIAL.do(district, number)


def test_a_letter_is_answered_so_until_its_day_of_reply(district: District, clock) -> None:
    number = o.notified(district, "town", reply_on="2026-12-04")
    clock.set(moment("2026-12-05 00:00"))
    assert "申请退办只到" in TRIAL.refused(district, number, Invalid)
    clock.set(moment("2026-12-05 00:00") - timedelta(microseconds=1))
    TRIAL.do(district, number)
    assert str(SideTask.objects.get(finished__isnull=True).post) == "县教育局安全办经办"


def test_the_schools_own_part_is_returned_to_nobody(district: District) -> None:
    number = TRIAL.reach(district)
    with pytest.raises(NotAllowed):
        district.do("request_return", district.safety, number, reason="不愿管控")


def test_a_school_that_handles_it_itself_gives_it_back_to_its_own_desk(district: District) -> None:
    number = district.reach_own("rectifying")
    district.do("request_return", district.safety, number, reason="无力整改")
    district.do("rule_return", district.principal, number, ruling="back", reason="报上级")
    district.do("escalate", district.safety, number, reason="无力整改")
    assert_owed(district.find(number), "县教育局安全办经办")
