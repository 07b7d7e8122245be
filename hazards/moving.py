"""What mergers, moves and new names of units mean for their hazards; `organizations.hooks` calls these."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from hazards.audience import keys_for
from hazards.models import Assignment, Extension, Hazard, Instruction, Measure, Supervision, SupportRequest, Suspension
from hazards.recomputing import recompute_of_moved
from hazards.search import as_vector_text
from hazards.services import perform
from hazards.small import BY_MODEL, ClockRow, Row
from hazards.states import OPEN, AssignmentState, InstructionState, State, SupportState
from hazards.states_clock import MeasureState
from organizations.hooks import UnitMerge, UnitMove, UnitRename, WorkItem
from organizations.keys import duty_key, unit_key
from organizations.models import Unit
from organizations.posts import bureau_of

# Rows rewritten by one statement.
BATCH = 500
_PARTIES = (
    "unit", "handling_unit", "verifying_unit", "closing_unit", "referred_to", "proposed_lead", "paper_unit",
    "lead_assignment__unit", "lead_assignment__issuer_unit",
)  # fmt: skip


def with_party(unit: Unit) -> QuerySet[Hazard]:
    """The open hazards in which a unit has a part of whatever kind, oldest first."""
    parties = Q()
    for name in _PARTIES:
        parties |= Q(**{name: unit})
    rows: dict[type[Row], Q] = {
        Assignment: (Q(unit=unit) | Q(issuer_unit=unit)) & ~Q(state=AssignmentState.CANCELED),
        SupportRequest: Q(to_unit=unit, state=SupportState.OPEN),
        Instruction: Q(to_unit=unit, state=InstructionState.OPEN),
        Extension: Q(to_unit=unit) & _lives(Extension),
        Suspension: (Q(unit=unit) | Q(issuer_unit=unit)) & _lives(Suspension),
        Supervision: (Q(lister_unit=unit) | Q(supervisor_unit=unit)) & _lives(Supervision),
        Measure: (Q(unit=unit) | Q(to_unit=unit)) & _lives(Measure) & ~Q(state=MeasureState.SETTLED),
    }
    for model, asked in rows.items():
        parties |= Q(Exists(model._default_manager.filter(asked, hazard=OuterRef("pk"))))
    # The keys, which are indexed, name every party but the campus of what went past it.
    near = Q(unit=unit) | Q(visible_to__overlap=[unit_key(unit.pk), duty_key(unit.pk)])
    return Hazard.objects.filter(near, parties, state__in=OPEN).order_by("pk")


def _lives(model: type[ClockRow]) -> Q:
    return ~Q(state__in=BY_MODEL[model].ended)


def move_work(change: UnitMerge) -> None:
    """Every open hazard of the closed unit goes on in its successor, each by an act of its own."""
    reason = _("%(unit)s并入%(into)s") % {"unit": change.unit.name, "into": change.into.name}
    data = {"reason": reason, "by": change.actor.name if change.actor else ""}
    for hazard in with_party(change.unit).only("file_number", "receipt_number"):
        perform("move_unit", actor=None, at=change.at, number=hazard.number, data=data)


def rewrite_search(change: UnitRename) -> None:
    """Old and new hazards are found by the new name."""
    hazards = Hazard.objects.filter(unit=change.unit).order_by("pk")
    texts = ("pk", "place", "description", "receipt_number", "file_number")
    rows = hazards.values_list(*texts)
    words = (
        {"id": pk, "words": as_vector_text(place, described, receipt, number or "", change.unit.name)}
        for pk, place, described, receipt, number in rows.iterator(chunk_size=BATCH)
    )
    _rewrite("search = to_tsvector('simple', d.words)", "words text", words)


def rewrite_keys_of_moved(change: UnitMove) -> None:
    """Whoever stands above the campus now reads its hazards, whoever stood there before does not.

    Their limits follow the hours and terms of the new place.
    """
    rewrite_keys(Hazard.objects.filter(unit__in=change.unit_ids))
    recompute_of_moved(change.unit_ids, change.at)


def rewrite_keys(hazards: QuerySet[Hazard]) -> int:
    """Recompute the audience keys of these hazards; returns of how many they changed."""
    return _rewrite("visible_to = d.keys", "keys integer[]", _new_keys(hazards))


def _new_keys(hazards: QuerySet[Hazard]) -> Iterator[dict[str, object]]:
    bureaus: dict[int, Unit] = {}
    related = ("unit", "lead_assignment", "reporter_post__unit")
    for hazard in hazards.select_related(*related).defer("search").order_by("pk").iterator(chunk_size=BATCH):
        unit = hazard.unit
        bureau = bureaus.get(unit.pk) or bureaus.setdefault(unit.pk, bureau_of(unit))
        keys = keys_for(hazard, hazard.lead_assignment, unit, bureau, hazard.reporter_post.unit)
        if keys != sorted(hazard.visible_to):
            yield {"id": hazard.pk, "keys": keys}


def _rewrite(assignment: str, column: str, rows: Iterable[dict[str, object]]) -> int:
    """`assignment` reads the columns of `d`, one row for each hazard. Returns how many were rewritten."""
    table, n = Hazard._meta.db_table, 0
    sql = f"""
        UPDATE {table} h SET {assignment}
        FROM jsonb_to_recordset(%s::jsonb) AS d(id bigint, {column}) WHERE h.id = d.id"""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        with connection.cursor() as cursor:
            cursor.execute(sql, [json.dumps(batch)])
        n += len(batch)
    return n


def list_open_work_of_unit(unit: Unit, at: datetime) -> list[WorkItem]:
    """The open hazards in which the unit has a part, the earliest due first; of restricted ones only that they are there."""
    hazards = with_party(unit).defer("search").select_related("responsible_post__unit").order_by("due_at", "pk")
    return [_item(hazard) for hazard in hazards]


def _item(hazard: Hazard) -> WorkItem:
    return WorkItem(
        number=hazard.number,
        what="" if hazard.is_restricted else f"{hazard.place}：{hazard.description}",
        state=str(State(hazard.state).label),
        due_at=hazard.due_at,
        post_label=str(hazard.responsible_post or ""),
        url=reverse("hazard_file", args=[hazard.number]),
        is_restricted=hazard.is_restricted,
        post_id=hazard.responsible_post_id,
    )
