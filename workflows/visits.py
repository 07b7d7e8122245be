"""复查任务: what waits to be looked at again, by township and school, as a verifier takes it along on paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from hazards.clock_face import RELATED
from hazards.models import Hazard, HazardEvent
from hazards.selectors import in_scope
from hazards.states import State
from organizations.models import Unit, User
from organizations.posts import HeldPost
from workflows.where import units_in_township

# A day's round is far less; the township filter finds the rest.
LIMIT = 300
# What was done, and what was found wrong the last time.
_DONE = ("submit", "fix_on_spot")
_FAILED = ("fail_verification", "return_submission")
# The field of the act that says it, in the order of asking.
_SAYS = ("report", "result", "measure", "failed_points", "defects")


@dataclass(frozen=True)
class Visit:
    """One hazard to look at. `done` as the lead unit told it, `failed` what was wrong the last time."""

    hazard: Hazard
    limit_on: date | None
    visit_on: date | None
    done: str
    done_at: datetime | None
    failed: str
    n_photos: int


@dataclass(frozen=True)
class School:
    unit: Unit
    visits: list[Visit] = field(default_factory=list)


@dataclass(frozen=True)
class Township:
    """`name` is that of the central school where no township is told."""

    name: str
    schools: list[School] = field(default_factory=list)

    @property
    def n(self) -> int:
        return sum(len(school.visits) for school in self.schools)


def waiting(
    user: User, at: datetime, *, held: Sequence[HeldPost], owners: Collection[int] | None, township: str = ""
) -> QuerySet[Hazard]:
    """What is to be verified; with `owners` by these units only. What is restricted is never printed with the rest."""
    hazards = in_scope(user, at, held=held).filter(state=State.SUBMITTED, is_restricted=False)
    if owners is not None:
        hazards = hazards.filter(responsible_post__unit_id__in=owners)
    if township:
        hazards = hazards.filter(unit_id__in=units_in_township(township).values("pk"))
    return hazards


def list_visits(hazards: QuerySet[Hazard]) -> list[Township]:
    """Two statements. By township, school, day of the visit and limit; the first LIMIT of them."""
    related = (*RELATED, "unit__parent", "domain", "responsible_post__unit")
    found = list(
        hazards.select_related(*related).order_by(
            F("visit_on").asc(nulls_last=True), F("due_at").asc(nulls_last=True), "pk"
        )[:LIMIT]
    )
    told = _last_told([hazard.pk for hazard in found])
    groups: dict[str, dict[int, School]] = {}
    for hazard in found:
        schools = groups.setdefault(township_of(hazard.unit), {})
        school = schools.setdefault(hazard.unit_id, School(hazard.unit))
        school.visits.append(_visit(hazard, told))
    return [
        Township(name, sorted(schools.values(), key=lambda school: school.unit.path))
        for name, schools in sorted(groups.items())
    ]


def township_of(unit: Unit) -> str:
    """Its own, that of its superior, or the superior's name."""
    parent = unit.parent
    return unit.township or (parent.township or parent.name if parent else "") or _("未填乡镇")


def _last_told(ids: Iterable[int]) -> dict[tuple[int, str], HazardEvent]:
    """{(hazard, action): the last event of that action}"""
    events = (
        HazardEvent.objects.filter(hazard__in=list(ids), action__in=(*_DONE, *_FAILED))
        .order_by("hazard_id", "action", "-seq")
        .distinct("hazard_id", "action")
    )
    return {(event.hazard_id, event.action): event for event in events}


def _visit(hazard: Hazard, told: dict[tuple[int, str], HazardEvent]) -> Visit:
    done = _newest(told, hazard.pk, _DONE)
    failed = _newest(told, hazard.pk, _FAILED)
    data: dict[str, Any] = done.data if done else {}
    lead = hazard.lead_assignment
    # What was fixed on the spot stands in the order that the act gave itself; an outside unit writes its result.
    order = (lead.requirements if done and done.action == "fix_on_spot" else lead.result) if lead else ""
    return Visit(
        hazard=hazard,
        limit_on=lead.limit_on if lead else None,
        visit_on=hazard.visit_on,
        done=_words(data) or order,
        done_at=done.recorded_at if done else None,
        failed=_words(failed.data) if failed else "",
        n_photos=len(data.get("photos") or data.get("after_photos") or ()),
    )


def _newest(told: dict[tuple[int, str], HazardEvent], pk: int, actions: tuple[str, ...]) -> HazardEvent | None:
    found = [told[pk, action] for action in actions if (pk, action) in told]
    return max(found, key=lambda event: event.seq, default=None)


def _words(data: dict[str, Any]) -> str:
    return next((str(data[name]) for name in _SAYS if data.get(name)), "")
