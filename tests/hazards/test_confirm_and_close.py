import pytest

from core.errors import Invalid, NotAllowed
from hazards.models import HazardEvent
from organizations.kinds import PostKind
from tests.support.district import District, make_person
from tests.support.trials import Trial, assert_owed

TRIAL = Trial(action="confirm_and_close", by="principal", reach=lambda d: d.reach_own("submitted"))


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="closed")
    assert (hazard.closure_type, hazard.closed_at, hazard.lead_assignment.state) == (
        "rectified",
        district.at,
        "confirmed",
    )
    assert HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq).data["opinion"] == "经核实，整改到位"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach_own("rectifying"), did="自行整改", owed_by="第一小学安全员")
    TRIAL.wrong_state(district, district.reach_own("closed"), did="核实销号")


def test_wrong_post(district: District) -> None:
    for who in ("teacher", "safety", "central_head", "office"):
        TRIAL.wrong_post(district, who=who, names="第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    """Nothing has to be filled in; a photo that is not his is still refused."""
    others = str(district.photo(district.safety).pk)
    assert TRIAL.fields_refused(district, TRIAL.reach(district), photos=[others]) == {"photos"}


def test_only_what_a_school_found_and_solved_itself(district: District) -> None:
    number = district.reach("submitted")
    with pytest.raises(Invalid, match="须先复查再销号"):
        TRIAL.do(district, number, who="office")


def test_fixed_on_the_spot_keeps_its_closure_type(district: District) -> None:
    number = district.fix_on_spot().number
    TRIAL.do(district, number)
    assert district.find(number).closure_type == "on_the_spot"


def test_the_submitting_safety_officer_does_not_confirm(district: District) -> None:
    number = district.reach_own("rectifying")
    district.submit(number, district.safety)
    with pytest.raises(NotAllowed, match="第一小学校长"):
        TRIAL.do(district, number, who="safety")
    assert TRIAL.do(district, number).state == "closed"


def test_where_one_person_is_the_whole_school_the_central_school_confirms(district: District) -> None:
    for gone in (district.safety, district.teacher, district.confidant):
        district.leave(gone)
    number = district.report(district.principal)
    alone = {
        "leader": district.principal.pk,
        "handler": district.principal.pk,
        "measures": "换",
        "interim_control": "警戒",
    }
    district.do("self_handle", district.principal, number, **alone)
    district.submit(number, district.principal)
    assert_owed(district.find(number), "城关中心校校长")
    with pytest.raises(NotAllowed, match="城关中心校校长、城关中心校安全负责人"):
        TRIAL.do(district, number)
    district.leave(district.central_head)
    assert_owed(district.find(number), "城关中心校安全负责人")
    district.leave(district.central)
    assert_owed(district.find(number), "县教育局安全办经办")
    assert TRIAL.do(district, number, who="office").state == "closed"


def test_a_teaching_point_is_served_by_its_central_school(district: District) -> None:
    point = district.units["point"]
    keeper = make_person("keeper", point, PostKind.TEACHER)
    number = district.report(keeper, unit=point.pk)
    assert_owed(district.find(number), "城关中心校安全负责人", "2026-11-25 17:30")
    people = {"leader": keeper.pk, "handler": keeper.pk, "measures": "换", "interim_control": "警戒"}
    district.do("self_handle", district.central, number, **people)
    district.submit(number, keeper)
    assert_owed(district.find(number), "城关中心校校长")
    assert TRIAL.do(district, number, who="central").state == "closed"
