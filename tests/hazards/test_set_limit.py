from typing import Any

import pytest

from core.errors import Invalid
from deadlines.models import Deadline
from hazards.models import Hazard, HazardEvent
from tests.hazards.test_request_extension import FACTS
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, moment

TRIAL = Trial(
    action="set_limit", by="office", reach=lambda d: d.reach("rectifying"),
    data=lambda d: {"limit_on": "2026-12-31", "reason": "增加加固内容"},
)  # fmt: skip


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2027-01-01 00:00")
    lead = hazard.lead_assignment
    assert lead is not None and (str(lead.limit_on), str(lead.first_limit_on)) == ("2026-12-31", "2026-12-08")
    assert (hazard.n_extensions, hazard.whole_due_at) == (0, moment("2027-01-01 00:00"))
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert event.data["old_limit"] == "2026-12-08"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="safety", names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "limit_on", "reason")


def test_before_signing_the_step_stays_and_the_limit_may_be_shorter(district: District) -> None:
    number = district.reach("assigned")
    before = district.find(number).due_at
    TRIAL.do(district, number, limit_on="2026-12-01")
    hazard = district.find(number)
    assert hazard.due_at == before
    assert Deadline.objects.get(subject_id=hazard.pk, kind="limit").due_at == moment("2026-12-02 00:00")


def test_what_the_unit_has_is_never_shortened(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, limit_on="2026-12-07") == {"limit_on"}
    assert TRIAL.fields_refused(district, number, limit_on="2026-12-08") == {"limit_on"}
    TRIAL.do(district, number, limit_on="2026-12-09")


def test_bounds(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, limit_on="2026-11-22") == {"limit_on"}
    assert TRIAL.fields_refused(district, number, limit_on="2027-11-25") == {"limit_on"}
    TRIAL.do(district, number, limit_on="2027-11-24")


def test_it_ends_the_taking_over(district: District, clock: Any) -> None:
    """What stood before the clock climbs no higher than 预警 until it has a limit of its own."""
    number = TRIAL.reach(district)
    Hazard.objects.filter(pk=district.find(number).pk).update(taken_over_at=district.at)
    TRIAL.do(district, number, limit_on="2026-12-08")
    hazard = district.find(number)
    assert hazard.taken_over_at is None
    assert Deadline.objects.get(subject_id=hazard.pk, kind="limit").ladder == "unit"


def test_an_open_request_is_answered_first(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("request_extension", district.safety, number, **FACTS)
    with pytest.raises(Invalid, match="审批延期"):
        TRIAL.do(district, number)


def test_a_legal_paper_binds_the_office_too(district: District) -> None:
    number = district.report(district.fire, domain="02", paper_name="责令限期改正通知书", paper_limit_on="2026-12-04")
    district.do("file", district.office, number, level="general", domain="02", competence="school")
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="清理")
    with pytest.raises(Invalid, match="只有发文单位"):
        TRIAL.do(district, number)


def test_the_county_sets_what_it_ordered(district: District) -> None:
    number = o.signed(district)
    TRIAL.do(district, number, who="coordinator")
    assert str(district.find(number).lead_assignment.limit_on) == "2026-12-31"


def test_years_are_scheduled(district: District) -> None:
    number = TRIAL.reach(district)
    district.schedule(number)
    with pytest.raises(Invalid, match="列入治理计划"):
        TRIAL.do(district, number)
