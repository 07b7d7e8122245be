"""Plays one week on a demo county, whatever was played on it before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.errors import DomainError
from demo.district import District
from demo.player import BrokenStory, Telling
from demo.weeks.script import Tale, Week
from hazards.models import Hazard
from hazards.states import State

DAYS = ("周一", "周二", "周三", "周四", "周五")


@dataclass(frozen=True)
class Done:
    """One act of the week, as it is told afterwards."""

    day: str
    who: str
    action: str
    number: str
    place: str
    state: str


def play_week(
    week: Week, district: District, *, moment_of: Callable[[int], datetime], telling: type[Telling] = Telling
) -> list[Done]:
    """Every act of every tale, Monday first. `moment_of` gives the moment of a day, later at each call; `telling` does
    each act, by the services or through pages.

    Raises BrokenStory for what the services refuse, and where a tale does not end as it should.
    """
    others: list[Telling] = []
    for number, tale in enumerate(week.tales):
        others.append(telling(tale.story, district, moment_of(1), number, others, _find(tale, district)))
    done = []
    for day, (number, index) in _in_order(week):
        one, step = others[number], week.tales[number].story.steps[index]
        try:
            one.perform(index, moment_of(day))
        except DomainError as exc:
            told = f"{one.found.place}，{DAYS[day - 1]} {step.action}（{step.who}）"
            raise BrokenStory(f"{told}：{exc.message}{exc.fields or ''}") from exc
        hazard = one.hazard
        assert hazard is not None
        label = str(State(hazard.state).label)
        done.append(Done(DAYS[day - 1], step.who, step.action, hazard.number, hazard.place, label))
    _check_ends(week, others)
    return done


def _in_order(week: Week) -> list[tuple[int, tuple[int, int]]]:
    """(day, (tale, step)), by days; within a day as told."""
    steps = [
        (step.day, (number, index))
        for number, tale in enumerate(week.tales)
        for index, step in enumerate(tale.story.steps)
    ]
    return sorted(steps)


def _find(tale: Tale, district: District) -> Hazard | None:
    if not tale.was:
        return None
    found = Hazard.objects.filter(unit=district.units[tale.story.found.unit], place=tale.was).order_by("pk").first()
    if found is None:
        raise BrokenStory(f"{tale.was}：没有找到这条隐患，请重新装载演示数据。")
    return found


def _check_ends(week: Week, others: list[Telling]) -> None:
    for tale, one in zip(week.tales, others, strict=True):
        state = one.hazard.state if one.hazard else ""
        if state != tale.ends:
            raise BrokenStory(f"{one.found.place}：应到 {tale.ends}，停在 {state}。")
