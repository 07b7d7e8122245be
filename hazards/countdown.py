"""How long is left, in words and in the colour of the warning: what lists, files and to-dos say about a due moment.

Pure: due moment, coloured rungs and calendar in; what shows now, and what will show later without a reload, out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from core.calendars import WorkCalendar
from core.clock import local, today
from deadlines.models import Colour
from deadlines.schedule import end_of, last_day, worst

WEEKDAYS = "一二三四五六日"
ONE_DAY = timedelta(days=1)
# A page that lies open is told so many changes ahead; some days' worth.
N_CHANGES = 4


class Tone(StrEnum):
    """The four colours of warning; before the first of them, and where there is no ladder, plain ink."""

    PLAIN = "plain"
    TODAY = "today"
    LATE = "late"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


@dataclass(frozen=True)
class Warnings:
    """The coloured rungs of all limits that run, each with its moment; `floor` is the mildest that may show."""

    moments: tuple[tuple[datetime, str], ...] = ()
    floor: str = ""

    def colour(self, at: datetime) -> str:
        return worst(self.floor, *(colour for moment, colour in self.moments if moment <= at))


NO_WARNINGS = Warnings()


@dataclass(frozen=True)
class Face:
    """What is shown at a moment."""

    tone: Tone
    # 「还剩 3 个工作日」
    words: str
    # 「黄色预警」; empty without a colour.
    warning: str


@dataclass(frozen=True)
class Countdown:
    face: Face
    # 「最晚 11月26日 周四 17:30」
    exact: str
    # When it will show something else, and what.
    changes: tuple[tuple[datetime, Face], ...]

    @property
    def tone(self) -> Tone:
        return self.face.tone

    @property
    def words(self) -> str:
        return self.face.words

    @property
    def warning(self) -> str:
        return self.face.warning

    @property
    def changes_json(self) -> str:
        """[[ISO moment, words, tone, warning], …] as static/js/clock.js reads it."""
        told = [
            [local(moment).isoformat(timespec="seconds"), face.words, face.tone, face.warning]
            for moment, face in self.changes
        ]
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def count_down(due_at: datetime, at: datetime, calendar: WorkCalendar, warnings: Warnings = NO_WARNINGS) -> Countdown:
    """`due_at` is the first late moment. Days left are working days, days late are calendar days."""
    return Countdown(
        _face(due_at, at, calendar, warnings),
        _("最晚 %(moment)s") % {"moment": say_due(due_at, at)},
        tuple(_changes(due_at, at, calendar, warnings)),
    )


def say_colour(colour: str) -> str:
    """「橙色预警」; empty without a colour."""
    return _("%(colour)s预警") % {"colour": Colour(colour).label} if colour else ""


def _face(due_at: datetime, at: datetime, calendar: WorkCalendar, warnings: Warnings) -> Face:
    colour = warnings.colour(at)
    return Face(Tone(colour) if colour else plain_tone(due_at, at), _words(due_at, at, calendar), say_colour(colour))


def plain_tone(due_at: datetime, at: datetime) -> Tone:
    """Where no ladder gives a colour: in time, today, late."""
    if due_at <= at:
        return Tone.LATE
    return Tone.TODAY if due_at <= end_of(today(at)) else Tone.PLAIN


def _changes(
    due_at: datetime, at: datetime, calendar: WorkCalendar, warnings: Warnings
) -> Iterator[tuple[datetime, Face]]:
    midnights = [end_of(today(at) + n * ONE_DAY) for n in range(N_CHANGES)]
    coming = {moment for moment, _colour in warnings.moments} | {due_at, *midnights}
    shown, n_told = _face(due_at, at, calendar, warnings), 0
    for moment in sorted(moment for moment in coming if moment > at):
        face = _face(due_at, moment, calendar, warnings)
        if face != shown:
            yield moment, face
            shown, n_told = face, n_told + 1
        if n_told == N_CHANGES:
            return


def _words(due_at: datetime, at: datetime, calendar: WorkCalendar) -> str:
    last, now_on = last_day(due_at), today(at)
    if due_at <= at:
        n_late = (now_on - last).days
        return _("已逾期 %(n)d 天") % {"n": n_late} if n_late else _("今天已逾期")
    if last == now_on:
        at_time = local(due_at)
        return (
            _("今天内到期") if at_time.time() == time(0) else _("今天 %(time)s 前到期") % {"time": f"{at_time:%H:%M}"}
        )
    n_left = calendar.working_days_between(now_on, last)
    if n_left == 0:
        return _("还剩 %(n)d 天，都是休息日") % {"n": (last - now_on).days}
    return _("还剩 %(n)d 个工作日") % {"n": n_left}


def say_due(due_at: datetime, at: datetime) -> str:
    """Midnight is told as 24:00 of the day before."""
    moment = local(due_at)
    if moment.time() == time(0):
        return f"{say_day(last_day(due_at), at)} 24:00"
    return f"{say_day(moment.date(), at)} {moment:%H:%M}"


def say_day(day: date, at: datetime) -> str:
    """「11月21日 周六」, with the year only where it is not this one."""
    year = "" if day.year == today(at).year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def say_moment(moment: datetime, at: datetime) -> str:
    """「11月21日 周六 09:30」"""
    return f"{say_day(local(moment).date(), at)} {local(moment):%H:%M}"
