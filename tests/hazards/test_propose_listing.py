from datetime import timedelta
from typing import Any

import pytest

from core.errors import Invalid, NotAllowed, NotFound
from tests.support import listed as l
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask

TRIAL = Trial(
    action="propose_listing",
    by="office",
    reach=lambda d: d.reach("rectifying"),
    data=lambda d: {"trigger": "L-4", "reason": "推进会明确的重点难点问题"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    row = l.row_of(district, hazard.number)
    assert (row.state, row.authority, row.lister_unit, hazard.listing) == (
        "proposed", "sector", district.units["edu"], "proposed",
    )  # fmt: skip
    task = SideTask.objects.get(hazard=hazard, finished=None)
    assert (str(task.post), task.due_at) == ("县教育局分管领导", moment("2026-11-26 17:30"))


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("reported"), did="上报", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="safety", names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "trigger", "reason")


def test_one_at_a_time(district: District) -> None:
    number = l.proposed(district)
    with pytest.raises(Invalid, match="已有一项挂牌督办"):
        l.propose(district, number)


def test_what_is_verified_is_not_listed_any_more(district: District) -> None:
    with pytest.raises(Invalid, match="已复查合格"):
        l.propose(district, district.reach("verified"))


@pytest.mark.parametrize("trigger", ["L-1", "L-2", "L-3", "L-5", "L-7"])
def test_a_trigger_that_does_not_fit_is_refused(trigger: str, district: District) -> None:
    assert TRIAL.fields_refused(district, TRIAL.reach(district), trigger=trigger) == {"trigger"}


@pytest.mark.parametrize("trigger", ["L-4", "L-6", "L-8"])
def test_what_people_name_needs_no_proof(trigger: str, district: District) -> None:
    TRIAL.do(district, TRIAL.reach(district), trigger=trigger)


def test_overdue_from_the_first_late_moment_on(district: District, clock: Any) -> None:
    number = TRIAL.reach(district)
    due_at = district.find(number).due_at
    assert due_at
    clock.set(due_at - timedelta(microseconds=1))
    assert TRIAL.fields_refused(district, number, trigger="L-5") == {"trigger"}
    clock.set(due_at)
    TRIAL.do(district, number, trigger="L-5")


def test_a_bus_that_was_urged_before(district: District) -> None:
    number = district.report(domain="12", description="车门锁损坏")
    district.do("escalate", district.safety, number, reason="须局里安排")
    district.do("file", district.office, number, level="general", domain="12", competence="school")
    TRIAL.do(district, number, trigger="L-7")


def test_a_department_is_only_proposed_to_the_county(district: District) -> None:
    number = o.signed(district)
    assert TRIAL.fields_refused(district, number, authority="sector") == {"authority"}
    TRIAL.do(district, number)
    row = l.row_of(district, number)
    assert (row.authority, row.lister_unit, row.lister_name) == ("county", district.units["gov"], "县安委办")
    task = SideTask.objects.get(hazard=district.find(number), process__machine="supervision", finished=None)
    assert str(task.post) == "县安委办县级协调员"


def test_where_nobody_decides_at_the_county_the_bureau_waits_for_its_letter(district: District) -> None:
    number = o.signed(district)
    district.leave(district.coordinator)
    TRIAL.do(district, number)
    row = l.row_of(district, number)
    assert (row.authority, row.lister_unit) == ("county", district.units["edu"])
    with pytest.raises(Invalid, match="登记上级挂牌"):
        l.decide(district, number)


def test_confidential_matters_are_never_listed(district: District) -> None:
    number = district.report(domain="08", description="疑似欺凌")
    facts = {"level": "general", "domain": "08", "competence": "school"}
    district.do("file", district.bureau_confidant, number, **facts)
    with pytest.raises(NotAllowed):
        district.do("propose_listing", district.bureau_confidant, number, trigger="L-4", reason="重点难点")
    with pytest.raises(NotFound):
        l.propose(district, number)
