"""How a demo hazard is told: what was found, and who did what on which day.

Days are working days before the day of loading (0 is that day itself, or the last one worked), so that
to-dos are overdue, due today and due this week whenever the demo is loaded. People are named `unit.post`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Day:
    """A local day, so many calendar days after the day of loading."""

    offset: int


@dataclass(frozen=True)
class Ago:
    """A local day, so many calendar days before the day of the step itself."""

    days: int = 0


@dataclass(frozen=True)
class Who:
    """A person, by a post held."""

    post: str


@dataclass(frozen=True)
class Of:
    """A unit, by its key in the cast."""

    unit: str


@dataclass(frozen=True)
class Photos:
    """So many drawn pictures; `is_dated` says whether they carry a moment in EXIF, `scene` what is seen on them where it
    is not the place itself."""

    n: int = 1
    is_fixed: bool = False
    is_dated: bool = True
    scene: str = ""


# A letter, a report or a signed sheet, photographed.
PAPER = Photos(1, scene="paper", is_dated=False)


@dataclass(frozen=True)
class OwnEvidence:
    """The actor's newest piece of evidence on the hazard."""


@dataclass(frozen=True)
class Numbered:
    """The number of another story's hazard, by its place."""

    place: str


@dataclass(frozen=True)
class Clause:
    """A clause of a judging standard, by its number."""

    number: str


@dataclass(frozen=True)
class PartOf:
    """The part of a co-unit."""

    unit: str


@dataclass(frozen=True)
class Drafted:
    """The newest measure of a kind on the hazard: bulletin, interview …"""

    kind: str


@dataclass(frozen=True)
class NewestRules:
    """The version of limits and ladders that was issued last."""


@dataclass(frozen=True)
class Lines:
    """Milestones: so many calendar days after the load, and what is done by then."""

    lines: tuple[tuple[int, str], ...]


Single = (
    str
    | int
    | bool
    | Day
    | Ago
    | Who
    | Of
    | Photos
    | OwnEvidence
    | Numbered
    | Clause
    | PartOf
    | Drafted
    | NewestRules
    | Lines
    | None
)
Value = Single | tuple[Of, ...]
# What comes by time alone is nobody's act. Rungs come by themselves; a story tells only what is run for all: the taking over.
CLOCK = ""
TAKES_OVER = "take_over"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A hazard in words, with all that later acts say about it."""

    unit: str
    category: str
    place: str
    text: str
    scene: str
    control: str = "现场设警示标志，班主任和值日教师提醒学生绕行"
    measure: str = "按规范修复，完成后由总务处自检"
    done: str = "已按要求整改完毕，自检合格"
    cost: int = 0

    @property
    def domain(self) -> str:
        return self.category[:2]


@dataclass(frozen=True)
class Step:
    action: str
    who: str
    day: int
    data: Mapping[str, Value] = field(default_factory=dict)
    # The act itself lies so many calendar days before its entry (补录), for this reason.
    occurred_before: int = 0
    late_reason: str = ""
    # Whose act it is, where `who` only enters it (代录).
    on_behalf: Mapping[str, Value] | None = None
    # Minutes ago at the load, whatever day it is: what the clock would else have settled since.
    is_fresh: bool = False


@dataclass(frozen=True)
class Story:
    found: Found
    steps: tuple[Step, ...]

    def then(self, *steps: Step) -> Story:
        return Story(self.found, (*self.steps, *steps))


def late(
    found: Found, days_late: int, *, by: str = "edu.office_clerk", level: str = "general", note: str = "安全办专项检查",
    closer: str = "edu.office_clerk",
) -> Story:  # fmt: skip
    """Ordered by the bureau, signed, and left alone: its limit passed so many calendar days before the load."""
    day = (days_late + 14) * 5 // 7 + 2
    return checked(
        found, day + 3, day + 2, day + 1, day, by=by, level=level, limit=-days_late, note=note, assigner=closer
    )


def step(action: str, who: str, day: int, **data: Value) -> Step:
    return Step(action, who, day, data)


def fresh(action: str, who: str, **data: Value) -> Step:
    """A moment before the load."""
    return Step(action, who, 0, data, is_fresh=True)


def entered(action: str, by: str, day: int, behalf: Mapping[str, Value], **data: Value) -> Step:
    """代录: `by` enters what another did on paper or by phone."""
    return Step(action, by, day, data, on_behalf=behalf)


def report(who: str, day: int, **data: Value) -> Step:
    return step("report", who, day, **{"photos": Photos(), **data})


def own(found: Found, *days: int, by: str = "safety", limit: int | None = None) -> Story:
    """A school's own path, as far as days are given: report, self_handle, submit, confirm_and_close."""
    unit = found.unit
    steps: tuple[_Told, ...] = (
        ("report", f"{unit}.{by}", {"photos": Photos()}),
        ("self_handle", f"{unit}.safety", {"limit_on": None if limit is None else Day(limit)}),
        ("submit", f"{unit}.safety", {}),
        ("confirm_and_close", f"{unit}.principal", {}),
    )
    return _told(found, steps, days)


def spot(found: Found, *days: int, by: str = "safety", acted_first: bool = False) -> Story:
    """fix_on_spot, confirm_and_close."""
    before = Photos(0) if acted_first else Photos()
    steps: tuple[_Told, ...] = (
        ("fix_on_spot", f"{found.unit}.{by}", {"before_photos": before, "acted_first": acted_first}),
        ("confirm_and_close", f"{found.unit}.principal", {}),
    )
    return _told(found, steps, days)


def sent_up(
    found: Found, *days: int, by: str = "safety", via: str = "", why: str, level: str = "general",
    competence: str = "school", limit: int | None = None,
) -> Story:  # fmt: skip
    """Found by the school, settled by the office: report, escalate (through its central school twice in a day), file,
    assign, sign, submit, pass, close."""
    first: tuple[_Told, ...] = (
        ("report", f"{found.unit}.{by}", {"photos": Photos()}),
        ("escalate", f"{found.unit}.safety", {"reason": why}),
    )
    if via:
        days = (*days[:2], *days[1:])
        first = (*first, ("escalate", f"{via}.central_safety", {"reason": "已到校核实情况属实，报教育局安全办办理"}))
    told = (*first, *_ordered(found, "edu.office_clerk", level, competence, limit))
    return _told(found, told, days)


def checked(
    found: Found, *days: int, by: str, level: str = "general", competence: str = "school", limit: int | None = None,
    note: str = "", assigner: str = "edu.office_clerk",
) -> Story:  # fmt: skip
    """Found by the bureau or a department: report, file, assign, sign, submit, pass, close."""
    first: tuple[_Told, ...] = (("report", by, {"photos": Photos(), "source_note": note}),)
    return _told(found, (*first, *_ordered(found, assigner, level, competence, limit)), days)


def visited(found: Found, *days: int, central: str, limit: int | None = None, lead: str = "") -> Story:
    """Found and settled by a central school for its schools, closed by the office."""
    who = f"{central}.central_safety"
    first: tuple[_Told, ...] = (("report", who, {"photos": Photos(), "source_note": "中心校月度巡查"}),)
    rest = _ordered(found, who, "general", "school", limit, lead=lead)
    return _told(found, (*first, ("file", who, rest[0][2]), *rest[1:]), days)


_Told = tuple[str, str, Mapping[str, Value]]


def _ordered(
    found: Found, assigner: str, level: str, competence: str, limit: int | None, *, lead: str = ""
) -> tuple[_Told, ...]:
    worker = f"{found.unit}.safety" if not lead else f"{lead}.central_safety"
    closer = "edu.office_clerk"
    order: dict[str, Value] = {"lead": Of(lead or found.unit), "limit_on": None if limit is None else Day(limit)}
    return (
        ("file", closer, {"level": level, "competence": competence}),
        ("assign", assigner, order),
        ("sign", worker, {"leader": Who(f"{lead}.central_head")} if lead else {}),
        ("submit", worker, {}),
        ("pass_verification", assigner, {}),
        ("close", closer, {"closure_type": "rectified"}),
    )


def _told(found: Found, steps: tuple[_Told, ...], days: tuple[int, ...]) -> Story:
    if len(days) > len(steps):
        raise ValueError(f"{found.place}: {len(days)} days for {len(steps)} steps")
    return Story(
        found, tuple(step(action, who, day, **data) for (action, who, data), day in zip(steps, days, strict=False))
    )
