"""The people behind a notice: units as posts, posts as holders; from what the act has read already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.clock import local, today
from deadlines.calendars import calendar_of, on_duty
from hazards.hooks import SideMove
from hazards.models import Assignment, Countersign, Extension, Instruction, Suspension
from hazards.notices import NOTICES, Who
from hazards.recipients import CONFIDANTS, DESKS, HEADS, LEADERS, OFFICES, Order
from hazards.routing import awaited_action
from hazards.services.act import Act
from hazards.states import Level
from notifications.urgency import Urgency
from organizations.keys import duty_key, person_key, unit_key
from organizations.kinds import EDUCATION_TREE, PERSONAL_POSTS, PostKind, UnitKind
from organizations.posts import OpenPost


@dataclass(frozen=True)
class Listener:
    """Why one hears of an act: the action that waits for him now, and until when; empty where it is for his information."""

    awaited: str = ""
    due_at: datetime | None = None
    # He had to do with it and can't open it any more: he hears that and no more.
    is_gone: bool = False


HEARS, GONE = Listener(), Listener(is_gone=True)


class Listeners:
    """Who hears of one act: {user id: why}, in the order of the words."""

    def __init__(self, act: Act, moves: Sequence[SideMove], seen_by: Collection[int]) -> None:
        """`seen_by` are the audience keys that it had before the act."""
        self._act = act
        self._moves = moves
        self._keys = frozenset(act.hazard.visible_to)
        self._keys_before = frozenset(seen_by)
        self.told: dict[int, Listener] = {}

    def find(self) -> dict[int, Listener]:
        act, hazard = self._act, self._act.hazard
        notice = NOTICES[act.action.name]
        # Whose turn begins is told whatever the row says.
        if hazard.responsible_post_id and self._has_new_turn():
            self._add(self._holders(hazard.responsible_post_id), Listener(awaited_action(act.case), hazard.due_at))
        for move in self._moves:
            if move.step and not move.is_same_turn and move.event:
                self._add(self._holders(move.step.post_id), Listener(move.step.action, move.step.due_at))
        self._add(user_id for one in act.told for user_id in one.user_ids)
        for word in (*notice.who, *(notice.of_major if hazard.rule_level == Level.MAJOR else ())):
            self._add(self._people(word))
        # An act entered for him, or agreed to by the second, is news to who stands behind it.
        self._add([act.on_behalf.person.pk] if act.on_behalf and act.on_behalf.person else [])
        self._add([act.actor.pk] if act.second and act.actor.pk else [])
        if self._keys_before - self._keys:
            self._add(self._gone(), GONE)
        self.told.pop(act.second.user.pk if act.second else act.actor.pk, None)
        return self.told

    def _gone(self) -> Iterator[int]:
        """Whose turn it was, and co-units: their work ended with what they could see."""
        act = self._act
        before = act.case.directory.post(act.turn.responsible_post_id or 0)
        posts = [post for unit_id in self._part_units() for post in act.case.directory.nearest([unit_id], DESKS)[:1]]
        for post in ([before] if before else []) + posts:
            keys = _keys_of_post(act, post)
            if self._keys.isdisjoint(keys) and not self._keys_before.isdisjoint(keys):
                yield from (one.user_id for one in post.holders)

    def _add(self, user_ids: Iterable[int], why: Listener = HEARS) -> None:
        for user_id in user_ids:
            self.told.setdefault(user_id, why)

    def _people(self, word: Who) -> Iterator[int]:
        act, hazard, lead = self._act, self._act.hazard, self._act.case.lead
        match word:
            case Who.PREVIOUS:
                before = act.turn.responsible_post_id
                if before and before != hazard.responsible_post_id:
                    yield from self._holders(before)
            case Who.REPORTER:
                yield from self._persons(hazard.reporter_id)
            case Who.PEOPLE:
                yield from self._persons(*([lead.leader_id, lead.handler_id] if lead else ()))
            case Who.LEADERS:
                yield from self._unit(act.case.bureau.pk, LEADERS)
            case Who.OFFICE:
                yield from self._unit(act.case.bureau.pk, OFFICES)
            case Who.DUTY:
                yield from self._persons(*_on_duty(act))
            case Who.ASKER:
                yield from self._persons(*self._askers())
            case Who.TURN | Who.SIDE | Who.NAMED | Who.READER | Who.RUNG:
                # Found by the turns themselves, by what the act says, and by who fires the rung.
                return
            case _:
                presses = NOTICES[act.action.name].urgency >= Urgency.WARNING
                for unit_id in self._units(word):
                    yield from self._unit(unit_id, DESKS)
                    if presses and word in (Who.LEAD, Who.CAMPUS):
                        yield from self._unit(unit_id, HEADS)

    def _has_new_turn(self) -> bool:
        act, hazard = self._act, self._act.hazard
        turn = act.turn
        return (turn.state, turn.responsible_post_id, turn.round, turn.cycle, turn.lead_assignment_id) != (
            hazard.state,
            hazard.responsible_post_id,
            hazard.round,
            hazard.cycle,
            hazard.lead_assignment_id,
        )

    def _units(self, word: Who) -> list[int]:
        hazard, lead = self._act.hazard, self._act.case.lead
        match word:
            case Who.LEAD:
                return [lead.unit_id] if lead else []
            case Who.ISSUER:
                return [lead.issuer_unit_id] if lead else []
            case Who.PARTS:
                return self._part_units()
            case Who.CAMPUS:
                return [hazard.unit_id]
            case Who.HANDLING:
                return [hazard.handling_unit_id]
            case Who.VERIFIER:
                return [hazard.verifying_unit_id] if hazard.verifying_unit_id else []
        return []

    def _part_units(self) -> list[int]:
        """Of co-units, also of those whose part the act itself ends."""
        act = self._act
        touched = [one.row for one in act.touched if isinstance(one.row, Assignment)]
        lead = act.case.lead
        units = dict.fromkeys(part.unit_id for part in [*act.case.parts, *touched])
        return [unit_id for unit_id in units if not lead or unit_id != lead.unit_id]

    def _unit(self, unit_id: int, order: Order) -> Iterator[int]:
        """Who works there, else above it; of what is confidential the confidants."""
        case = self._act.case
        path = case.path(unit_id) if case.unit(unit_id).kind in EDUCATION_TREE else [unit_id]
        kinds = CONFIDANTS if case.hazard.is_restricted else order
        for post in case.directory.nearest(path, kinds)[:1]:
            yield from self._seeing(post)

    def _holders(self, post_id: int) -> Iterator[int]:
        post = self._act.case.directory.post(post_id)
        if post:
            yield from self._seeing(post)

    def _seeing(self, post: OpenPost) -> Iterator[int]:
        """Nobody is told of what he could not open."""
        sees = not self._keys.isdisjoint(_keys_of_post(self._act, post))
        yield from (one.user_id for one in post.holders if sees or person_key(one.user_id) in self._keys)

    def _persons(self, *user_ids: int | None) -> Iterator[int]:
        yield from (pk for pk in user_ids if pk and (person_key(pk) in self._keys or self._is_holder(pk)))

    def _is_holder(self, user_id: int) -> bool:
        posts = self._act.case.directory.known_posts_of(user_id)
        return any(not self._keys.isdisjoint(_keys_of_post(self._act, post)) for post in posts)

    def _askers(self) -> Iterator[int | None]:
        """Of the small rows that the act settles: who asked."""
        for one in self._act.touched:
            row = one.row
            if isinstance(row, Countersign):
                yield row.proposer_id
            elif isinstance(row, Extension | Suspension):
                yield getattr(row, "asked_by_id", None)
            elif isinstance(row, Instruction):
                yield row.author_id


def _keys_of_post(act: Act, post: OpenPost) -> set[int]:
    if post.kind == PostKind.CONFIDANT:
        return {duty_key(post.unit_id)}
    if post.kind in PERSONAL_POSTS:
        return set()
    unit = act.case.unit(post.unit_id)
    is_section = post.unit_kind == UnitKind.SEC and unit.parent_id is not None
    return {unit_key(unit.parent_id if is_section and unit.parent_id else post.unit_id)}


def _on_duty(act: Act) -> list[int]:
    """Who leads the watch of the school and of its bureau, outside working hours."""
    moment, day = local(act.at).time(), today(act.at)
    calendar = calendar_of(act.hazard.unit.path)
    if calendar.is_working_day(day) and any(start <= moment < end for start, end in calendar.sessions_of(day)):
        return []
    rows = (on_duty(unit_id, day) for unit_id in (act.hazard.unit_id, act.case.bureau.pk))
    return [row.leader_id for row in rows if row and row.leader_id]
