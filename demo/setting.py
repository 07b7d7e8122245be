"""What the clock of the demo county goes by: its hours, its terms, who leads on duty, and a second version of its rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from core.calendars import Season
from core.clock import today
from deadlines.calendar_duty import set_duty
from deadlines.calendar_services import SeasonChoice, change_seasons, change_term
from deadlines.models import Policy, PolicyLimit
from deadlines.policies import forget
from deadlines.policy_services import as_line, copy_policy, issue_policy, set_limits
from demo.district import District
from hazards.clock_words import clock_words

# 冬夏令时, both with a noon break.
_MORNING = (time(8, 30), time(12, 0))
SEASONS = (
    SeasonChoice("夏季作息", Season((5, 1), (9, 30), (_MORNING, (time(15, 0), time(18, 0))))),
    SeasonChoice("冬季作息", Season((10, 1), (4, 30), (_MORNING, (time(14, 0), time(17, 30))))),
)
# (semester, from, to) with the month and day in the school year.
TERMS = ((1, (9, 1), (1, 20)), (2, (2, 25), (7, 5)))
# Kindergartens of the county town stay open longer.
KINDERGARTEN_ENDS = (7, 20)
# The bureau's own version holds from so long before the load.
NEW_RULES_BEFORE = timedelta(days=20)
ROSTER = timedelta(days=13)
# Who keeps it, then who leads by turns: (unit.post, names).
DUTY = (
    ("edu.office_clerk", ("唐样领", "程例领", "沈示主")),
    ("first.safety", ("林样和", "陈示安")),
    ("high.safety", ("谭例高", "廖示高")),
    ("gov.coordinator", ("邓例统",)),
)


def set_calendar(district: District, *, at: datetime, until: datetime) -> None:
    """Hours of the bureau, and the terms of each school year that the demo touches."""
    bureau = district.units["edu"]
    change_seasons(actor=None, unit=bureau, seasons=SEASONS, at=at)
    for year in range(_school_year(today(at)), _school_year(today(until)) + 1):
        for semester, starts, ends in TERMS:
            days = (_in_school_year(year, starts), _in_school_year(year, ends))
            change_term(actor=None, unit=bureau, school_year=year, semester=semester, days=days, at=at)
        longer = (_in_school_year(year, TERMS[1][1]), _in_school_year(year, KINDERGARTEN_ENDS))
        change_term(actor=None, unit=district.units["kg"], school_year=year, semester=2, days=longer, at=at)


def _school_year(day: date) -> int:
    return day.year if day.month >= 8 else day.year - 1


def _in_school_year(year: int, month_day: tuple[int, int]) -> date:
    month, day = month_day
    return date(year if month >= 8 else year + 1, month, day)


def set_rules(district: District, *, at: datetime, now: datetime) -> None:
    """The bureau takes the product's version for its own, and gives two extensions to 一般 from a day on."""
    draft = copy_policy(
        actor=None, source=Policy.objects.get(bureau=None, number=1), bureau=district.units["edu"],
        valid_from=today(now - NEW_RULES_BEFORE), note="本县第1版：一般隐患可延期两次", at=at,
    )  # fmt: skip
    rows = PolicyLimit.objects.filter(policy=draft, step="extension_count")
    lines = [replace(line, amount=2) if line.level == "general" else line for line in map(as_line, rows)]
    set_limits(actor=None, draft=draft, step="extension_count", lines=lines, words=clock_words(), at=at)
    issue_policy(actor=None, draft=draft, words=clock_words(), at=at)
    forget()


def set_roster(district: District, *, at: datetime) -> None:
    """Two weeks of 值班表, one person after the other."""
    first = today(at)
    for key, names in DUTY:
        unit = district.posts[key].unit
        for n in range((ROSTER // timedelta(days=1)) + 1):
            day = first + timedelta(days=n)
            name = names[n % len(names)]
            phone = f"000-0000-{9000 + n % len(names)}"
            set_duty(actor=district.holders[key], unit=unit, first=day, last=day, leader_name=name, phone=phone, at=at)
