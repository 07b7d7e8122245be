import pytest

from core.errors import Invalid
from hazards.models import HazardEvent
from hazards.services import perform
from organizations.kinds import PostKind
from organizations.models import Mandate
from tests.support.district import District, give_post
from tests.support.trials import Trial, assert_owed, moment

GENERAL = {"level": "general", "domain": "04", "competence": "school"}
TRIAL = Trial(action="file", by="safety", reach=lambda d: d.reach("reported"), data=lambda d: dict(GENERAL))


def with_office(d: District) -> str:
    number = d.reach("reported")
    d.do("escalate", d.safety, number, reason="无力整改")
    return number


OFFICE = Trial(action="file", by="office", reach=with_office, data=TRIAL.data)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="filed", owed_by="第一小学安全员", due="2026-11-24 17:30", category="04-03")
    assert hazard.file_number == "361102-2026-00001" and hazard.number == hazard.file_number
    assert (hazard.level, hazard.competence) == ("general", "school")
    assert hazard.category is not None and hazard.category.name == "栏杆与楼梯"
    assert OFFICE.works(district, to="filed", owed_by="县教育局安全办经办").file_number == "361102-2026-00002"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("assigned"), did="交办", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="teacher", names="第一小学安全员、第一小学校长")
    TRIAL.wrong_post(district, who="office", names="第一小学安全员")
    OFFICE.wrong_post(district, who="safety", names="县教育局安全办经办、县教育局安全办主任")
    OFFICE.wrong_post(district, who="section", names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "level", "domain", "competence")


def test_a_school_files_only_what_is_general_and_its_own_duty(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, level="significant") == {"level"}
    for competence in ("bureau", "department", "township", "owner"):
        assert TRIAL.fields_refused(district, number, competence=competence) == {"competence"}
    assert TRIAL.fields_refused(district, number, level="significant", competence="department") == {
        "level",
        "competence",
    }
    with pytest.raises(Invalid, match="报送上级"):
        TRIAL.do(district, number, level="significant")


def test_a_major_names_its_clause_and_waits_for_the_leader(district: District) -> None:
    number = OFFICE.reach(district)
    assert OFFICE.fields_refused(district, number, level="major") == {"clause"}
    outcome = OFFICE.do(district, number, level="major", clause=district.clause)
    assert (outcome.event, outcome.state) == ("hazard.countersign_requested", "reported")
    assert district.do("confirm_countersign", district.leader, number).state == "filed"


def test_a_school_files_no_major(district: District) -> None:
    assert TRIAL.fields_refused(district, TRIAL.reach(district), level="major", clause=district.clause) == {"level"}


def test_the_office_files_what_is_significant(district: District) -> None:
    hazard = OFFICE.works(district, to="filed", owed_by="县教育局安全办经办", level="significant")
    assert hazard.due_at == moment("2026-11-24 17:30")


def test_a_central_school_files_at_the_level_it_is_mandated_for(district: District) -> None:
    district.mandate()
    number = district.report()
    district.do("escalate", district.safety, number, reason="无力整改")
    for level, competence in (("significant", "school"), ("significant", "bureau")):
        with pytest.raises(Invalid, match="报送上级") as caught:
            TRIAL.do(district, number, who="central", level=level, competence=competence)
        assert set(caught.value.fields) == {"level"}
    assert TRIAL.do(district, number, who="central").state == "filed"
    assert_owed(district.find(number), "城关中心校安全负责人")


def test_a_mandate_taken_back_binds_at_once(district: District) -> None:
    district.mandate()
    number = district.report()
    district.do("escalate", district.safety, number, reason="无力整改")
    Mandate.objects.all().delete()
    assert TRIAL.fields_refused(district, number, who="central") == {"level"}


def test_the_category_is_of_the_domain_and_no_matter_turns_confidential(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, category="02-01") == {"category"}
    assert TRIAL.fields_refused(district, number, domain="14") == {"domain"}


def test_numbers_run_by_county_and_year_without_a_gap(district: District, clock) -> None:
    first = [district.find(district.reach("filed")).file_number for _ in range(3)]
    assert first == [f"361102-2026-0000{n}" for n in (1, 2, 3)]
    with pytest.raises(Invalid):
        TRIAL.do(district, TRIAL.reach(district), level="significant")
    assert district.find(district.reach("filed")).file_number == "361102-2026-00004"
    clock.set(moment("2027-01-01 00:00"))
    assert district.find(district.reach("filed")).file_number == "361102-2027-00001"


def test_both_numbers_stay_valid(district: District) -> None:
    receipt = TRIAL.reach(district)
    outcome = TRIAL.do(district, receipt)
    for number in (receipt, outcome.number):
        hazard = district.find(number)
        perform(
            "amend", actor=district.safety, at=district.at, number=number, version=hazard.version,
            data={"reason": "核对", "place": f"{hazard.place}旁"},
        )  # fmt: skip


def test_one_with_two_posts_says_by_which_he_acts(district: District) -> None:
    give_post(district.safety, district.units["school"], PostKind.PRINCIPAL)
    number = TRIAL.reach(district)
    with pytest.raises(Invalid, match="第一小学校长.*第一小学安全员") as caught:
        TRIAL.do(district, number)
    assert set(caught.value.fields) == {"acting_post"}
    assert TRIAL.fields_refused(district, number, _acting_post=district.teacher.holdings.get().post_id) == {
        "acting_post"
    }
    principal = district.principal.holdings.get().post
    TRIAL.do(district, number, _acting_post=principal.pk)
    assert HazardEvent.objects.get(action="file").post == principal


def test_one_of_two_posts_that_may_needs_no_word(district: District) -> None:
    give_post(district.safety, district.units["school"], PostKind.TEACHER)
    assert TRIAL.do(district, TRIAL.reach(district)).state == "filed"
