"""How units stand, on both sides of each figure. Source: process.md b.4."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.clock import SHANGHAI
from core.errors import Invalid, NotAllowed, NotFound, WrongState
from core.models import AuditEntry
from documents.models import Document
from hazards.models import BureauRules, Measure, UnitMeasure
from hazards.services.unit_measures import (
    decide_unit_measure,
    draft_for_last_quarter,
    reply_unit_measure,
    withdraw_unit_measure,
)  # fmt: skip
from hazards.units_ladder import (
    Kept,
    Quarter,
    UnitState,
    colour_for,
    count_kept,
    count_overdue,
    list_unit_states,
    quarter_before,
    quarter_of,
    rules_of,
    units_below,
)  # fmt: skip
from notifications.models import OutboxMessage
from organizations.kinds import PostKind
from tests.support import measured as m
from tests.support.district import District, make_person

AFTER = datetime(2027, 1, 4, 3, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("n", "colour"), [(0, ""), (2, ""), (3, "orange"), (4, "orange"), (5, "red"), (9, "red")])
def test_three_at_once_are_orange_five_red(n: int, colour: str) -> None:
    assert colour_for(n, BureauRules()) == colour


def test_the_figures_are_the_bureaus() -> None:
    rules = BureauRules(unit_orange_from=2, unit_red_from=3)
    assert [colour_for(n, rules) for n in (1, 2, 3)] == ["", "orange", "red"]


@pytest.mark.parametrize(
    ("n", "kept", "is_below"),
    [(100, 79, True), (100, 80, False), (10, 7, True), (10, 8, False), (5, 4, False), (4, 3, False), (4, 2, True), (1, 0, False), (2, 0, True)],
)  # fmt: skip
def test_below_eighty_percent_by_more_than_one(n: int, kept: int, is_below: bool) -> None:
    assert Kept(n, kept).is_below(80) is is_below


def test_quarters_follow_each_other() -> None:
    assert str(quarter_of(date(2026, 12, 31))) == "2026Q4"
    assert quarter_before(date(2027, 1, 1)) == Quarter(2026, 4)
    assert quarter_before(date(2026, 4, 1)) == Quarter(2026, 1)
    assert Quarter(2026, 4).ends_at == Quarter(2027, 1).begins_at


def test_only_limits_of_its_own_that_have_passed_are_counted(district: District, clock: Any) -> None:
    numbers = [district.reach("rectifying") for _ in range(3)]
    school = district.units["school"].pk
    due = max(due for number in numbers if (due := district.find(number).due_at))
    clock.set(due - timedelta(microseconds=1))
    assert count_overdue([school], district.at) == {}
    clock.set(due)
    assert count_overdue([school], district.at) == {school: 3}
    # Judged, the time is the office's.
    district.submit(numbers[0])
    assert count_overdue([school], district.at) == {school: 2}


def test_time_that_an_office_owes_is_nobodys_colour(district: District, clock: Any) -> None:
    numbers = [district.reach("submitted") for _ in range(3)]
    clock.set(district.find(numbers[0]).due_at + timedelta(days=9))
    assert count_overdue([unit.pk for unit in district.units.values()], district.at) == {}


def test_what_is_confidential_colours_nobody(district: District, clock: Any) -> None:
    for _ in range(3):
        number = district.report(domain="08", description="保密")
        district.do("file", district.bureau_confidant, number, level="general", domain="08", competence="school")
        district.do("assign", district.bureau_confidant, number, lead=district.units["school"].pk, requirements="核实")
    clock.set(district.at + timedelta(days=60))
    assert count_overdue([district.units["school"].pk], district.at) == {}


def keep(d: District, clock: Any, *, on_time: int, late: int) -> None:
    """So many limits of the first school kept and missed in the last quarter of 2026."""
    numbers = [d.reach("rectifying") for _ in range(on_time + late)]
    for number in numbers[:on_time]:
        d.submit(number)
    clock.set(AFTER)


def test_a_limit_kept_is_one_told_of_before_it_ends(district: District, clock: Any) -> None:
    kept, late = district.reach("rectifying"), district.reach("rectifying")
    due = district.find(kept).due_at
    clock.set(due - timedelta(microseconds=1))
    district.submit(kept)
    clock.set(due)
    district.submit(late)
    school = district.units["school"].pk
    clock.set(AFTER)
    assert count_kept([school], Quarter(2026, 4), district.at) == {school: Kept(2, 1)}
    assert count_kept([school], Quarter(2027, 1), district.at) == {}


def test_too_few_kept_is_a_talk(district: District, clock: Any) -> None:
    keep(district, clock, on_time=1, late=2)
    assert draft_for_last_quarter(district.at) == 1
    measure = UnitMeasure.objects.get()
    assert (measure.unit, measure.bureau, measure.kind, measure.period, measure.state) == (
        district.units["school"], district.units["edu"], "interview", "2026Q4", "draft",
    )  # fmt: skip
    assert measure.facts == {"n": 3, "n_on_time": 1, "percent": 33, "least": 80}
    assert "33%" in measure.text
    paper = Document.objects.get(pk=measure.document_id or 0)
    assert (paper.subject_id, paper.state, paper.fields["form"]) == (None, "draft", "remind")
    assert AuditEntry.objects.filter(action="unit_measure.drafted").exists()


def test_once_a_quarter_however_often_it_runs(district: District, clock: Any) -> None:
    keep(district, clock, on_time=0, late=2)
    assert [draft_for_last_quarter(district.at) for _ in range(3)] == [1, 0, 0]
    assert Document.objects.count() == 1


def test_enough_kept_is_none(district: District, clock: Any) -> None:
    keep(district, clock, on_time=4, late=1)
    assert draft_for_last_quarter(district.at) == 0


def test_a_bureau_that_asks_for_less(district: District, clock: Any) -> None:
    keep(district, clock, on_time=2, late=2)
    BureauRules.objects.create(bureau=district.units["edu"], least_on_time=50)
    assert draft_for_last_quarter(district.at) == 0


def test_a_quarter_long_past_is_left_alone(district: District, clock: Any) -> None:
    keep(district, clock, on_time=0, late=2)
    edge = Quarter(2026, 4).ends_at + timedelta(days=31)
    clock.set(edge)
    assert draft_for_last_quarter(district.at) == 0
    clock.set(edge - timedelta(microseconds=1))
    assert draft_for_last_quarter(district.at) == 1


@pytest.fixture
def drafted(district: District, clock: Any) -> int:
    keep(district, clock, on_time=0, late=2)
    draft_for_last_quarter(district.at)
    return UnitMeasure.objects.get().pk


def test_issued_answered_and_counted(district: District, drafted: int) -> None:
    d, at = district, district.at
    with pytest.raises(NotAllowed):
        decide_unit_measure(actor=d.office, measure_id=drafted, ruling="issue", at=at)
    with pytest.raises(NotFound):
        reply_unit_measure(actor=d.principal, measure_id=drafted, reply="x", at=at)
    issued = decide_unit_measure(actor=d.leader, measure_id=drafted, ruling="issue", at=at)
    assert issued.state == "issued" and issued.document and issued.document.number == "教安约〔2027〕1号"
    assert {message.recipient for message in OutboxMessage.objects.filter(kind__startswith="unit_measure.")} == {
        d.principal,
        d.safety,
    }
    with pytest.raises(WrongState):
        decide_unit_measure(actor=d.chief, measure_id=drafted, ruling="decline", opinion="x", at=at)
    with pytest.raises(NotFound):
        reply_unit_measure(actor=d.far_principal, measure_id=drafted, reply="x", at=at)
    with pytest.raises(Invalid):
        reply_unit_measure(actor=d.principal, measure_id=drafted, reply="  ", at=at)
    replied = reply_unit_measure(actor=d.principal, measure_id=drafted, reply="已部署", at=at)
    assert (replied.state, replied.replied_by) == ("replied", d.principal)
    [state] = list_unit_states(units_below([d.units["edu"].pk]), rules_of(d.units["edu"].pk), at)
    assert isinstance(state, UnitState) and (state.unit, state.measures) == (d.units["school"], {"约谈": 1})
    with pytest.raises(NotAllowed, match=d.leader.name):
        withdraw_unit_measure(actor=d.chief, measure_id=drafted, reason="误算", at=at)
    withdraw_unit_measure(actor=d.leader, measure_id=drafted, reason="误算", at=at)
    [state] = list_unit_states(units_below([d.units["edu"].pk]), rules_of(d.units["edu"].pk), at)
    assert state.measures == {}
    assert Document.objects.get(kind="interview").state == "void"
    actions = set(AuditEntry.objects.filter(action__startswith="unit_measure.").values_list("action", flat=True))
    assert actions == {"unit_measure.drafted", "unit_measure.issued", "unit_measure.replied", "unit_measure.withdrawn"}


def test_declined_with_a_reason(district: District, drafted: int) -> None:
    with pytest.raises(Invalid):
        decide_unit_measure(actor=district.leader, measure_id=drafted, ruling="decline", at=district.at)
    declined = decide_unit_measure(
        actor=district.chief, measure_id=drafted, ruling="decline", opinion="受灾停工", at=district.at
    )
    assert declined.state == "declined" and Document.objects.get().state == "void"


def test_who_left_is_followed_by_his_posts_next_holder(district: District, drafted: int) -> None:
    d = district
    decide_unit_measure(actor=d.leader, measure_id=drafted, ruling="issue", at=d.at)
    d.leave(d.leader)
    new = make_person("newleader", d.units["edu"], PostKind.LEADER)
    with pytest.raises(NotAllowed):
        withdraw_unit_measure(actor=d.chief, measure_id=drafted, reason="误算", at=d.at)
    assert withdraw_unit_measure(actor=new, measure_id=drafted, reason="误算", at=d.at).state == "withdrawn"


def test_measures_of_hazards_count_until_withdrawn(district: District) -> None:
    number = m.issued(district)
    d = district
    rules, units = rules_of(d.units["edu"].pk), units_below([d.units["edu"].pk])
    assert list_unit_states(units, rules, d.at)[0].measures == {"通报批评": 1}
    d.do("withdraw_measure", d.leader, number, reason="误发")
    assert list_unit_states(units, rules, d.at)[0].measures == {}


def test_what_goes_to_a_competent_body_is_counted_for_the_bureau_alone(district: District) -> None:
    d = district
    number = m.issued(d, "transfer")
    rules, school = rules_of(d.units["edu"].pk), [d.units["school"]]
    assert list_unit_states(school, rules, d.at)[0].measures == {"线索移送": 1}
    assert list_unit_states(school, rules, d.at, for_bureau=False)[0].measures == {}
    m.draft(d, number)
    d.do("decide_measure", d.leader, number, ruling="issue", measure=Measure.objects.get(kind="bulletin").pk)
    assert list_unit_states(school, rules, d.at, for_bureau=False)[0].measures == {"通报批评": 1}
