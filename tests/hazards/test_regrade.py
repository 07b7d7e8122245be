"""A level is changed on the way; the present step's limit is computed anew from now."""

from datetime import date

import pytest
from django.db import transaction

from core.cached_rows import clear_all
from core.errors import Invalid, NotAllowed
from hazards.models import BureauRules, Countersign, RectificationPlan
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment
from workflows.models import SideTask

TRIAL = Trial(
    action="regrade", by="office", reach=lambda d: d.reach("filed"),
    data=lambda d: {"level": "significant", "reason": "范围更大"},
)  # fmt: skip


def test_works(district: District, clock) -> None:
    hazard = TRIAL.works(district, to="filed", owed_by="县教育局安全办经办", due="2026-11-24 17:30")
    assert (hazard.level, hazard.clause_id, hazard.level_is_pending) == ("significant", None, False)


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")
    TRIAL.wrong_state(district, district.reach("reported"), did="上报", who="safety", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "leader", "section"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "level", "reason")


def test_the_limit_of_the_step_begins_anew(district: District, clock) -> None:
    number = district.reach("rectifying")
    assert district.find(number).lead_assignment.limit_on == date(2026, 12, 8)
    clock.set(moment("2026-12-20 10:00"))
    TRIAL.do(district, number)
    hazard = district.find(number)
    # Late before, in time by the new level from today on.
    assert hazard.lead_assignment.limit_on == date(2027, 2, 18)
    assert_owed(hazard, "第一小学安全员", "2027-02-19 00:00")


def test_to_sign_is_due_anew_too(district: District, clock) -> None:
    number = district.reach("assigned")
    clock.set(moment("2026-11-25 10:00"))
    TRIAL.do(district, number)
    assert_owed(district.find(number), "第一小学安全员", "2026-11-25 14:00")


def test_a_legal_paper_goes_before(district: District) -> None:
    number = district.report(district.fire, paper_name="责令限期改正通知书", paper_limit_on="2026-12-01")
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")
    district.sign(number)
    TRIAL.do(district, number)
    assert district.find(number).lead_assignment.limit_on == date(2026, 12, 1)


def test_raising_asks_for_a_plan_and_two_verifiers(district: District) -> None:
    number = district.reach_own("rectifying")
    assert district.find(number).closes_in_one_act
    TRIAL.do(district, number, who="central")
    hazard = district.find(number)
    assert not hazard.closes_in_one_act
    assert (hazard.handling_unit, hazard.verifying_unit) == (district.units["edu"], district.units["edu"])
    assert hazard.lead_assignment.issuer_unit == district.units["edu"]
    task = SideTask.objects.get(hazard=hazard, finished__isnull=True)
    assert str(task.post) == "第一小学安全员"
    with pytest.raises(Invalid, match="整改方案"), transaction.atomic():
        district.submit(number)
    district.plan(number, district.director)
    district.submit(number)
    assert_owed(district.find(number), "县教育局安全办经办")


def test_lowering_ends_an_unfinished_plan(district: District) -> None:
    number = district.reach_significant()
    TRIAL.do(district, number, level="general")
    assert RectificationPlan.objects.get().state == "ended"
    assert not SideTask.objects.filter(finished__isnull=True).exists()
    district.submit(number)


def test_up_to_major_needs_a_clause(district: District) -> None:
    number = district.graded("significant", "planned")
    assert TRIAL.fields_refused(district, number, level="major") == {"clause"}
    TRIAL.do(district, number, level="major", clause=district.clause)
    hazard = district.find(number)
    assert (hazard.level, hazard.clause_id, hazard.level_label) == ("major", district.clause, "重大")
    # What was approved for a lower level is reviewed again, by the leader.
    assert RectificationPlan.objects.get().state == "draft"
    district.do("submit_plan", district.safety, number)
    turn = SideTask.objects.get(hazard=hazard, finished__isnull=True, process__machine="plan")
    assert str(turn.post) == "县教育局分管领导"


def test_a_plan_under_review_passes_to_who_reviews_at_the_new_level(district: District) -> None:
    number = district.graded("significant", "rectifying")
    district.do(
        "save_plan", district.safety, number, goal="消除", responsibility="校长", measures="更换", funding="公用", amount=1,
        funding_source="公用", deadline="月内", contingency="值守", milestones="2026-12-01 完成",
    )  # fmt: skip
    district.do("submit_plan", district.safety, number)
    assert str(SideTask.objects.get(finished__isnull=True).post) == "县教育局安全办主任"
    TRIAL.do(district, number, level="major", clause=district.clause)
    assert str(SideTask.objects.get(finished__isnull=True, process__machine="plan").post) == "县教育局分管领导"


def test_down_from_major_two_agree(district: District) -> None:
    number = district.graded("major", "assigned")
    outcome = TRIAL.do(district, number, level="general")
    assert (outcome.action, district.find(number).level) == ("request_countersign", "major")
    assert district.do("confirm_countersign", district.leader, number).action == "regrade"
    hazard = district.find(number)
    assert (hazard.level, hazard.clause_id) == ("general", None)
    district.sign(number)
    district.submit(number)


def test_a_pending_major_is_agreed_on_at_last(district: District, clock) -> None:
    number = district.report(suspected_major=True)
    facts = {"level": "major", "domain": "04", "competence": "school", "clause": district.clause}
    district.do("file", district.office, number, **facts)
    clock.set(Countersign.objects.get().due_at)
    district.lapse("lapse_countersign", number)
    due = district.find(number).due_at
    TRIAL.do(district, number, level="major")
    district.do("confirm_countersign", district.leader, number)
    hazard = district.find(number)
    assert (hazard.level_is_pending, hazard.level_label, hazard.clause_id) == (False, "重大", district.clause)
    assert hazard.due_at == due, "agreeing wins no time"


def test_nothing_changes(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, level="general") == {"level"}


def test_raised_while_it_is_verified_it_goes_back_for_a_plan(district: District) -> None:
    number = district.reach("submitted")
    TRIAL.do(district, number)
    with pytest.raises(Invalid, match="退回补正"), transaction.atomic():
        district.pass_by_two(number)
    district.do("return_submission", district.office, number, defects="补报方案")
    district.plan(number, district.director)
    district.submit(number)
    district.pass_by_two(number)
    assert district.do("close", district.director, number, closure_type="rectified").state == "closed"


def test_raised_before_closure_it_is_not_closed_as_it_stands(district: District) -> None:
    number = district.reach("verified")
    TRIAL.do(district, number)
    with pytest.raises(Invalid, match="经批准的整改方案"), transaction.atomic():
        district.do("close", district.director, number, closure_type="rectified")
    district.do("return_closure", district.director, number, doubt="等级已调高")
    district.do("return_submission", district.office, number, defects="补报方案")
    assert district.find(number).state == "rectifying"


def test_a_central_school_raises_and_lowers_only_by_mandate(district: District) -> None:
    number = district.reach_own("rectifying")
    TRIAL.do(district, number, who="central")
    # It is the bureau's from now on.
    assert "县教育局安全办经办" in TRIAL.refused(district, number, NotAllowed, who="central")


def test_a_bureau_without_the_middle_grade(district: District) -> None:
    BureauRules.objects.create(bureau=district.units["edu"], uses_significant=False)
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number) == {"level"}
    TRIAL.do(district, number, level="major", clause=district.clause)


def test_what_was_significant_before_the_grade_went_can_go_either_way(district: District) -> None:
    first, second = district.reach_significant(), district.reach_significant()
    BureauRules.objects.create(bureau=district.units["edu"], uses_significant=False)
    clear_all()
    TRIAL.do(district, first, level="general")
    TRIAL.do(district, second, level="major", clause=district.clause)
    assert (district.find(first).level, district.find(second).level) == ("general", "major")


def test_the_bureau_takes_over_what_a_school_handles_by_raising_its_level(district: District) -> None:
    number = district.find(district.reach_own("rectifying")).number
    assert district.find(number).handling_unit_id == district.units["school"].pk
    TRIAL.do(district, number)
    hazard = district.find(number)
    assert (hazard.level, hazard.handling_unit_id) == ("significant", district.units["edu"].pk)
    assert hazard.lead_assignment and hazard.lead_assignment.issuer_unit_id == district.units["edu"].pk
