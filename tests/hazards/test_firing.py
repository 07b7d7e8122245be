"""What a rung that goes through a service asks, whom every rung tells, and what goes out with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from deadlines.models import Deadline, DeadlineFiring
from deadlines.sweep import BACK_OFF, sweep_all
from documents.models import Document
from hazards.models import Hazard, HazardEvent, Measure, Supervision
from notifications.models import OutboxMessage
from organizations.models import Holding
from organizations.services import delegate_post
from tests.support import outside as o
from tests.support.district import District


def limit_of(d: District, number: str) -> Deadline:
    hazard = d.find(number)
    return Deadline.objects.get(subject_id=hazard.pk, kind="limit", row_id=hazard.lead_assignment_id or 0)


def climb(d: District, clock: Any, number: str, act: str, kind: str = "limit") -> datetime:
    """Sweep rung by rung until the next one of this deadline is of that act; gives its moment."""
    while True:
        row = Deadline.objects.filter(subject_id=d.find(number).pk, kind=kind, next_fire_at__isnull=False)
        at: datetime = row.order_by("next_fire_at")[0].next_fire_at  # type: ignore[assignment]
        clock.set(at)
        sweep_all(at)
        last = DeadlineFiring.objects.filter(subject_id=d.find(number).pk, outcome="acted").order_by("id").last()
        if last and last.act == act:
            return at


def told_by_last(d: District, number: str) -> set[str]:
    hazard = d.find(number)
    seq = OutboxMessage.objects.filter(subject_id=hazard.pk).order_by("event_seq").values_list("event_seq").last()
    rows = OutboxMessage.objects.filter(subject_id=hazard.pk, event_seq=seq[0] if seq else None)
    return set(rows.values_list("recipient__username", flat=True))


def rungs_of(hazard: Hazard) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(subject_id=hazard.pk, kind__startswith="deadline.").order_by("id")


def significant_of_bureau(d: District) -> str:
    """A 较大 that the bureau found and ordered its own school to mend."""
    number = d.do(
        "report", d.office, unit=d.units["school"].pk, place="教学楼", domain="04", description="栏杆松动"
    ).receipt_number
    d.do("file", d.office, number, level="significant", domain="04", competence="school")
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固")
    d.sign(number)
    return number


def test_a_bulletin_is_drafted_with_its_event(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    at = climb(district, clock, number, "bulletin")
    measure = Measure.objects.get(hazard=district.find(number))
    assert (measure.kind, measure.state) == ("bulletin", "draft")
    firing = DeadlineFiring.objects.get(subject_id=measure.hazard_id, act="bulletin")
    event = HazardEvent.objects.get(hazard=measure.hazard_id, seq=firing.event_seq or 0)
    assert (event.action, event.actor_name, event.recorded_at) == ("draft_measure", "系统", at)
    assert told_by_last(district, number) == {"principal", "central", "leader"}
    assert limit_of(district, number).fired_until == at


def test_a_bureaus_own_significant_one_is_listed_at_once(district: District, clock: Any) -> None:
    number = significant_of_bureau(district)
    climb(district, clock, number, "listing")
    assert district.find(number).listing == "listed"
    last = HazardEvent.objects.filter(hazard=district.find(number)).order_by("-seq")[0]
    assert last.action == "list_overdue"


def test_what_a_school_found_itself_is_only_drafted(district: District, clock: Any) -> None:
    number = district.reach_significant()
    assert district.find(number).source == "school"
    climb(district, clock, number, "listing")
    row = Supervision.objects.get(hazard=district.find(number))
    assert (row.state, district.find(number).listing) == ("proposed", "proposed")


def test_a_general_one_is_only_drafted(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    climb(district, clock, number, "listing")
    assert district.find(number).listing == "proposed"


def test_what_is_listed_already_is_not_listed_again(district: District, clock: Any) -> None:
    number = significant_of_bureau(district)
    climb(district, clock, number, "interview")
    reason = {"trigger": "L-4", "reason": "推进会明确"}
    district.do("propose_listing", district.office, number, **reason)
    district.do("decide_listing", district.leader, number, ruling="list", supervisor="王某")
    before = HazardEvent.objects.filter(hazard=district.find(number), action="list_overdue").count()
    at = limit_of(district, number).next_fire_at
    assert at
    clock.set(at)
    sweep_all(at)
    firing = DeadlineFiring.objects.get(subject_id=district.find(number).pk, act="listing")
    assert (firing.outcome, firing.event_seq) == ("moot", None)
    assert HazardEvent.objects.filter(hazard=district.find(number), action="list_overdue").count() == before
    following = limit_of(district, number).next_fire_at
    assert following and following > at, "the ladder goes on"


def test_a_proposal_that_nobody_decides_is_settled_by_the_rung(district: District, clock: Any) -> None:
    number = significant_of_bureau(district)
    district.do("propose_listing", district.office, number, trigger="L-4", reason="推进会明确")
    climb(district, clock, number, "listing")
    row = Supervision.objects.get(hazard=district.find(number))
    assert (row.state, row.trigger, row.is_standing) == ("listed", "L-4", True)


def test_a_proposed_general_one_is_not_proposed_again(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    district.do("propose_listing", district.office, number, trigger="L-4", reason="推进会明确")
    climb(district, clock, number, "interview")
    at = limit_of(district, number).next_fire_at
    assert at
    clock.set(at)
    sweep_all(at)
    assert Supervision.objects.filter(hazard=district.find(number)).count() == 1


def test_an_order_nobody_signs_is_received_by_the_clock(district: District, clock: Any) -> None:
    number = district.reach("assigned")
    climb(district, clock, number, "deem_received", kind="step")
    assert district.find(number).state == "rectifying"
    # The office gave the order and learns that nobody signed it.
    assert told_by_last(district, number) == {"safety", "principal", "central", "office"}


def test_a_letter_nobody_answers_lapses_and_the_office_is_told(district: District, clock: Any) -> None:
    number = o.notified(district)
    climb(district, clock, number, "lapse_notice", kind="step")
    assert (district.find(number).state, district.find(number).n_unanswered) == ("filed", 1)
    # The department hears that it is not asked any more.
    assert told_by_last(district, number) == {"office", "leader", "fire"}


def test_a_reminder_is_a_paper_a_message_each_and_a_rank(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    at = climb(district, clock, number, "remind")
    hazard = district.find(number)
    [paper] = Document.objects.filter(subject_id=hazard.pk)
    assert (paper.kind, paper.state, paper.drafted_by) == ("reminder", "draft", None)
    assert (paper.issuer_name, paper.addressee_name) == ("县教育局", "第一小学")
    assert "距期限还有" in paper.text and hazard.number in paper.text
    assert told_by_last(district, number) == {"safety", "teacher"}, "who owes it and the named handler"
    row = rungs_of(hazard)[0]
    assert (row.kind, row.created_at, row.payload["number"]) == ("deadline.reminded", at, hazard.number)
    assert hazard.rank == 1


def test_what_an_office_owes_harms_no_school(district: District, clock: Any) -> None:
    number = district.reach("submitted")
    due = district.find(number).due_at
    assert due
    sweep_all(due + timedelta(days=40))
    hazard = district.find(number)
    told = set(rungs_of(hazard).values_list("recipient__username", flat=True))
    assert told <= {"office", "director", "leader"} and told
    assert not Measure.objects.filter(hazard=hazard).exists()
    assert not Document.objects.filter(subject_id=hazard.pk).exists(), "a bureau sends itself no paper"


def test_a_vacant_post_goes_upward(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    limit = limit_of(district, number)
    district.leave(district.principal)
    sweep_all(limit.due_at)
    assert told_by_last(district, number) >= {"central_head"}, "the head of the central school for the vacant principal"


def test_confidential_matters_reach_confidants_without_a_word(district: District, clock: Any) -> None:
    number = district.report(domain="08", place="操场", description="秘密文字")
    due = district.find(number).due_at
    assert due
    sweep_all(due + timedelta(days=3))
    rows = rungs_of(district.find(number))
    assert set(rows.values_list("recipient__username", flat=True)) <= {"bureau_confidant", "confidant", "leader"}
    assert rows.exists()
    for row in rows:
        assert set(row.payload) - {"awaits"} == {"number", "act", "due_at"}
    assert not Document.objects.filter(subject_id=district.find(number).pk).exists()


def test_departments_are_told_by_their_own_people(district: District, clock: Any) -> None:
    number = o.ordered(district)
    o.sign(district, number)
    limit = limit_of(district, number)
    sweep_all(limit.due_at)
    told = told_by_last(district, number)
    assert "fire" in told and "office" in told
    assert not told & {"safety", "principal", "central"}


def test_delegates_are_told_and_nobody_twice(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    holding = Holding.objects.get(user=district.safety, until_on__isnull=True)
    delegate_post(
        actor=district.safety, holding=holding, to=district.teacher, from_on=district.at.date(),
        until_on=(district.at + timedelta(days=60)).date(), reason="培训", at=district.at,
    )  # fmt: skip
    climb(district, clock, number, "remind")
    rows = rungs_of(district.find(number))
    assert sorted(rows.values_list("recipient__username", flat=True)) == ["safety", "teacher"]


def test_a_step_that_nobody_could_take_is_a_failure_and_not_passed_over(district: District, clock: Any) -> None:
    """People have to mend it; then the rung comes all the same."""
    number = district.reach("assigned")
    due = district.find(number).due_at
    assert due
    clock.set(due)
    held = list(Holding.objects.filter(until_on__isnull=True).values_list("pk", flat=True))
    Holding.objects.filter(pk__in=held).update(until_on=due.date() - timedelta(days=1))
    tally = sweep_all(due)
    assert (len(tally.failed), district.find(number).state) == (1, "assigned")
    failed = Deadline.objects.get(pk=tally.failed[0])
    assert failed.failure.startswith("Invalid: invalid")
    assert failed.wake_at == due + BACK_OFF[0]
    Holding.objects.filter(pk__in=held).update(until_on=None)
    sweep_all(due + BACK_OFF[0])
    assert district.find(number).state == "rectifying"
