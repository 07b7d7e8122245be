"""The words that limits and ladders may be made of; the layer above says which there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from deadlines.models import Anchor, Colour, Measure, Season

Text = str | Promise

IN_DAYS = frozenset({Measure.WORKING_DAYS, Measure.CALENDAR_DAYS})
IN_TIME = IN_DAYS | {Measure.WORKING_HOURS, Measure.HOURS}


@dataclass(frozen=True)
class StepWord:
    """A step or another figure of the clock, and what it may be counted in."""

    label: Text
    measures: frozenset[str] = IN_TIME


@dataclass(frozen=True)
class ActWord:
    """What a rung does. `alone` is None where the policy says whether it acts by itself or only drafts."""

    label: Text
    alone: bool | None = True


@dataclass(frozen=True)
class LadderWord:
    label: Text
    acts: frozenset[str]
    # Who may be told of its rungs.
    told: frozenset[str]
    # What has to stand on it, or something would wait for ever.
    must: str = ""
    # Its last rung comes again and again until the work is done, and always tells this one too, where one is named.
    repeats: bool = True
    hears: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """By the words that the rows hold, in the order in which they are shown."""

    steps: Mapping[str, StepWord]
    levels: Mapping[str, Text]
    ladders: Mapping[str, LadderWord]
    acts: Mapping[str, ActWord]
    told: Mapping[str, Text]
    unit_kinds: Mapping[str, Text] = field(default_factory=dict)
    # Domains and categories by code.
    categories: Mapping[str, Text] = field(default_factory=dict)


def say_length(amount: int, measure: str) -> str:
    """3个工作日; 开学前, 开学前5天; 50%."""
    if measure == Measure.BEFORE_TERM:
        return _("开学前%(n)d天") % {"n": amount} if amount else _("开学前")
    return f"{amount}{Measure(measure).label}"


def say_moment(anchor: str, amount: int, measure: str) -> str:
    """When a rung comes: 已用50%, 到期前3个工作日, 到期, 到期后7天, 其后每7天."""
    if anchor == Anchor.AFTER and not amount:
        return _("到期")
    return f"{Anchor(anchor).label}{say_length(amount, measure)}"


def say_scope(words: Vocabulary, level: str, unit_kind: str, category: str, season: str) -> str:
    """For what a limit holds: 一般, 一般（学校，校舍安全，寒暑假）."""
    beside = [
        str(words.unit_kinds.get(unit_kind, unit_kind)),
        str(words.categories.get(category, category)),
        str(Season(season).label) if season else "",
    ]
    told = "，".join(one for one in beside if one)
    return f"{words.levels.get(level, level)}（{told}）" if told else str(words.levels.get(level, level))


def say_ladder(words: Vocabulary, ladder: str, level: str) -> str:
    label = str(words.ladders[ladder].label) if ladder in words.ladders else ladder
    return f"{label} · {words.levels.get(level, level)}" if level else label


def say_colour(colour: str) -> str:
    return str(Colour(colour).label) if colour else ""
