"""Limits follow the calendar; what a paper names is never shortened."""

from __future__ import annotations

from datetime import date, time
from threading import Thread
from typing import Any

import pytest
from django.db import transaction

from core.audit import record_audit
from core.calendar_rows import change_day
from core.calendars import Season, WorkCalendar, get_calendar
from core.clock import local
from core.errors import NotAllowed, NotFound, WrongState
from core.models import AuditEntry, AuditKind
from deadlines.calendar_services import SeasonChoice, change_seasons
from deadlines.models import Deadline, DeadlineFiring
from deadlines.schedule import Span
from hazards.case import Case
from hazards.limits import due_of
from hazards.models import HazardEvent
from hazards.reckoning import reckon
from hazards.recomputing import count_changes, finish_recomputing, recompute_open, rehearse
from organizations.kinds import AdminRole
from organizations.models import User
from tests.support import outside as o
from tests.support.district import District, make_person
from tests.support.time_passes import sweep_until
from tests.support.trials import moment

FREE, WORKED = (False, "放假"), (True, "调休")
OTHER_HOURS = "作息时间或学期调整"


def change(d: District, on: str, mark: tuple[bool, str] | None) -> frozenset[date]:
    day = date.fromisoformat(on)
    change_day(on=day, mark=mark, actor=None, at=d.at)
    return frozenset({day})


def recompute(d: District, number: str, **data: Any) -> None:
    d.lapse("recompute", number) if not data else o.by_time(d, "recompute", number, **data)


def due(d: District, number: str) -> str:
    return local(d.find(number).due_at).strftime("%Y-%m-%d %H:%M")


def step(d: District, number: str, kind: str = "step") -> Deadline:
    return Deadline.objects.get(subject_id=d.find(number).pk, kind=kind)


def test_works(district: District) -> None:
    number = district.report()
    assert due(district, number) == "2026-11-24 17:30"
    days = change(district, "2026-11-24", FREE)
    counts = recompute_open(district.at, days=days, why="临时放假")
    assert (counts.n_looked, counts.n_moved, counts.n_rungs) == (1, 1, 0)
    assert due(district, number) == "2026-11-25 17:30"
    hazard = district.find(number)
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.actor_id, event.kind, event.data["why"]) == (None, "hazard.limits_recomputed", "临时放假")
    assert (event.data["old_due"], event.data["new_due"]) == ("2026-11-24 17:30", "2026-11-25 17:30")
    assert step(district, number).due_at == hazard.due_at


def test_wrong_state(district: District) -> None:
    with pytest.raises(WrongState, match="时限没有变化"):
        recompute(district, district.report(), why="核算")
    with pytest.raises(WrongState):
        recompute(district, district.reach("closed"), why="核算")


def test_nobody_asks_for_it(district: District) -> None:
    number = district.report()
    for who in (district.safety, district.office, district.leader):
        with pytest.raises((NotAllowed, NotFound)), transaction.atomic():
            district.do("recompute", who, number, why="核算")


@pytest.mark.parametrize(
    ("at", "due_at", "is_reckoned"), [("11-28 17:29", "11-28 17:30", True), ("11-28 17:30", "11-30 17:30", False)]
)
def test_a_step_may_end_earlier_but_is_not_late_by_it(
    district: District, clock: Any, at: str, due_at: str, is_reckoned: bool
) -> None:
    """Saturday becomes worked, so that the step ends then; where that is over it ends when it would have ended."""
    clock.set(moment("2026-11-27 09:00"))
    number = district.report()
    assert due(district, number) == "2026-11-30 17:30"
    clock.set(moment(f"2026-{at}"))
    change(district, "2026-11-28", WORKED)
    recompute_open(district.at)
    assert (due(district, number), bool(district.find(number).due_by)) == (f"2026-{due_at}", is_reckoned)


def test_the_last_day_of_a_paper_goes_on_to_the_next_working_day(district: District) -> None:
    number = district.reach_with("sibling")
    lead = district.find(number).lead_assignment
    assert lead.limit_on.isoformat() == "2026-12-08"
    for day in ("2026-12-08", "2026-12-09"):
        days = change(district, day, FREE)
    counts = recompute_open(district.at, days=days | {date(2026, 12, 8)})
    assert counts.n_moved == 1
    hazard = district.find(number)
    rows = list(hazard.assignments.exclude(state="canceled").order_by("pk"))
    assert [row.limit_on.isoformat() for row in rows] == ["2026-12-10", "2026-12-10"]
    assert [row.first_limit_on.isoformat() for row in rows] == ["2026-12-08", "2026-12-08"]
    assert (hazard.due_at, hazard.whole_due_at) == (rows[0].due_at, rows[0].due_at)
    limits = Deadline.objects.filter(subject_id=hazard.pk, kind="limit", state="armed")
    assert {one.due_at for one in limits} == {moment("2026-12-11 00:00")} and limits.count() == 2
    assert recompute_open(district.at, days=days).n_moved == 0, "once is enough"


def test_a_paper_is_never_shortened(district: District) -> None:
    number = district.reach("rectifying")
    for day in ("2026-11-28", "2026-12-05"):
        change(district, day, WORKED)
    assert recompute_open(district.at, days=frozenset({date(2026, 12, 5)})).n_moved == 0
    assert due(district, number) == "2026-12-09 00:00"


def test_a_day_that_was_one_of_rest_all_along_stands(district: District) -> None:
    """Somebody named a Sunday, and meant it."""
    number = district.report()
    district.do("escalate", district.safety, number, reason="统一安排")
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    told = {"lead": district.units["school"].pk, "requirements": "加固", "limit_on": "2026-12-20"}
    district.do("assign", district.office, number, **told)
    days = change(district, "2026-12-21", FREE)
    recompute_open(district.at, days=days)
    assert district.find(number).lead_assignment.limit_on == date(2026, 12, 20)


def test_major_waits_for_no_working_day(district: District) -> None:
    number = district.graded("major", "rectifying")
    limit_on = district.find(number).lead_assignment.limit_on
    days = change(district, limit_on.isoformat(), FREE if limit_on.weekday() < 5 else None)
    recompute_open(district.at, days=days)
    assert district.find(number).lead_assignment.limit_on == limit_on


def test_a_legal_paper_is_moved_by_its_issuer_only(district: District) -> None:
    hazard = district.find(district.reach("rectifying"))
    hazard.paper_limit_on = hazard.lead_assignment.limit_on
    days = change(district, "2026-12-08", FREE)
    case = Case(hazard=hazard, actor=User(), at=district.at, held=[])
    assert reckon(case, [], days, district.at).rolled == ()
    hazard.paper_limit_on = None
    assert len(reckon(case, [], days, district.at).rolled) == 1


def test_the_turns_of_small_rows_move_and_keep_their_beginning(district: District, clock: Any) -> None:
    number = district.reach_with("sibling")
    began = step(district, number, "part").armed_at
    assert local(step(district, number, "part").due_at).strftime("%d %H:%M") == "24 17:30"
    clock.set(moment("2026-11-23 11:00"))
    change(district, "2026-11-24", FREE)
    assert recompute_open(district.at).n_moved == 1
    part = step(district, number, "part")
    assert (local(part.due_at).strftime("%d %H:%M"), part.armed_at) == ("25 17:30", began)
    change(district, "2026-11-25", FREE)
    recompute_open(district.at)
    part = step(district, number, "part")
    assert (local(part.due_at).strftime("%d %H:%M"), part.armed_at) == ("26 17:30", began)


def test_a_rung_alone_moves_without_an_act(district: District) -> None:
    number = district.reach("rectifying")
    before = district.find(number).last_seq
    limit = step(district, number, "limit")
    assert limit.next_fire_at == moment("2026-12-03 08:30")
    change(district, "2026-12-03", FREE)
    counts = recompute_open(district.at)
    assert (counts.n_moved, counts.n_rungs) == (0, 1)
    limit.refresh_from_db()
    assert (limit.next_fire_at, limit.wake_at) == (moment("2026-12-02 08:30"),) * 2
    assert (district.find(number).last_seq, limit.arming) == (before, 1)


def test_a_rung_that_fired_does_not_come_again(district: District) -> None:
    """T−3 fired on the 3rd; the 5th becomes worked, so that by the new days it comes on the 4th: no colour until then."""
    number = district.reach("rectifying")
    sweep_until(moment("2026-12-03 09:00"))
    assert (DeadlineFiring.objects.count(), district.find(number).colour) == (1, "blue")
    change(district, "2026-12-05", WORKED)
    counts = recompute_open(district.at)
    assert (counts.n_moved, counts.n_rungs) == (1, 0)
    assert (step(district, number, "limit").arming, district.find(number).colour) == (1, "")
    sweep_until(moment("2026-12-07 08:29"))
    assert DeadlineFiring.objects.count() == 1
    sweep_until(moment("2026-12-07 08:30"))
    assert (DeadlineFiring.objects.count(), district.find(number).colour) == (2, "yellow")


def test_a_rung_that_comes_before_what_is_done_with_is_written_down(district: District) -> None:
    """T+3 working days had not come when T+7 days did; a holiday less, and it had."""
    number = district.reach("rectifying")
    for day in ("2026-12-09", "2026-12-10", "2026-12-11", "2026-12-14"):
        change(district, day, FREE)
    recompute_open(district.at)
    sweep_until(moment("2026-12-16 00:00"))
    fired = DeadlineFiring.objects.filter(deadline=step(district, number, "limit"))
    assert sorted(fired.values_list("rung", flat=True)) == [1, 2, 3, 5]
    for day in ("2026-12-09", "2026-12-10", "2026-12-11", "2026-12-14"):
        change(district, day, None)
    recompute_open(district.at)
    assert fired.get(rung=4).outcome == "missed"


def test_what_would_change_is_counted_and_taken_back(district: District) -> None:
    number, _other = district.report(), district.reach("rectifying")
    counts = rehearse(lambda: change(district, "2026-11-24", FREE), district.at).counts
    assert (counts.n_looked, counts.n_moved, counts.n_later, counts.n_earlier) == (2, 1, 1, 0)
    assert due(district, number) == "2026-11-24 17:30"
    counts = count_changes(district.at)
    assert (counts.n_looked, counts.n_moved, counts.n_rungs) == (2, 0, 0)


def test_a_day_that_is_worked_again_brings_limits_forward(district: District) -> None:
    change(district, "2026-11-24", FREE)
    district.report()
    rehearsal = rehearse(lambda: change(district, "2026-11-24", None), district.at)
    assert (rehearsal.counts.n_later, rehearsal.counts.n_earlier, rehearsal.n_changed) == (0, 1, 1)


def test_a_limit_that_rolls_over_is_one_limit(district: District) -> None:
    """The day in the paper of the lead is the present step's."""
    district.reach("rectifying")
    counts = rehearse(lambda: change(district, "2026-12-08", FREE), district.at).counts
    assert (counts.n_moved, counts.n_later, counts.n_earlier) == (1, 1, 0)


def test_so_many_are_looked_at_and_it_says_so(district: District) -> None:
    for _n in range(3):
        district.report()
    rehearsal = rehearse(lambda: change(district, "2026-11-24", FREE), district.at, most=2)
    assert (rehearsal.counts.n_looked, rehearsal.n_touched, rehearsal.is_whole) == (2, 3, False)


def test_nobody_else_reckons_by_a_day_that_is_only_supposed(district: District) -> None:
    """What this thread supposes, others do not see."""
    seen: list[bool] = []
    get_calendar()

    def look() -> None:
        seen.append(get_calendar().is_working_day(date(2026, 11, 24)))

    supposed = WorkCalendar(special_days={date(2026, 11, 24): False}, covered_years=frozenset({2026}))
    with get_calendar.supposing(supposed):
        look()
        other = Thread(target=look)
        other.start()
        other.join()
    look()
    assert seen == [False, True, True]


def test_a_change_of_days_is_followed_once_it_is_sure(
    district: District, django_capture_on_commit_callbacks: Any
) -> None:
    number = district.report()
    with django_capture_on_commit_callbacks(execute=True):
        change(district, "2026-11-24", FREE)
    assert due(district, number) == "2026-11-25 17:30"
    assert AuditEntry.objects.filter(action="clock.recomputed").get().detail["moved"] == 1


def test_other_hours_move_what_ends_with_business(district: District, django_capture_on_commit_callbacks: Any) -> None:
    number, keeper = district.report(), make_person("keeper", None, admin_role=AdminRole.SYSTEM)
    season = Season((1, 1), (12, 31), ((time(8), time(12)), (time(14), time(18))))
    with django_capture_on_commit_callbacks(execute=True):
        change_seasons(actor=keeper, unit=district.units["edu"], seasons=[SeasonChoice("全年", season)], at=district.at)
    assert due(district, number) == "2026-11-24 18:00"
    hazard = district.find(number)
    assert HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq).data["why"] == OTHER_HOURS


def test_what_was_cut_short_is_finished_the_next_day(district: District) -> None:
    number, papers = district.report(), district.reach("rectifying")
    change(district, "2026-11-24", FREE)
    change(district, "2026-12-08", FREE)
    finish_recomputing(district.at)
    assert due(district, number) == "2026-11-25 17:30"
    assert due(district, papers) == "2026-12-10 00:00"
    record_audit(kind=AuditKind.SETTINGS, at=district.at, action="roster.changed")
    finish_recomputing(district.at)
    assert AuditEntry.objects.filter(action="clock.recomputed").count() == 1, "nothing was left to do"


def test_a_limit_before_a_term_that_nobody_entered_raises_nothing(district: District) -> None:
    hazard = district.find(district.report())
    assert due_of(hazard, Span(district.at, 0, "bt")) == moment("2026-12-24 00:00")
