"""The tables a.3 and b.2 of process.md, cell by cell: as they are seeded, and played on hazards that are left alone.

Written down by hand from the tables. Where architecture 4 or a section of its own bends a table, a comment says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from core.clock import local
from deadlines.models import Deadline, DeadlineFiring, Policy, PolicyLimit, Rung
from deadlines.sweep import sweep_all
from hazards.models import Hazard, HazardEvent, Measure, Supervision
from notifications.models import OutboxMessage
from tests.support import outside as o
from tests.support.district import District
from tests.support.time_passes import sweep_until
from tests.support.trials import moment

LEVELS = ("general", "significant", "major")

# a.3: step → 一般, 较大, 重大. "As soon as" rows are guards of acts, not limits: temporary control goes with signing, a
# report after discovery is told late by the reporter's dates.
A3 = {
    "reported": "2wd 1wd 4h",
    "filed": "1wd 1wd 4h",
    "assigned": "1wd 4wh 2h",
    "return_request": "1wd 1wd 4h",
    "return_requested": "2wd 1wd 1wd",
    "plan": "3wd 5wd 10wd",
    # The table has no review for 一般; one that is written all the same is answered like the others.
    "plan_review": "2wd 2wd 3wd",
    # Works of 30 days are given their day by who assigns; the default is without works.
    "rectifying": "15cd 60cd 180cd",
    "extension_ahead": "3wd 5wd 15wd",
    "extension_decision": "2wd 3wd 10wd",
    "extension_count": "1n 1n 2n",
    "extension_length": "50pct 100pct 365cd",
    "submitted": "5wd 5wd 10cd",
    "rework": "7cd 10cd 15cd",
    "verified": "2wd 2wd 3wd",
    # a.5
    "listing_decision": "3wd 3wd 3wd",
    "listing_plan": "10wd 10wd 10wd",
    # Monthly where the table asks for one a quarter at least; 重大 weekly.
    "listing_report": "30cd 30cd 7cd",
    "listing_visit": "30cd 30cd 30cd",
    "delisting": "3wd 3wd 3wd",
    "honour_ban": "365cd 365cd 365cd",
    "guard": "1cd 1cd 1cd",
    # a.4 T04, T05b, T10
    "returned": "1wd 1wd 1wd",
    "appeal": "5wd 5wd 5wd",
    "referred": "5wd 5wd 1wd",
}
# Product defaults: the tables have no figure.
OWN = {
    "notice": "5wd 5wd 1wd",
    "part_done": "2wd 2wd 2wd",
    "countersign": "1wd 1wd 4h",
    "support": "5wd 5wd 3wd",
    "instruction": "3wd 3wd 1wd",
    "control_proof": "30cd 30cd 30cd",
    "resume_decision": "2wd 2wd 3wd",
    "listing_term": "30cd 60cd 180cd",
    "measure_decision": "3wd 3wd 2wd",
    "interview": "5wd 5wd 3wd",
    "measure_reply": "10wd 10wd 5wd",
}
# 立行立改 is for 一般 only; a school reviews what its own staff report in a day (architecture 3.2); vacations (f) 5.
EXCEPTIONS = {
    ("on_spot", "general", "", ""): "3cd",
    ("reported", "general", "SCH", ""): "1wd",
    ("reported", "general", "KG", ""): "1wd",
    ("reported", "general", "PT", ""): "1wd",
    ("rectifying", "general", "", "vacation"): "0bt",
}

# b.2: (moment, act, colour) by level. From 通报 upward the clock drafts for a decision, as b.1 has it; 挂牌 of 较大 and
# 重大 acts by itself where the case allows it (architecture 4), and the leader is told weekly after the last rung.
B2 = {
    "general": [
        ("T-3wd", "remind", "blue"),
        ("T-1wd", "warn", "yellow"),
        ("T", "warn", "orange"),
        ("T+3wd", "remind", "orange"),
        ("T+7cd", "warn", "red"),
        ("T+15cd", "bulletin", ""),
        ("T+30cd", "interview", ""),
        ("T+60cd", "listing", ""),
        ("weekly", "remind", ""),
    ],
    "significant": [
        ("50%", "remind", ""),
        ("T-3wd", "remind", "yellow"),
        ("T-1wd", "warn", "yellow"),
        ("T", "warn", "orange"),
        ("T+3wd", "warn", "red"),
        ("T+7cd", "bulletin", ""),
        ("T+15cd", "interview", ""),
        ("T+30cd", "listing", ""),
        ("T+60cd", "accountability", ""),
        ("weekly", "remind", ""),
    ],
    "major": [
        ("50%", "remind", ""),
        ("T-10wd", "remind", "yellow"),
        ("T-1wd", "warn", "orange"),
        ("T", "warn", "red"),
        ("T+3wd", "interview", ""),
        ("T+7cd", "listing", ""),
        ("T+15cd", "accountability", ""),
        ("T+30cd", "transfer", ""),
        ("weekly", "remind", ""),
    ],
}
DECIDED = {"bulletin", "interview", "accountability", "transfer"}


def test_every_limit_of_the_table(db: None) -> None:
    seeded = {
        (row.step, row.level, row.unit_kind, row.season): f"{row.amount}{row.measure}"
        for row in PolicyLimit.objects.filter(policy__number=1)
    }
    wanted = {
        (step, level, "", ""): figure
        for step, figures in {**A3, **OWN}.items()
        for level, figure in zip(LEVELS, figures.split(), strict=True)
    }
    assert seeded == {**wanted, **EXCEPTIONS}


def test_only_major_fixing_on_the_spot_and_guarding_wait_for_no_working_day(db: None) -> None:
    for row in PolicyLimit.objects.filter(policy__number=1, measure="cd"):
        waits_not = row.level == "major" or row.step in ("on_spot", "guard")
        assert row.rolls is not waits_not, row


def said(rung: Rung) -> str:
    match rung.anchor:
        case "elapsed":
            return f"{rung.amount}%"
        case "before":
            return f"T-{rung.amount}{rung.measure}"
        case "every":
            return "weekly" if (rung.amount, rung.measure) == (7, "cd") else "?"
    return f"T+{rung.amount}{rung.measure}" if rung.amount else "T"


@pytest.mark.parametrize("level", LEVELS)
def test_every_rung_of_the_table(db: None, level: str) -> None:
    rungs = Rung.objects.filter(policy=Policy.objects.get(), ladder="unit", level=level).order_by("position")
    assert [(said(rung), rung.act, rung.colour) for rung in rungs] == B2[level]
    assert [rung.position for rung in rungs] == list(range(1, len(rungs) + 1))
    for rung in rungs:
        drafts = rung.act in DECIDED or (rung.act == "listing" and level == "general")
        assert rung.is_automatic is not drafts, rung
        is_late = said(rung).startswith(("T+", "weekly"))
        if rung.colour == "red" or (is_late and rung.act not in ("warn", "remind")):
            assert {"office", "leader"} & set(rung.tell), "above the unit somebody hears of it"


# Played.


def by_bureau(d: District, level: str) -> str:
    """Found by the bureau's office, worked on by the school."""
    number = d.report(d.office, **({"suspected_major": True, "interim_control": "已停用"} if level == "major" else {}))
    facts: dict[str, Any] = {"level": level, "domain": "04", "competence": "school"}
    d.do("file", d.office, number, **facts, **({"clause": d.clause} if level == "major" else {}))
    if level == "major":
        d.do("confirm_countersign", d.leader, number)
        # Proposed at filing (L-3); "if not yet listed" is of what the leader did not list then.
        d.do("decide_listing", d.leader, number, ruling="decline", opinion="先按期整改")
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固")
    d.sign(number)
    return number


def firings(d: District, number: str, kind: str = "limit") -> list[tuple[str, str, str]]:
    """(local moment, act, outcome) of the deadlines of a kind, oldest first."""
    found = DeadlineFiring.objects.filter(subject_id=d.find(number).pk, deadline__kind=kind).order_by("fired_at", "id")
    return [(text(one.moment), one.act, one.outcome) for one in found]


def text(at: datetime) -> str:
    return local(at).strftime("%Y-%m-%d %H:%M")


def colours(hazard: Hazard) -> list[tuple[str, str]]:
    events = HazardEvent.objects.filter(hazard=hazard).order_by("seq")
    changes = [(text(event.recorded_at), event.changes["colour"][1]) for event in events if "colour" in event.changes]
    return [change for change in changes if change[0] > "2026-11-23 09:00"]


PLAYED = {
    # 15 days from 23 November: the last day is 8 December.
    "general": (
        "2027-02-14 00:00",
        [
            ("2026-12-03 08:30", "remind"),
            ("2026-12-07 08:30", "warn"),
            ("2026-12-09 00:00", "warn"),
            ("2026-12-11 17:30", "remind"),
            ("2026-12-16 00:00", "warn"),
            ("2026-12-24 00:00", "bulletin"),
            ("2027-01-08 00:00", "interview"),
            ("2027-02-07 00:00", "listing"),
            ("2027-02-14 00:00", "remind"),
        ],
        [
            ("2026-12-03 08:30", "blue"),
            ("2026-12-07 08:30", "yellow"),
            ("2026-12-09 00:00", "orange"),
            ("2026-12-16 00:00", "red"),
        ],
        {"bulletin", "interview"},
        "proposed",
    ),
    # 60 days: the last day is Friday, 22 January.
    "significant": (
        "2027-04-07 00:00",
        [
            ("2026-12-23 16:30", "remind"),
            ("2027-01-19 08:30", "remind"),
            ("2027-01-21 08:30", "warn"),
            ("2027-01-23 00:00", "warn"),
            ("2027-01-27 17:30", "warn"),
            ("2027-01-30 00:00", "bulletin"),
            ("2027-02-07 00:00", "interview"),
            ("2027-02-22 00:00", "listing"),
            ("2027-03-24 00:00", "accountability"),
            ("2027-03-31 00:00", "remind"),
            ("2027-04-07 00:00", "remind"),
        ],
        [("2027-01-19 08:30", "yellow"), ("2027-01-23 00:00", "orange"), ("2027-01-27 17:30", "red")],
        {"bulletin", "interview", "accountability"},
        "listed",
    ),
    # 180 days that do not roll: the last day is Saturday, 22 May.
    "major": (
        "2027-06-29 00:00",
        [
            ("2027-02-21 16:30", "remind"),
            ("2027-05-10 08:30", "remind"),
            ("2027-05-21 08:30", "warn"),
            ("2027-05-23 00:00", "warn"),
            ("2027-05-26 17:30", "interview"),
            ("2027-05-30 00:00", "listing"),
            ("2027-06-07 00:00", "accountability"),
            ("2027-06-22 00:00", "transfer"),
            ("2027-06-29 00:00", "remind"),
        ],
        [("2027-05-10 08:30", "yellow"), ("2027-05-21 08:30", "orange"), ("2027-05-23 00:00", "red")],
        {"interview", "accountability", "transfer"},
        "listed",
    ),
}


@pytest.mark.parametrize("level", LEVELS)
def test_a_hazard_left_alone_climbs_exactly_these_rungs(district: District, level: str) -> None:
    until, rungs, colour, measures, listing = PLAYED[level]
    number = by_bureau(district, level)
    assert sweep_until(moment(until)).failed == []
    assert firings(district, number) == [(at, act, "acted") for at, act in rungs]
    hazard = district.find(number)
    assert colours(hazard) == colour
    drafted = Measure.objects.filter(hazard=hazard)
    assert {one.kind for one in drafted} == measures and {one.unit_id for one in drafted} == {
        district.units["school"].pk
    }
    # Nobody signed any: what the clock drafts stays a draft.
    assert {one.state for one in drafted} == {"draft"}
    assert hazard.listing == listing == Supervision.objects.filter(hazard=hazard).latest("pk").state


def test_what_a_school_found_itself_is_listed_by_a_leader_only(district: District) -> None:
    number = district.reach_significant()
    sweep_until(moment("2027-02-22 00:00"))
    assert district.find(number).listing == "proposed"


@pytest.mark.parametrize(
    ("level", "state", "kinds"),
    [
        ("general", "filed", {"remind", "warn"}),
        ("general", "submitted", {"remind", "warn"}),
        ("general", "verified", {"remind", "warn"}),
        ("major", "filed", {"remind", "warn"}),
    ],
)
def test_time_owed_by_an_office_touches_no_school(district: District, level: str, state: str, kinds: set[str]) -> None:
    """Architecture 4 bends b.2: the delay of an office climbs to its head and leader."""
    number = district.reach(state) if level == "general" else district.filed_major()
    listing = district.find(number).listing
    sent = set(OutboxMessage.objects.values_list("pk", flat=True))
    sweep_until(moment("2027-03-01 09:00"))
    hazard = district.find(number)
    assert {act for _at, act, _outcome in firings(district, number, "step")} == kinds
    assert not Measure.objects.filter(hazard=hazard).exists() and hazard.listing == listing
    owners = set(Deadline.objects.filter(subject_id=hazard.pk, state="armed").values_list("owner_unit", flat=True))
    assert owners == {district.units["edu"].pk}
    told = set(OutboxMessage.objects.exclude(pk__in=sent).values_list("recipient_id", flat=True))
    school = {district.teacher.pk, district.safety.pk, district.principal.pk, district.central.pk}
    assert told and not told & school
    assert district.leader.pk in told and hazard.rank <= 2


def test_the_ladder_of_an_office(district: District) -> None:
    number = district.reach("filed")
    sweep_until(moment("2026-12-10 00:00"))
    assert firings(district, number, "step") == [
        ("2026-11-24 17:30", "remind", "acted"),
        ("2026-11-25 17:30", "warn", "acted"),
        ("2026-11-26 17:30", "warn", "acted"),
        ("2026-12-03 17:30", "remind", "acted"),
    ]


def test_what_a_school_does_not_take_up_is_the_bureaus(district: District) -> None:
    number = district.report()
    sweep_until(moment("2026-11-27 17:30"))
    hazard = district.find(number)
    assert firings(district, number, "step") == [
        ("2026-11-24 17:30", "remind", "acted"),
        ("2026-11-25 17:30", "warn", "acted"),
        ("2026-11-27 17:30", "escalate", "acted"),
    ]
    assert hazard.handling_unit_id == district.units["edu"].pk and hazard.due_at > district.at


def test_an_outside_unit_is_urged_and_the_county_asked(district: District) -> None:
    """A bureau neither criticises nor lists a department: letters, then proposals (architecture 4)."""
    number = o.signed(district)
    sweep_until(moment("2027-02-14 00:00"))
    assert firings(district, number) == [
        (at, act, "acted")
        for at, act in [
            ("2026-12-03 08:30", "remind"),
            ("2026-12-09 00:00", "warn"),
            ("2026-12-11 17:30", "urge_letter"),
            ("2026-12-24 00:00", "county_supervision"),
            ("2027-02-07 00:00", "county_listing"),
            ("2027-02-14 00:00", "remind"),
        ]
    ]
    hazard = district.find(number)
    assert set(Measure.objects.filter(hazard=hazard).values_list("kind", flat=True)) == {
        "urge_letter",
        "county_supervision",
    }
    assert (hazard.listing, Supervision.objects.get(hazard=hazard).authority) == ("proposed", "county")


def test_each_co_unit_has_its_own_limit(district: District) -> None:
    number = district.reach_with("sibling", "far")
    district.do("sign_part", district.sibling_safety, number, handler=district.sibling_safety.pk)
    district.do("finish_part", district.sibling_safety, number, result="已完成")
    sweep_until(moment("2026-12-03 09:00"))
    hazard = district.find(number)
    fired = DeadlineFiring.objects.filter(
        subject_id=hazard.pk, deadline__kind="limit", moment=moment("2026-12-03 08:30")
    )
    owners = set(fired.values_list("deadline__owner_unit", flat=True))
    # Who has done its part is not urged.
    assert owners == {district.units["school"].pk, district.units["far"].pk}
    told = {one.recipient_id for one in OutboxMessage.objects.filter(created_at=moment("2026-12-03 08:30"))}
    assert district.outsider.pk in told and district.sibling_safety.pk not in told


def test_signing_is_deemed_done_and_nobody_is_late_by_it(district: District) -> None:
    """T13: reminded at half of the limit; at its end 视为送达, where the table waits twice as long (architecture 3.3)."""
    number = district.reach("assigned")
    sweep_until(moment("2026-11-24 17:30"))
    assert firings(district, number, "step") == [
        ("2026-11-24 01:15", "remind", "acted"),
        ("2026-11-24 17:30", "deem_received", "acted"),
    ]
    assert district.find(number).state == "rectifying"


def test_the_colour_returns_when_the_step_is_done(district: District) -> None:
    """b.5: the colour goes, what was drafted and how high it climbed stay."""
    number = by_bureau(district, "general")
    sweep_until(moment("2026-12-24 00:00"))
    before = district.find(number)
    assert (before.colour, before.rank) == ("red", 2)
    district.submit(number)
    hazard = district.find(number)
    assert (hazard.colour, hazard.rank) == ("", 2)
    assert Measure.objects.filter(hazard=hazard, kind="bulletin").exists()
    limit = Deadline.objects.get(subject_id=hazard.pk, kind="limit")
    assert (limit.state, limit.next_fire_at) == ("paused", None)
    district.do("return_submission", district.office, number, defects="照片不清")
    limit.refresh_from_db()
    # The time already used goes on; rungs that came are not fired again.
    assert (limit.state, limit.next_fire_at, district.find(number).colour) == (
        "armed",
        moment("2027-01-08 00:00"),
        "red",
    )


def test_an_outage_is_caught_up_once(district: District) -> None:
    """Three months without a clock: the strongest acts, the others are written down, and nobody gets a storm."""

    number = by_bureau(district, "general")
    district_at = moment("2027-02-20 10:00")
    sweep_all(district_at)
    found = firings(district, number)
    assert [(act, outcome) for _at, act, outcome in found if outcome == "acted"] == [("listing", "acted")]
    assert len(found) == 9 and {outcome for _at, _act, outcome in found} == {"acted", "missed"}
    assert district.find(number).listing == "proposed"
    sweep_all(district_at)
    assert firings(district, number) == found
