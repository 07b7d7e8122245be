import pytest

from core.errors import Invalid
from tests.support.district import District, make_person
from tests.support.trials import Trial, moment

TRIAL = Trial(
    action="self_handle",
    by="safety",
    reach=lambda d: d.reach("reported"),
    data=lambda d: {
        "leader": d.principal.pk, "handler": d.teacher.pk, "measures": "更换螺丝", "interim_control": "已警戒",
    },
)  # fmt: skip


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    lead = hazard.lead_assignment
    assert (lead.state, lead.unit, lead.issuer_unit) == ("signed", district.units["school"], district.units["school"])
    assert (lead.leader, lead.handler, lead.limit_on.isoformat()) == (
        district.principal,
        district.teacher,
        "2026-12-08",
    )
    assert (hazard.level, hazard.competence, hazard.closes_in_one_act) == ("general", "school", True)
    assert hazard.file_number == "361102-2026-00001"
    assert hazard.rectifiers == [district.teacher.pk]
    assert hazard.commitments["measures"] == "更换螺丝" and all(hazard.commitments.values())
    assert (hazard.verifying_unit, hazard.closing_unit) == (district.units["school"], district.units["school"])


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach_own("rectifying"), did="自行整改", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="teacher", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "leader", "handler", "measures", "interim_control")


def test_only_people_of_the_school_work_on_it(district: District) -> None:
    gone = make_person("gone", district.units["school"], is_active=False)
    for who in (district.outsider, district.office, gone):
        number = TRIAL.reach(district)
        assert TRIAL.fields_refused(district, number, handler=who.pk, leader=who.pk) == {"handler", "leader"}
    assert TRIAL.fields_refused(district, number, handler="x", leader=-1) == {"handler", "leader"}


def test_only_what_the_school_found_and_handles_itself(district: District) -> None:
    number = district.report(district.office)
    with pytest.raises(Invalid, match="本校发现、本校办理"):
        TRIAL.do(district, number, who="office")
    with pytest.raises(Invalid):
        TRIAL.do(district, district.report(suspected_major=True), who="office")


def test_a_limit_is_today_at_the_earliest_and_a_year_away_at_the_latest(district: District) -> None:
    number = TRIAL.reach(district)
    for day in ("2026-11-22", "2027-11-25", "9999-12-31", "0001-01-01", "昨天", "2026-02-30"):
        assert TRIAL.fields_refused(district, number, limit_on=day) == {"limit_on"}, day
    TRIAL.do(district, number, limit_on="2026-11-23")
    assert district.find(number).due_at == moment("2026-11-24 00:00")
