"""Plays the demo's stories through the one writer, all acts of all hazards in the order of time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from core.calendars import WorkCalendar, get_calendar
from core.clock import SHANGHAI, local, today
from core.errors import DomainError
from demo.district import District
from demo.photos import draw_scene, encode
from demo.script import Day, Found, Of, OwnEvidence, Photos, Step, Story, Value, Who
from hazards.models import Evidence, Hazard
from hazards.services import perform
from hazards.services.plan_gate import COMMITMENTS
from hazards.uploads import store_upload
from organizations.models import User

OPENS, CLOSES = time(8, 40), time(16, 50)
# A phone takes the picture shortly before it is sent.
TAKEN_BEFORE = timedelta(minutes=6)
SEED = 20260901


def play(stories: Iterable[Story], district: District, *, now: datetime) -> int:
    """Perform every step at its own past moment; returns how many acts that were."""
    days = WorkDays(now, get_calendar())
    acts: list[tuple[datetime, int, int]] = []
    telling = [Telling(story, district, now, number) for number, story in enumerate(stories)]
    for number, one in enumerate(telling):
        moments = list(days.moments([step.day for step in one.story.steps], random.Random(SEED + number)))
        acts += [(at, number, index) for index, at in enumerate(moments)]
    for at, number, index in sorted(acts):
        try:
            telling[number].perform(index, at)
        except DomainError as exc:
            story = telling[number].story
            step = story.steps[index]
            told = f"{story.found.place}，第 {index + 1} 步 {step.action}（{step.who}，{local(at):%m-%d %H:%M}）"
            raise BrokenStory(f"{told}：{exc.message}{exc.fields or ''}") from exc
    return len(acts)


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
    hazard: Hazard | None = None
    n_photos: int = 0

    @property
    def found(self) -> Found:
        return self.story.found

    def perform(self, index: int, at: datetime) -> None:
        step = self.story.steps[index]
        actor = self.district.holders[step.who]
        hazard = self.hazard
        outcome = perform(
            step.action, actor=actor, at=at, number=hazard.number if hazard else None,
            version=hazard.version if hazard else None, data=self._resolve(step, actor, at),
            acting_post=self.district.posts[step.who].pk,
            occurred_on=today(at) - timedelta(days=step.occurred_before) if step.occurred_before else None,
            late_reason=step.late_reason,
        )  # fmt: skip
        self.hazard = Hazard.objects.get(receipt_number=outcome.receipt_number)

    def _resolve(self, step: Step, actor: User, at: datetime) -> dict[str, object]:
        told: dict[str, Value] = {**self._usual(step), **step.data}
        values = {name: self._value(value, actor, at) for name, value in told.items()}
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, value: Value, actor: User, at: datetime) -> object:
        match value:
            case Day(offset):
                return today(self.now) + timedelta(days=offset)
            case Who(post):
                return self.district.holders[post].pk
            case Of(unit):
                return self.district.units[unit].pk
            case Photos():
                return self._store(value, actor, at)
            case OwnEvidence():
                mine = Evidence.objects.filter(hazard=self.hazard, upload__uploader=actor, withdrawn_seq=None)
                return mine.order_by("-pk").values_list("pk", flat=True)[0]
            case _:
                return value

    def _store(self, photos: Photos, actor: User, at: datetime) -> list[str]:
        ids = []
        for _ in range(photos.n):
            self.n_photos += 1
            image = draw_scene(self.found.scene, fixed=photos.is_fixed, seed=self.number * 100 + self.n_photos)
            raw = encode(image, taken_at=at - TAKEN_BEFORE if photos.is_dated else None)
            name = f"{'整改后' if photos.is_fixed else '现场'}{self.n_photos}.jpg"
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
            case "assign":
                return {"requirements": found.measure}
            case "sign":
                return {**self._team(step), "interim_control": found.control}
            case "submit":
                return self._report_of_work()
            case "pass_verification":
                return {"opinion": "现场查看与整改报告一致，同意销号", "photos": Photos(1, is_fixed=True)}
            case _:
                return {}

    def _team(self, step: Step) -> Mapping[str, Value]:
        return {"leader": Who(f"{self.found.unit}.principal"), "handler": Who(step.who)}

    def _report_of_work(self) -> Mapping[str, Value]:
        assert self.hazard is not None
        words: dict[str, Value] = {name: str(self.hazard.commitments.get(name, "")) for name in COMMITMENTS}
        if self.found.cost:
            words["funding"] = f"公用经费列支 {self.found.cost} 元"
        return {**words, "report": self.found.done, "photos": Photos(1, is_fixed=True), "cost": self.found.cost}
