"""How long is left, in words: what lists, files and to-dos say about a due moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.calendars import WorkCalendar
from core.clock import local, today
from hazards.limits import end_of, last_day

WEEKDAYS = "一二三四五六日"
THIS_WEEK = timedelta(days=7)


class Tone(StrEnum):
    """The four colours of time; each stands beside its words, never alone."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


@dataclass(frozen=True)
class Countdown:
    tone: Tone
    # 「还剩 3 个工作日」
    words: str
    # 「最晚 11月26日 周四 17:30」
    exact: str


def count_down(due_at: datetime, at: datetime, calendar: WorkCalendar) -> Countdown:
    """`due_at` is the first late moment. Days left are working days, days late are calendar days."""
    return Countdown(
        tone_of(due_at, at), _words(due_at, at, calendar), _("最晚 %(moment)s") % {"moment": _moment(due_at, at)}
    )


def tone_of(due_at: datetime, at: datetime) -> Tone:
    """`due_at` is the first late moment: late, today, within seven days, or later."""
    if due_at <= at:
        return Tone.RED
    if due_at <= end_of(today(at)):
        return Tone.ORANGE
    return Tone.YELLOW if due_at <= end_of(today(at) + THIS_WEEK) else Tone.BLUE


def _words(due_at: datetime, at: datetime, calendar: WorkCalendar) -> str:
    last, now_on = last_day(due_at), today(at)
    if due_at <= at:
        n_late = (now_on - last).days
        return ngettext("已逾期 %(n)d 天", "已逾期 %(n)d 天", n_late) % {"n": n_late} if n_late else _("今天已逾期")
    if last == now_on:
        at_time = local(due_at)
        return (
            _("今天内到期") if at_time.time() == time(0) else _("今天 %(time)s 前到期") % {"time": f"{at_time:%H:%M}"}
        )
    n_left = calendar.working_days_between(now_on, last)
    if n_left == 0:
        return _("还剩 %(n)d 天，都是休息日") % {"n": (last - now_on).days}
    return ngettext("还剩 %(n)d 个工作日", "还剩 %(n)d 个工作日", n_left) % {"n": n_left}


def _moment(due_at: datetime, at: datetime) -> str:
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
