from core.errors import NotAllowed
from hazards.models import Assignment
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="claim",
    by="town",
    reach=lambda d: o.referred(d, "town", competence="township"),
    data=lambda d: {"requirements": "城管中队清理"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="assigned", owed_by="城关镇联络员", due="2026-11-24 17:30")
    lead = hazard.lead_assignment
    assert (lead.unit, lead.issuer_unit, lead.kind) == (district.units["town"], district.units["gov"], "order")
    assert hazard.verifying_unit == district.units["school"]
    assert Assignment.objects.filter(hazard=hazard, kind="control").exists()


def test_wrong_state(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    TRIAL.wrong_state(district, number, did="认领", owed_by="城关镇联络员")


def test_wrong_post(district: District) -> None:
    for who in ("office", "coordinator"):
        TRIAL.wrong_post(district, who=who, names="城关镇联络员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "requirements")


def test_only_the_proposed_unit_claims(district: District) -> None:
    number = o.referred(district, None)
    TRIAL.refused(district, number, NotAllowed, who="coordinator")
