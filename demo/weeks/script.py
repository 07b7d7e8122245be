"""How a week is told: hazards that lie on the desk on Monday, and those that come; `day` of a step is 1 to 5."""

from __future__ import annotations

from dataclasses import dataclass

from demo.script import Found, Step, Story


@dataclass(frozen=True)
class Tale:
    """Where one hazard gets to in the week. `was` is its place as it stands in the demo now, empty for a new one."""

    story: Story
    was: str
    ends: str


@dataclass(frozen=True)
class Week:
    """The work of the person with this username; others' acts stand between his own, each by who does it."""

    name: str
    who: str
    title: str
    tales: tuple[Tale, ...]


def desk(found: Found, ends: str, *steps: Step) -> Tale:
    """Goes on with a hazard of the demo."""
    return Tale(Story(found, steps), found.place, ends)


def new(found: Found, ends: str, *steps: Step) -> Tale:
    """Begins in this week."""
    return Tale(Story(found, steps), "", ends)


def at(unit: str, place: str, *, done: str = "已整改完毕，自检合格", scene: str = "door", control: str = "") -> Found:
    """A hazard of the demo, by unit and place."""
    control = control or "保持现有管控，值班教师看守"
    return Found(unit=unit, category="", place=place, text="", scene=scene, done=done, control=control)
