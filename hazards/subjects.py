"""What firing asks of a hazard, locked and read for many at once: a file has four times as many fields."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import connection

from hazards.models import Assignment, Hazard
from hazards.states import Level

_READ = f"""
SELECT h.id, h.region_code, h.receipt_number, h.file_number, h.unit_id, h.place, h.description, h.is_restricted, h.state,
       h.level, h.suspected_major, h.source, h.competence, h.listing, h.sealed_at, h.colour, h.least_colour, h.rank, h.responsible_post_id,
       h.lead_assignment_id, lead.unit_id, h.last_seq, h.last_hash, h.last_recorded_at, h.last_occurred_on,
       h.visible_to
FROM {Hazard._meta.db_table} h LEFT JOIN {Assignment._meta.db_table} lead ON lead.id = h.lead_assignment_id
WHERE h.id = ANY(%s) ORDER BY h.id
"""
_LOCK = "FOR UPDATE OF h"


@dataclass(slots=True)
class Subject:
    """A hazard under its lock; what an event moves on is moved on here as events are written."""

    id: int
    region_code: str
    receipt_number: str
    file_number: str | None
    unit_id: int
    place: str
    description: str
    is_restricted: bool
    state: str
    level: str
    suspected_major: bool
    source: str
    competence: str
    listing: str
    sealed_at: datetime | None
    colour: str
    least_colour: str
    rank: int
    responsible_post_id: int | None
    lead_assignment_id: int | None
    lead_unit_id: int | None
    last_seq: int
    last_hash: str
    last_recorded_at: datetime | None
    last_occurred_on: date | None
    visible_to: list[int]

    @property
    def number(self) -> str:
        return self.file_number or self.receipt_number

    @property
    def rule_level(self) -> str:
        """By which rows of the rules it goes: as Hazard.rule_level."""
        return self.level or (Level.MAJOR if self.suspected_major else Level.GENERAL)


def lock_subjects(ids: Collection[int], *, waits: bool) -> dict[int, Subject]:
    """By id, those that exist; without `waits` those that nobody else holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_READ} {_LOCK}" if waits else f"{_READ} {_LOCK} SKIP LOCKED", [list(ids)])
        return {row[0]: Subject(*row) for row in cursor.fetchall()}


def read_subjects(ids: Collection[int]) -> dict[int, Subject]:
    """As they stand now, locked by nobody."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(ids)])
        return {row[0]: Subject(*row) for row in cursor.fetchall()}


_OF_FILE = [one.name for one in fields(Subject) if one.name != "lead_unit_id"]


def subject_of(hazard: Hazard) -> Subject:
    """The same of a file that was opened."""
    lead = hazard.lead_assignment
    return Subject(**{name: getattr(hazard, name) for name in _OF_FILE}, lead_unit_id=lead.unit_id if lead else None)
