"""Plays the demo's stories through the one writer, all acts of all hazards in the order of time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from core.calendars import WorkCalendar, get_calendar
from core.clock import SHANGHAI, local, today
from core.errors import DomainError
from deadlines.models import Policy
from demo.district import District
from demo.photos import draw_scene, encode
from demo.script import (
    CLOCK,
    TAKES_OVER,
    Ago,
    Clause,
    Day,
    Drafted,
    Found,
    Lines,
    NewestRules,
    Numbered,
    Of,
    OwnEvidence,
    PartOf,
    Photos,
    Step,
    Story,
    Value,
    Who,
)
from demo.ticking import forget_clock, let_pass
from hazards.models import Assignment, Evidence, Hazard, JudgingClause, Measure
from hazards.services import perform
from hazards.services.plan_gate import COMMITMENTS
from hazards.uploads import store_upload
from organizations.kinds import EDUCATION_TREE
from organizations.models import User

OPENS, CLOSES = time(8, 40), time(16, 50)
# A phone takes the picture shortly before it is sent.
TAKEN_BEFORE = timedelta(minutes=6)
FRESH = timedelta(minutes=20)
SIGNED_WITHIN = timedelta(minutes=25)
SEED = 20260901


def play(
    stories: Iterable[Story], district: District, *, now: datetime, telling: type[Telling] | None = None
) -> int:  # fmt: skip
    """Perform every step at its own past moment; returns how many acts that were. `telling` does each act, by the
    services or through pages."""
    days = WorkDays(now, get_calendar())
    acts: list[tuple[datetime, int, int]] = []
    told: list[Telling] = []
    for number, story in enumerate(stories):
        told.append((telling or Telling)(story, district, now, number, told))
    for number, one in enumerate(told):
        moments = list(days.moments([step.day for step in one.story.steps], random.Random(SEED + number)))
        moments = _sign_soon(one.story, moments, now)
        acts += [(at, number, index) for index, at in enumerate(moments)]
    for at, number, index in sorted(acts):
        let_pass(at)
        try:
            told[number].perform(index, at)
        except DomainError as exc:
            raise BrokenStory(f"{_say_step(told[number].story, index, at)}：{exc.message}{exc.fields or ''}") from exc
    let_pass(now)
    return len(acts)


def _sign_soon(story: Story, moments: Sequence[datetime], now: datetime) -> list[datetime]:
    """What is above 一般 is signed within minutes: later the clock deems it received. All else stays in order."""
    is_urgent, found = False, list(moments)
    for index, step in enumerate(story.steps):
        is_urgent |= step.data.get("level") in ("significant", "major")
        before = found[index - 1] if index else None
        if step.is_fresh:
            found[index] = max(now - FRESH, before + (now - before) / 2) if before else now - FRESH
        if before is None or step.is_fresh:
            continue
        if is_urgent and step.action == "sign":
            found[index] = min(before + SIGNED_WITHIN, before + (now - before) / 2)
        elif found[index] <= before:
            found[index] = before + min(timedelta(minutes=1), (now - before) / 2)
    return found


def _say_step(story: Story, index: int, at: datetime) -> str:
    step = story.steps[index]
    return f"{story.found.place}，第 {index + 1} 步 {step.action}（{step.who or 'clock'}，{local(at):%m-%d %H:%M}）"


class BrokenStory(Exception):
    """A step of the demo that the services refuse."""


class WorkDays:
    """Moments within the hours of the last working days before a moment, never after it."""

    def __init__(self, now: datetime, calendar: WorkCalendar) -> None:
        self.now = now
        self.calendar = calendar
        day = today(now)
        if local(now).time() <= OPENS:
            day -= timedelta(days=1)
        self.days = [calendar.previous_working_day(day)]

    def on(self, n_before: int) -> date:
        while len(self.days) <= n_before:
            self.days.append(self.calendar.previous_working_day(self.days[-1] - timedelta(days=1)))
        return self.days[n_before]

    def moments(self, n_before: Iterable[int], chance: random.Random) -> Iterator[datetime]:
        """One moment a step, rising; steps of one day share its hours. Raises ValueError for days out of order."""
        last: int | None = None
        for n, group in groupby(n_before):
            if last is not None and n > last:
                raise ValueError(f"day {n} after day {last}")
            last, size = n, len(list(group))
            begin = datetime.combine(self.on(n), OPENS, SHANGHAI)
            end = min(datetime.combine(self.on(n), CLOSES, SHANGHAI), self.now)
            for index in range(size):
                part = (index + chance.uniform(0.05, 0.95)) / size
                yield begin + (end - begin) * part


@dataclass
class Telling:
    """One story on its way: the hazard it made, and how its words become data."""

    story: Story
    district: District
    now: datetime
    number: int
    # All that are told, this one among them.
    others: Sequence[Telling] = ()
    hazard: Hazard | None = None
    n_photos: int = 0

    @property
    def found(self) -> Found:
        return self.story.found

    def perform(self, index: int, at: datetime) -> None:
        step = self.story.steps[index]
        # Another story may have changed it: what is merged into it, a unit that is gone.
        hazard = Hazard.objects.get(pk=self.hazard.pk) if self.hazard else None
        self.hazard = hazard
        actor = None if step.who == CLOCK else self.district.holders[step.who]
        outcome = perform(
            step.action, actor=actor, at=at, number=hazard.number if hazard else None,
            version=hazard.version if hazard else None, data=self._resolve(step, actor, at),
            acting_post=self.district.posts[step.who].pk if actor else None,
            occurred_on=today(at) - timedelta(days=step.occurred_before) if step.occurred_before else None,
            late_reason=step.late_reason,
            on_behalf=None if step.on_behalf is None else self._values(step.on_behalf, actor, at),
        )  # fmt: skip
        self.hazard = Hazard.objects.get(receipt_number=outcome.receipt_number)
        if any(later.action == TAKES_OVER for later in self.story.steps[index + 1 :]):
            forget_clock(self.hazard)

    def _resolve(self, step: Step, actor: User | None, at: datetime) -> dict[str, object]:
        return self._values({**self._usual(step), **step.data}, actor, at)

    def _values(self, told: Mapping[str, Value], actor: User | None, at: datetime) -> dict[str, object]:
        values = {name: self._value(value, actor, at) for name, value in told.items()}
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, value: Value, actor: User | None, at: datetime) -> object:
        match value:
            case Day(offset):
                return self._day(offset)
            case Ago(days):
                return today(at) - timedelta(days=days)
            case Lines(lines):
                return "\n".join(f"{self._day(offset).isoformat()} {what}" for offset, what in lines)
            case Who(post):
                return self.district.holders[post].pk
            case Of(unit):
                return self.district.units[unit].pk
            case tuple():
                return [self._value(one, actor, at) for one in value]
            case Numbered(place):
                return next(one.hazard.number for one in self.others if one.hazard and one.found.place == place)
            case Clause(number):
                return JudgingClause.objects.filter(number=number).values_list("pk", flat=True)[0]
            case Drafted(kind):
                drafted = Measure.objects.filter(hazard=self.hazard, kind=kind).order_by("-pk")
                return drafted.values_list("pk", flat=True)[0]
            case NewestRules():
                return str(Policy.objects.filter(issued_at__isnull=False).latest("pk").pk)
            case PartOf(unit):
                parts = Assignment.objects.filter(hazard=self.hazard, unit=self.district.units[unit])
                return parts.order_by("-pk").values_list("pk", flat=True)[0]
            case Photos():
                assert actor is not None
                return self._store(value, actor, at)
            case OwnEvidence():
                mine = Evidence.objects.filter(hazard=self.hazard, upload__uploader=actor, withdrawn_seq=None)
                return mine.order_by("-pk").values_list("pk", flat=True)[0]
            case _:
                return value

    def _day(self, offset: int) -> date:
        return today(self.now) + timedelta(days=offset)

    def _store(self, photos: Photos, actor: User, at: datetime) -> list[str]:
        ids = []
        for _ in range(photos.n):
            self.n_photos += 1
            scene = photos.scene or self.found.scene
            image = draw_scene(scene, fixed=photos.is_fixed, seed=self.number * 100 + self.n_photos)
            raw = encode(image, taken_at=at - TAKEN_BEFORE if photos.is_dated else None)
            kind = "文件" if photos.scene == "paper" else "整改后" if photos.is_fixed else "现场"
            name = f"{kind}{self.n_photos}.jpg"
            ids.append(str(store_upload(actor=actor, raw=raw, name=name, at=at).pk))
        return ids

    def _usual(self, step: Step) -> Mapping[str, Value]:
        """What an act says where its step says nothing else."""
        found, unit = self.found, self.found.unit
        match step.action:
            case "report":
                return {"unit": Of(unit), "place": found.place, "domain": found.domain, "description": found.text}
            case "fix_on_spot":
                return {
                    "unit": Of(unit), "place": found.place, "domain": found.domain, "description": found.text,
                    "measure": found.measure, "after_photos": Photos(1, is_fixed=True),
                }  # fmt: skip
            case "file":
                return {"domain": found.domain, "category": found.category}
            case "self_handle":
                return {
                    **self._team(step), "measures": found.measure, "interim_control": found.control,
                    "category": found.category,
                }  # fmt: skip
            case "assign" | "assign_referred" | "claim":
                return {"requirements": found.measure}
            case "notify" | "refer":
                asks = {"requirements": found.measure} if step.action == "notify" else {}
                return {**asks, "control": found.control}
            case "schedule":
                return {"control": found.control}
            case "sign":
                return {**self._team(step), "interim_control": found.control}
            case "submit":
                return self._report_of_work(step)
            case "pass_verification":
                return {"opinion": "现场查看与整改报告一致，同意销号", "photos": Photos(1, is_fixed=True)}
            case _:
                return {}

    def _team(self, step: Step) -> Mapping[str, Value]:
        if self._is_outside():
            return {"handler_name": self._contact(step)}
        return {"leader": Who(f"{self.found.unit}.principal"), "handler": Who(step.who)}

    def _is_outside(self) -> bool:
        lead = self.hazard.lead_assignment if self.hazard else None
        return lead is not None and lead.unit.kind not in EDUCATION_TREE

    def _contact(self, step: Step) -> str:
        person = self.district.holders[step.who]
        return f"{person.name} {person.phone}"

    def _report_of_work(self, step: Step) -> Mapping[str, Value]:
        assert self.hazard is not None
        if self._is_outside():
            return {"report": self.found.done, "contact": self._contact(step)}
        words: dict[str, Value] = {name: str(self.hazard.commitments.get(name, "")) for name in COMMITMENTS}
        if self.found.cost:
            words["funding"] = f"公用经费列支 {self.found.cost} 元"
        return {**words, "report": self.found.done, "photos": Photos(1, is_fixed=True), "cost": self.found.cost}
