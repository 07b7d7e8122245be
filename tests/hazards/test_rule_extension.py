from typing import Any

import pytest
from django.db import transaction

from core.errors import Invalid, NotAllowed
from deadlines.models import Deadline
from documents.models import Document
from hazards.models import Assignment, Extension, Hazard, HazardEvent, RectificationPlan
from tests.hazards.test_request_extension import FACTS
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask


def asked(d: District, **more: Any) -> str:
    number = d.reach("rectifying")
    d.do("request_extension", d.safety, number, **{**FACTS, **more})
    return number


TRIAL = Trial(
    action="rule_extension", by="director", reach=asked, data=lambda d: {"ruling": "grant", "opinion": "情况属实，同意"}
)


def limits(number_of: Any) -> dict[str, Any]:
    return {one.kind: one.due_at for one in Deadline.objects.filter(subject_id=number_of.pk, state="armed")}


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-13 00:00")
    lead = hazard.lead_assignment
    assert lead is not None
    assert (lead.limit_on.isoformat(), str(lead.first_limit_on)) == ("2026-12-12", "2026-12-08")
    assert (hazard.n_extensions, hazard.whole_due_at) == (1, moment("2026-12-13 00:00"))
    row = Extension.objects.get()
    assert (row.state, str(row.granted_until_on), row.opinion) == ("granted", "2026-12-12", "情况属实，同意")
    assert limits(hazard) == {"limit": moment("2026-12-13 00:00"), "whole": moment("2026-12-13 00:00")}
    assert not SideTask.objects.filter(hazard=hazard, finished=None).exists()
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.data["old_limit"], event.data["new_limit"]) == ("2026-12-08", "2026-12-12")


def test_the_commitment_that_was_prefilled_names_the_new_day(district: District) -> None:
    number = asked(district)
    assert district.find(number).commitments["deadline"] == "2026-12-08前完成"
    TRIAL.do(district, number)
    assert district.find(number).commitments["deadline"] == "2026-12-12前完成"


def test_a_grant_ends_the_taking_over(district: District) -> None:
    number = district.reach("rectifying")
    taken = moment("2026-11-23 09:00")
    Hazard.objects.filter(pk=district.find(number).pk).update(taken_over_at=taken)
    district.do("request_extension", district.safety, number, **FACTS)
    assert district.find(number).taken_over_at == taken
    TRIAL.do(district, number)
    assert district.find(number).taken_over_at is None
    assert Deadline.objects.get(kind="limit").ladder == "unit"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="office", names="县教育局安全办主任")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "ruling", "opinion")


def test_a_refusal_changes_nothing_but_the_request(district: District) -> None:
    number = asked(district)
    before = district.find(number)
    assert TRIAL.fields_refused(district, number, ruling="refuse", until_on="2026-12-10") == {"until_on"}
    TRIAL.do(district, number, ruling="refuse", opinion="可按期完成")
    hazard, row = district.find(number), Extension.objects.get()
    assert (row.state, row.granted_until_on) == ("refused", None)
    assert (hazard.due_at, hazard.n_extensions) == (before.due_at, 0)
    assert hazard.lead_assignment is not None and hazard.lead_assignment.first_limit_on is None


def test_less_than_was_asked_may_be_granted_never_more(district: District) -> None:
    number = asked(district)
    assert TRIAL.fields_refused(district, number, until_on="2026-12-13") == {"until_on"}
    assert TRIAL.fields_refused(district, number, until_on="2026-12-08") == {"until_on"}
    TRIAL.do(district, number, until_on="2026-12-10")
    assert str(district.find(number).lead_assignment.limit_on) == "2026-12-10"


def test_a_late_grant_cures_what_is_overdue(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    clock.set(moment("2026-12-10 09:00"))
    district.do("request_extension", district.safety, number, **{**FACTS, "until_on": "2026-12-15"})
    assert district.find(number).colour == "orange"
    TRIAL.do(district, number)
    hazard = district.find(number)
    # The new limit is three working days away.
    assert (hazard.colour, hazard.due_at) == ("blue", moment("2026-12-16 00:00"))
    assert Extension.objects.get().is_late


def test_a_day_that_has_passed_meanwhile_is_not_granted(district: District, clock: Any) -> None:
    number = asked(district)
    clock.set(moment("2026-12-13 09:00"))
    assert TRIAL.fields_refused(district, number) == {"until_on"}
    TRIAL.do(district, number, ruling="refuse", opinion="请重新申请")


def test_co_units_with_the_same_limit_go_along(district: District) -> None:
    number = district.reach_with("sibling", "far")
    district.do("request_extension", district.safety, number, **FACTS)
    TRIAL.do(district, number)
    parts = Assignment.objects.filter(unit__in=[district.units["sibling"], district.units["far"]])
    assert {(str(one.limit_on), str(one.first_limit_on)) for one in parts} == {("2026-12-12", "2026-12-08")}
    due = {one.row_id: one.due_at for one in Deadline.objects.filter(kind="limit", state="armed")}
    assert set(due.values()) == {moment("2026-12-13 00:00")} and len(due) == 3


def test_what_is_promised_stands_in_the_plan(district: District) -> None:
    number = district.graded("significant", "planned")
    facts = {**FACTS, "until_on": "2027-02-20", "milestones": "2027-02-10 完成施工"}
    district.do("request_extension", district.safety, number, **facts)
    TRIAL.do(district, number)
    plan = RectificationPlan.objects.get(hazard=district.find(number))
    assert [one["on"] for one in plan.milestones] == ["2026-11-30", "2027-02-10"]


def test_twice_for_what_is_major(district: District) -> None:
    number = district.graded("major", "planned")
    for n, until_on in enumerate(("2027-08-01", "2027-10-01"), start=1):
        district.do("request_extension", district.safety, number, **{**FACTS, "until_on": until_on})
        TRIAL.do(district, number)
        assert district.find(number).n_extensions == n
    lead = district.find(number).lead_assignment
    assert lead is not None and (str(lead.first_limit_on), str(lead.limit_on)) == ("2027-05-22", "2027-10-01")
    with pytest.raises(Invalid, match="延期最多 2 次"):
        district.do("request_extension", district.safety, number, **{**FACTS, "until_on": "2027-12-01"})


def test_the_opinion_is_a_paper_of_the_office(district: District) -> None:
    number = asked(district)
    TRIAL.do(district, number, until_on="2026-12-11")
    paper = Document.objects.get(kind="extension_opinion")
    assert (paper.state, paper.issuer_unit, paper.addressee) == (
        "issued",
        district.units["edu"],
        district.units["school"],
    )
    assert "同意" in paper.text and "2026年12月11日" in paper.text
    assert paper.row_id == Extension.objects.get().pk


def test_who_asked_does_not_decide(district: District) -> None:
    number = district.reach_own("rectifying")
    district.do("request_extension", district.principal, number, **FACTS)
    with pytest.raises(NotAllowed, match="城关中心校"), transaction.atomic():
        TRIAL.do(district, number, who="principal")
    TRIAL.do(district, number, who="central_head")


def test_the_county_decides_about_what_it_ordered(district: District) -> None:
    number = o.signed(district)
    district.do("request_extension", district.fire, number, **FACTS)
    with pytest.raises(NotAllowed), transaction.atomic():
        TRIAL.do(district, number)
    TRIAL.do(district, number, who="coordinator")
    assert district.find(number).n_extensions == 1
    assert not Document.objects.filter(kind__startswith="extension").exists()


def test_after_a_transfer_the_new_unit_has_its_own_extension(district: District) -> None:
    number = asked(district)
    TRIAL.do(district, number)
    district.do(
        "transfer", district.office, number, lead=district.units["sibling"].pk, reason="改办", requirements="加固"
    )
    facts = {"leader": district.sibling_principal.pk, "handler": district.sibling_safety.pk, "interim_control": "警戒"}
    district.do("sign", district.sibling_safety, number, **facts)
    district.do("request_extension", district.sibling_safety, number, **FACTS)
    TRIAL.do(district, number)
    assert district.find(number).n_extensions == 2
