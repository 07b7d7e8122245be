from datetime import date

import pytest

from core.errors import Invalid, NotAllowed, NotFound
from hazards.models import Evidence, HazardEvent
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment

TRIAL = Trial(
    action="fix_on_spot",
    by="teacher",
    reach=lambda d: d.reach("reported"),
    data=lambda d: {"acted_first": True, "after_photos": [str(d.photo(d.teacher).pk)]},
)
LATE = {"_late_reason": "周末补录"}


def test_works_as_the_first_act(district: District) -> None:
    photos = [str(district.photo(district.teacher).pk) for _ in range(2)]
    outcome = district.fix_on_spot(
        acted_first=False, before_photos=photos[:1], after_photos=photos[1:], measure="移开杂物"
    )
    hazard = district.find(outcome.number)
    assert (hazard.state, hazard.level, hazard.competence, hazard.closure_type) == (
        "submitted", "general", "school", "on_the_spot",
    )  # fmt: skip
    assert outcome.number == hazard.file_number == "361102-2026-00001"
    assert HazardEvent.objects.get(hazard=hazard).kind == "hazard.fixed_on_spot"
    assert list(Evidence.objects.values_list("stage", "seq")) == [("before", 1), ("after", 1)]
    lead = hazard.lead_assignment
    assert (lead.state, lead.unit, lead.handler, lead.requirements) == (
        "done", district.units["school"], district.teacher, "移开杂物",
    )  # fmt: skip
    assert lead.limit_on == date(2026, 11, 26) and lead.due_at == moment("2026-11-27 00:00")
    assert_owed(hazard, "第一小学校长", "2026-11-30 17:30")


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="submitted", owed_by="第一小学校长", due="2026-11-30 17:30")
    assert hazard.rectifiers == [district.teacher.pk]


def test_the_principal_who_fixed_it_leaves_it_to_the_central_school(district: District) -> None:
    outcome = district.fix_on_spot(district.principal)
    assert_owed(district.find(outcome.number), "城关中心校校长")
    with pytest.raises(NotAllowed, match="城关中心校校长"):
        district.do("confirm_and_close", district.principal, outcome.number)
    assert district.do("confirm_and_close", district.central_head, outcome.number).state == "closed"


def test_who_fixed_it_may_be_another_person_of_the_school(district: District) -> None:
    hazard = district.find(district.fix_on_spot(fixed_by=district.principal.pk).number)
    assert hazard.rectifiers == sorted([district.teacher.pk, district.principal.pk])
    assert_owed(hazard, "城关中心校校长")
    with pytest.raises(Invalid) as caught:
        district.fix_on_spot(fixed_by=district.outsider.pk)
    assert set(caught.value.fields) == {"fixed_by"}


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(
        district, district.reach_own("rectifying"), did="自行整改", owed_by="第一小学安全员", who="safety"
    )
    TRIAL.wrong_state(district, district.reach("returned"), did="退回补充", owed_by="上报人")
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(
        district, who="central", names="本校教职工", after_photos=[str(district.photo(district.central).pk)]
    )
    for who in ("central", "office", "fire"):
        with pytest.raises(Invalid) as caught:
            district.fix_on_spot(district.people[who])
        assert set(caught.value.fields) == {"unit"}


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)
    with pytest.raises(NotFound):
        district.fix_on_spot(district.sibling_safety, TRIAL.reach(district))


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "after_photos")
    with pytest.raises(Invalid) as caught:
        district.do("fix_on_spot", district.teacher)
    assert set(caught.value.fields) == {"unit", "place", "domain", "description", "after_photos"}


def test_a_photo_from_before_is_needed_unless_one_acted_first(district: District) -> None:
    assert TRIAL.fields_refused(district, TRIAL.reach(district), acted_first=False) == {"before_photos"}
    number = district.report(photos=[str(district.photo(district.teacher).pk)])
    assert district.fix_on_spot(number=number, acted_first=False).state == "submitted"


def test_one_file_is_not_both_before_and_after(district: District) -> None:
    photo = str(district.photo(district.teacher).pk)
    with pytest.raises(Invalid) as caught:
        district.fix_on_spot(before_photos=[photo], after_photos=[photo])
    assert set(caught.value.fields) == {"after_photos"}


def test_three_days_and_not_a_fourth(district: District) -> None:
    assert district.fix_on_spot(_occurred_on=date(2026, 11, 20), **LATE).state == "submitted"
    with pytest.raises(Invalid) as caught:
        district.fix_on_spot(_occurred_on=date(2026, 11, 19), **LATE)
    assert set(caught.value.fields) == {"occurred_on"}


def test_three_days_since_the_report_and_not_a_fourth(district: District, clock) -> None:
    number = district.report()
    clock.set(moment("2026-11-27 00:00"))
    assert TRIAL.fields_refused(district, number) == {"occurred_on"}
    clock.set(moment("2026-11-26 23:59"))
    assert district.fix_on_spot(number=number).state == "submitted"


def test_only_what_the_school_found_and_handles(district: District) -> None:
    found_by_bureau = district.report(district.office)
    escalated = district.report()
    district.do("escalate", district.safety, escalated, reason="无力整改")
    for number in (found_by_bureau, escalated):
        with pytest.raises(Invalid, match="本校发现、本校办理"):
            district.fix_on_spot(district.safety, number)
    with pytest.raises(Invalid) as caught:
        district.fix_on_spot(domain="14")
    assert set(caught.value.fields) == {"domain"}
    with pytest.raises(Invalid):
        district.fix_on_spot(number=district.report(suspected_major=True))
