"""Ways to a hazard against whose unit a measure is drafted, issued or answered, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.clock import StillClock, today
from hazards.models import Measure
from hazards.services import Outcome, perform
from tests.support import outside as o
from tests.support.district import District

DAY = timedelta(days=1)


def overdue(d: District, days: int = 16, level: str = "general") -> str:
    """Rectified by the school, whose limit passed so many days ago."""
    number = d.reach("rectifying") if level == "general" else d.graded(level, "rectifying")
    lead = d.find(number).lead_assignment
    assert lead
    StillClock.set(lead.due_at + DAY * days)
    return number


def overdue_outside(d: District, days: int = 16) -> str:
    """The same of the fire brigade, ordered by the county."""
    number = o.signed(d)
    lead = d.find(number).lead_assignment
    assert lead
    StillClock.set(lead.due_at + DAY * days)
    return number


def draft(d: District, number: str, kind: str = "bulletin", **more: Any) -> Outcome:
    """As the rung of the lead's limit does."""
    lead = d.find(number).lead_assignment
    facts = {"kind": kind, "label": "逾期15天", "of": "limit", "row_id": lead.pk if lead else 0, "rung": 6, **more}
    return perform("draft_measure", actor=None, at=d.at, number=number, data=facts)


def drafted(d: District, kind: str = "bulletin", **more: Any) -> str:
    number = overdue_outside(d) if kind in ("urge_letter", "county_supervision") else overdue(d)
    draft(d, number, kind, **more)
    return number


def issue(d: District, number: str, **more: Any) -> Outcome:
    return d.do("decide_measure", d.leader, number, ruling="issue", **more)


def issued(d: District, kind: str = "bulletin", **more: Any) -> str:
    number = drafted(d, kind)
    issue(d, number, **more)
    return number


def minutes(d: District, **more: Any) -> dict[str, Any]:
    return {
        "held_on": today(d.at).isoformat(), "held_time": "09:30", "place": "局会议室", "host": "分管局长", "people": "校长、安全员",
        "minutes": "通报了逾期情况", "promises": "十日内完成", **more,
    }  # fmt: skip


def unanswered(d: District) -> str:
    """A bulletin that asks for an answer."""
    number = drafted(d)
    issue(d, number, reply_on=(today(d.at) + DAY * 10).isoformat())
    return number


def only(number: str, d: District) -> Measure:
    return Measure.objects.get(hazard=d.find(number))


def proposed(d: District, kind: str = "bulletin", number: str = "") -> str:
    """Drafted by the office while the limit still runs; the clock stands still."""
    number = number or d.reach("rectifying")
    d.do(
        "propose_measure",
        d.office,
        number,
        kind=kind,
        to=d.units["school"].pk,
        cause="多次催办不动",
        content="三次催办未回应",
    )
    return number


def proposed_and_issued(d: District, kind: str = "bulletin", **more: Any) -> str:
    number = proposed(d, kind)
    issue(d, number, **more)
    return number


def asked(d: District) -> str:
    return proposed_and_issued(d, reply_on=(today(d.at) + DAY * 10).isoformat())
