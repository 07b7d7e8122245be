"""The questions that every action is asked; a test file asks each in a line or two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from core.clock import SHANGHAI, local
from core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from hazards.actions import ACTIONS
from hazards.models import Hazard, HazardEvent
from hazards.services import Outcome
from hazards.states import State
from tests.support.district import District
from tests.support.told import check_told, open_turns
from workflows.models import HazardTask

Data = dict[str, Any]


def moment(text: str) -> datetime:
    """Of a local time such as 2026-11-24 17:30."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """An action, somebody who may do it, a hazard that waits for it, and what has to be given."""

    action: str
    by: str
    reach: Callable[[District], str]
    data: Callable[[District], Data] = lambda d: {}

    def do(self, d: District, number: str, *, who: str = "", **more: Any) -> Outcome:
        return d.do(self.action, d.people[who or self.by], number, **{**self.data(d), **more})

    def works(self, d: District, *, to: str, owed_by: str = "", due: str = "", **more: Any) -> Hazard:
        """Does it and looks at hazard, event and to-do. `owed_by` names the post of the next to-do, none at an end."""
        before = d.find(self.reach(d))
        turns = open_turns(before)
        outcome = self.do(d, before.number, **more)
        hazard = d.find(outcome.number)
        check_told(d, hazard, turns)
        assert (outcome.state, hazard.state) == (to, to)
        self._wrote_one_event(d, before, hazard)
        assert_owed(hazard, owed_by, due)
        return hazard

    def _wrote_one_event(self, d: District, before: Hazard, after: Hazard) -> None:
        assert after.last_seq == before.last_seq + 1
        event = HazardEvent.objects.get(hazard=after, seq=after.last_seq)
        assert (event.kind, event.action) == (ACTIONS[self.action].event, self.action)
        assert (event.actor_id, event.actor_name) == (d.people[self.by].pk, d.people[self.by].name)
        assert event.post is not None and event.post_label == str(event.post)
        assert (event.from_state, event.to_state) == (before.state, after.state)
        assert event.recorded_at == d.at and event.prev_hash == before.last_hash
        assert after.version == (after.last_seq if ACTIONS[self.action].moves_version else before.version)

    def refused(self, d: District, number: str, kind: type[DomainError], **more: Any) -> str:
        """The message of a refusal that left no trace."""
        rows = HazardEvent.objects.count(), HazardTask.objects.count()
        with pytest.raises(kind) as caught, transaction.atomic():
            self.do(d, number, **more)
        assert type(caught.value) is kind
        assert (HazardEvent.objects.count(), HazardTask.objects.count()) == rows
        return caught.value.message

    def wrong_state(self, d: District, number: str, *, did: str, owed_by: str = "", **more: Any) -> None:
        """409 says what the state is now, who did what when, and who acts next."""
        message = self.refused(d, number, WrongState, **more)
        hazard = d.find(number)
        last = HazardEvent.objects.get(hazard=hazard, seq=hazard.version)
        at = local(last.recorded_at)
        assert f"{last.post_label}{last.actor_name}已于{at.month}月{at.day}日 {at:%H:%M}“{did}”" in message
        assert f"现在是“{State(hazard.state).label}”" in message
        assert (f"下一步由{owed_by}办理" in message) if owed_by else ("下一步" not in message)

    def wrong_post(self, d: District, *, who: str, names: str, **more: Any) -> None:
        """403 names the post that may."""
        assert names in self.refused(d, self.reach(d), NotAllowed, who=who, **more)

    def outsider(self, d: District) -> None:
        """404 for a hazard out of scope, just as for one that does not exist."""
        number = self.reach(d)
        hidden = self.refused(d, number, NotFound, who="outsider", _version=None)
        assert hidden == self.refused(d, "S202611230000000", NotFound, who="outsider", _version=None)
        assert hidden == self.refused(d, number, NotFound, who="fire", _version=None)

    def stale(self, d: District, **more: Any) -> None:
        """409 when somebody changed the file since it was seen, naming who; 422 when no version came along."""
        number = self.reach(d)
        if ACTIONS[self.action].moves_version:
            assert "version" in self.fields_refused(d, number, _version=None, **more)
        seen = d.find(number).version
        d.somebody_amends(number)
        message = self.refused(d, number, Stale, _version=seen, **more)
        assert "“更正”" in message and "请刷新" in message

    def missing(self, d: District, *fields: str) -> None:
        """422 names each field that has to be there."""
        number = self.reach(d)
        with pytest.raises(Invalid) as caught, transaction.atomic():
            d.do(self.action, d.people[self.by], number)
        assert set(caught.value.fields) == set(fields)

    def fields_refused(self, d: District, number: str, **more: Any) -> set[str]:
        """The fields that a 422 names."""
        with pytest.raises(Invalid) as caught, transaction.atomic():
            self.do(d, number, **more)
        return set(caught.value.fields)


def assert_owed(hazard: Hazard, by: str, due: str = "") -> None:
    """The one open to-do is that of the post, until the moment."""
    tasks = HazardTask.objects.filter(hazard=hazard, finished__isnull=True)
    assert [str(task.post) for task in tasks] == ([by] if by else [])
    assert (str(hazard.responsible_post) if hazard.responsible_post else "") == by
    if due:
        assert hazard.due_at == moment(due), local(hazard.due_at)
        assert tasks.get().due_at == hazard.due_at
