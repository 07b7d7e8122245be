"""Whom a rung tells: its words (Told) as posts, and their holders; a vacant post goes upward.

Read for many deadlines at once: units, holders, handlers and turns of small rows in one statement each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.clock import today
from deadlines.models import Deadline
from hazards.clockwork import LIMIT, STEP
from hazards.hooks import open_side_posts
from hazards.models import Assignment
from hazards.permitted import kinds_for
from hazards.states_clock import Told
from hazards.subjects import Subject
from organizations.kinds import EDUCATION_TREE, PostKind, UnitKind
from organizations.models import Unit
from organizations.posts import Holder, OpenPost, bureau_of, list_open_posts

P = PostKind
_CAMPUS = (P.SAFETY, P.PRINCIPAL)
_DEPARTMENT = (P.CONTACT, P.DEPARTMENT_LEADER)
Order = Mapping[str, tuple[str, ...]]
# Who works there, first.
DESKS: Order = {
    UnitKind.SCH: _CAMPUS, UnitKind.KG: _CAMPUS, UnitKind.PT: _CAMPUS,
    UnitKind.CEN: (P.CENTRAL_SAFETY, P.CENTRAL_HEAD),
    UnitKind.EDU: (P.OFFICE_CLERK, P.OFFICE_DIRECTOR, P.LEADER, P.CHIEF),
    UnitKind.SEC: (P.SECTION_CLERK, P.SECTION_HEAD),
    UnitKind.GOV: (P.COORDINATOR, P.COUNTY_SUPERVISOR),
    UnitKind.SUB: _DEPARTMENT, UnitKind.DEP: _DEPARTMENT, UnitKind.TWN: _DEPARTMENT, UnitKind.SVC: _DEPARTMENT,
}  # fmt: skip
# Who answers for the unit; of the bureau's office its director.
HEADS: Order = {
    **{kind: posts[1:] for kind, posts in DESKS.items()},
    UnitKind.EDU: (P.OFFICE_DIRECTOR, P.LEADER, P.CHIEF),
}
OFFICES: Order = {kind: DESKS[kind] for kind in (UnitKind.CEN, UnitKind.EDU)}
LEADERS: Order = {UnitKind.EDU: (P.LEADER, P.CHIEF)}
CHIEFS: Order = {UnitKind.EDU: (P.CHIEF, P.LEADER)}
# Of a confidential matter nobody else hears.
CONFIDANTS: Order = dict.fromkeys(UnitKind, (P.CONFIDANT,))


@dataclass(frozen=True)
class Audience:
    """Who is told of one firing: people, and their posts in words."""

    user_ids: tuple[int, ...]
    told: str
    # Those among them who owe the time.
    owing: frozenset[int] = frozenset()


@dataclass(frozen=True)
class UnitRow:
    id: int
    kind: str
    name: str
    path: tuple[int, ...]


class Recipients:
    """The people around some deadlines and their subjects on one day."""

    def __init__(self, deadlines: Sequence[Deadline], subjects: Mapping[int, Subject], at: datetime) -> None:
        self._subjects = dict(subjects)
        around = {one.owner_unit_id for one in deadlines} | {one.unit_id for one in subjects.values()}
        leads = {one.lead_unit_id for one in subjects.values() if one.lead_unit_id}
        self.units = _read_units(around | leads)
        self._posts: dict[int, list[OpenPost]] = {}
        self._by_id: dict[int, OpenPost] = {}
        for post in list_open_posts(self.units, today(at)):
            self._posts.setdefault(post.unit_id, []).append(post)
            self._by_id[post.id] = post
        self._missing_bureaus(subjects, at)
        self._handlers = _read_handlers(deadlines, subjects)
        self._side_posts = _read_side_posts(deadlines)

    def knows(self, deadlines: Iterable[Deadline]) -> bool:
        return all(one.owner_unit_id in self.units for one in deadlines)

    def renew(self, subject: Subject) -> None:
        """Another reading of the same state of a subject."""
        self._subjects[subject.id] = subject

    def of(self, deadline: Deadline, told: Iterable[str]) -> Audience:
        """In the order of the words; nobody twice."""
        people: dict[int, None] = {}
        posts: dict[str, None] = {}
        owing: set[int] = set()
        for word in told:
            for post, holders in self._told(deadline, word):
                posts[post] = None
                people.update(dict.fromkeys(holder.user_id for holder in holders))
                owing |= {holder.user_id for holder in holders if word == Told.OWNER}
        return Audience(tuple(people), "、".join(posts), frozenset(owing))

    def bureau_of(self, subject: Subject) -> UnitRow | None:
        path = self.units[subject.unit_id].path
        found = [self.units[pk] for pk in path if pk in self.units and self.units[pk].kind == UnitKind.EDU]
        return found[-1] if found else self._bureaus.get(subject.id)

    def _told(self, deadline: Deadline, word: str) -> list[tuple[str, tuple[Holder, ...]]]:
        subject = self._subjects[deadline.subject_id]
        if word == Told.HANDLER:
            handler = self._handlers.get(self._assignment_of(deadline, subject))
            return [handler] if handler and not subject.is_restricted else []
        post = self._post(deadline, subject, word)
        return [(post.label, post.holders)] if post else []

    def _post(self, deadline: Deadline, subject: Subject, word: str) -> OpenPost | None:
        owner = self.units[deadline.owner_unit_id]
        match word:
            case Told.OWNER:
                return self._owner(deadline, subject, owner)
            case Told.HEAD if not subject.is_restricted:
                return self._nearest(self._line(owner), HEADS) or self._office(subject)
            case Told.OFFICE if not subject.is_restricted:
                above = [pk for pk in owner.path if pk != owner.id or owner.kind == UnitKind.EDU]
                return (self._nearest(above, OFFICES) if owner.kind in EDUCATION_TREE else None) or self._office(
                    subject
                )
            case Told.HEAD | Told.OFFICE:
                return self._nearest(self._line(owner), CONFIDANTS)
            case Told.LEADER:
                return self._of_bureau(subject, LEADERS)
            case Told.CHIEF:
                return self._of_bureau(subject, CHIEFS)
        return None

    def _owner(self, deadline: Deadline, subject: Subject, owner: UnitRow) -> OpenPost | None:
        """The post that owes the time: the turn's, or that of a co-unit; and where it is vacant who works there."""
        is_leads = deadline.kind == LIMIT and deadline.row_id == subject.lead_assignment_id
        if deadline.kind == STEP or is_leads:
            post_id = subject.responsible_post_id
        else:
            post_id = self._side_posts.get((deadline.kind, deadline.row_id))
        if post_id in self._by_id:
            return self._by_id[post_id]
        if subject.is_restricted:
            return self._nearest(self._line(owner), CONFIDANTS)
        by_rule: Order = {}
        if deadline.kind == LIMIT:
            by_rule = kinds_for("submit" if is_leads else "finish_part", subject.rule_level, is_restricted=False)
        return self._nearest(self._line(owner), {**DESKS, **by_rule}) or self._office(subject)

    def _line(self, unit: UnitRow) -> Sequence[int]:
        """Nobody above a department stands in for it."""
        return unit.path if unit.kind in EDUCATION_TREE else [unit.id]

    def _office(self, subject: Subject) -> OpenPost | None:
        return self._of_bureau(subject, OFFICES)

    def _of_bureau(self, subject: Subject, order: Order) -> OpenPost | None:
        bureau = self.bureau_of(subject)
        return self._nearest([bureau.id], order) if bureau else None

    def _nearest(self, path: Sequence[int], order: Order) -> OpenPost | None:
        for unit_id in reversed(path):
            here = {post.kind: post for post in self._posts.get(unit_id, ())}
            unit = self.units.get(unit_id)
            for kind in order.get(unit.kind, ()) if unit else ():
                if kind in here:
                    return here[kind]
        return None

    @staticmethod
    def _assignment_of(deadline: Deadline, subject: Subject) -> int | None:
        return deadline.row_id if deadline.kind == LIMIT else subject.lead_assignment_id

    def _missing_bureaus(self, subjects: Mapping[int, Subject], at: datetime) -> None:
        """Of a campus that hangs under no bureau: the county's."""
        self._bureaus: dict[int, UnitRow] = {}
        for subject in subjects.values():
            if self.bureau_of(subject) is None:
                found = bureau_of(Unit.objects.get(pk=subject.unit_id))
                row = UnitRow(found.pk, found.kind, found.name, tuple(found.path))
                self._bureaus[subject.id] = self.units[row.id] = row
                for post in list_open_posts([row.id], today(at)):
                    self._posts.setdefault(row.id, []).append(post)


def _read_units(ids: Iterable[int]) -> dict[int, UnitRow]:
    """These and all above them."""
    above = Unit.objects.filter(pk__in=list(ids)).values_list("path", flat=True)
    wanted = {pk for path in above for pk in path}
    rows = Unit.objects.filter(pk__in=wanted).values_list("pk", "kind", "name", "path")
    return {pk: UnitRow(pk, kind, name, tuple(path)) for pk, kind, name, path in rows}


def _read_handlers(
    deadlines: Sequence[Deadline], subjects: Mapping[int, Subject]
) -> dict[int | None, tuple[str, tuple[Holder, ...]]]:
    """{assignment id: (who, as its holder)}; who may no longer log in is told nothing."""
    named = {Recipients._assignment_of(one, subjects[one.subject_id]) for one in deadlines}
    wanted = [pk for pk in named if pk]
    rows = Assignment.objects.filter(pk__in=wanted, handler__is_active=True).values_list(
        "pk", "handler_id", "handler__name"
    )
    return {pk: (name, (Holder(user_id, name),)) for pk, user_id, name in rows}


def _read_side_posts(deadlines: Sequence[Deadline]) -> dict[tuple[str, int], int]:
    aside = sorted({one.subject_id for one in deadlines if one.kind not in (STEP, LIMIT)})
    found: dict[tuple[str, int], int] = {}
    for read in open_side_posts if aside else ():
        found.update(read(aside))
    return found
