from typing import Any

import pytest

from core.errors import Invalid
from deadlines.models import Deadline
from hazards.models import Suspension
from tests.hazards.test_suspend import facts
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask


def suspended(d: District) -> str:
    number = d.reach("rectifying")
    d.do("suspend", d.safety, number, **facts(d))
    return number


TRIAL = Trial(
    action="prove_guard", by="safety", reach=suspended, data=lambda d: {"note": "封条完好，警示标识在位，无人进入"}
)


def test_works(district: District, clock: Any) -> None:
    number = suspended(district)
    clock.set(moment("2026-11-24 08:00"))
    outcome = TRIAL.do(district, number)
    hazard = district.find(number)
    assert outcome.event == "hazard.guard_proved"
    row = Suspension.objects.get()
    assert (str(row.guarded_on), row.due_at) == ("2026-11-24", moment("2026-11-26 00:00"))
    assert SideTask.objects.get(hazard=hazard, finished=None).due_at == row.due_at
    assert Deadline.objects.get(subject_id=hazard.pk, kind="suspension").due_at == row.due_at


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="office", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "note")


def test_a_second_one_the_same_day_moves_nothing(district: District, clock: Any) -> None:
    number = suspended(district)
    clock.set(moment("2026-11-24 08:00"))
    TRIAL.do(district, number)
    due = Suspension.objects.get().due_at
    version = district.find(number).version
    clock.set(moment("2026-11-24 20:00"))
    TRIAL.do(district, number, photos=[str(district.photo(district.safety).pk)])
    assert Suspension.objects.get().due_at == due
    assert district.find(number).version == version, "others' forms stay good"


def test_the_guard_waits_for_no_working_day(district: District, clock: Any) -> None:
    number = suspended(district)
    clock.set(moment("2026-11-27 09:00"))
    TRIAL.do(district, number)
    # 28 November is a Saturday.
    assert Suspension.objects.get().due_at == moment("2026-11-29 00:00")


def test_a_day_entered_late_is_that_day(district: District, clock: Any) -> None:
    number = suspended(district)
    clock.set(moment("2026-11-26 09:00"))
    TRIAL.do(district, number, _occurred_on=moment("2026-11-24 00:00").date(), _late_reason="停电")
    row = Suspension.objects.get()
    assert (str(row.guarded_on), row.due_at) == ("2026-11-24", moment("2026-11-26 00:00"))


def test_which_one_is_asked_where_several_are_watched(district: District) -> None:
    number = suspended(district)
    district.do("suspend", district.safety, number, **facts(district, scope="三楼走廊"))
    with pytest.raises(Invalid) as caught:
        TRIAL.do(district, number)
    assert set(caught.value.fields) == {"suspension"}
    other = Suspension.objects.get(scope="三楼走廊")
    TRIAL.do(district, number, suspension=other.pk)
    assert [one.guarded_on is None for one in Suspension.objects.order_by("pk")] == [True, False]


def test_the_guard_goes_on_while_resuming_is_asked_for(district: District, clock: Any) -> None:
    number = suspended(district)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    district.do("request_resume", district.principal, number, basis="复查合格")
    due = Suspension.objects.get().due_at
    clock.set(moment("2026-11-24 08:00"))
    TRIAL.do(district, number)
    row = Suspension.objects.get()
    assert (str(row.guarded_on), row.due_at, row.state) == ("2026-11-24", due, "resume_requested")
