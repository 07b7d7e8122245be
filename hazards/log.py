"""The event log: one row an act, sealed by a hash of the row before it, enough to rebuild the hazard."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from hazards.models import Assignment, Hazard, HazardEvent
from hazards.small import BY_MODEL, BY_NAME, PART_FIELDS, Row

# What the log rebuilds. Indexes over log and rules (responsible_post, visible_to, search) are not in it.
HAZARD_FIELDS = (
    "state", "unit_id", "place", "domain_id", "category_id", "description", "found_on", "finder", "source", "source_note",
    "channel", "is_restricted", "suspected_major", "interim_control", "reporter_id", "reporter_post_id", "file_number",
    "receipt_number", "level", "competence", "handling_unit_id", "handling_action", "handling_since", "lead_assignment_id",
    "verifying_unit_id", "closing_unit_id", "closes_in_one_act", "rectifiers", "commitments", "round", "n_supplements",
    "cost", "closure_type", "closed_at", "cycle", "referred_to_id", "proposed_lead_id", "paper_unit_id", "paper_name",
    "paper_number", "paper_limit_on", "n_unanswered", "n_transfers", "clause_id", "level_is_pending", "double_report",
    "appraisal", "is_reappraised", "scheduled", "visit_on", "visitors", "verifiers", "merged_into_id", "n_appeals",
    "n_reopened", "sealed_at", "has_small_rows", "due_at",
    "policy_id", "due_by", "whole_due_at", "colour", "least_colour", "rank", "listing", "is_suspended", "n_extensions", "taken_over_at",
)  # fmt: skip
ASSIGNMENT_FIELDS = PART_FIELDS

Snapshot = dict[str, Any]


def snapshot(hazard: Hazard, lead: Assignment | None) -> Snapshot:
    """The file and its lead assignment (prefixed `lead.`) as JSON values."""
    values = _plain_fields(hazard, HAZARD_FIELDS)
    if lead is None:
        return {**values, **_NO_LEAD}
    return {**values, **{f"lead.{name}": value for name, value in _plain_fields(lead, ASSIGNMENT_FIELDS).items()}}


_NO_LEAD = {f"lead.{name}": None for name in ASSIGNMENT_FIELDS}


def _plain_fields(row: Hazard | Assignment, names: tuple[str, ...]) -> Snapshot:
    """Straight from what the row holds: every act asks for some eighty of them twice."""
    held = row.__dict__
    return {name: held[name] if type(held[name]) in _ALREADY_PLAIN else _plain(held[name]) for name in names}


def snapshot_row(row: Row) -> Snapshot:
    """A small row as JSON values, its fields prefixed with its machine and id."""
    small = BY_MODEL[type(row)]
    return {f"{small.name}.{row.pk}.{name}": _plain(getattr(row, name)) for name in small.fields}


def differences(before: Snapshot, after: Snapshot) -> dict[str, list[Any]]:
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


def replay(events: Iterable[HazardEvent]) -> Snapshot:
    """The snapshot that the log of one hazard leads to, oldest event first."""
    values: Snapshot = {}
    for event in events:
        values.update({name: new for name, (_old, new) in event.changes.items()})
    return values


def is_told(told: Snapshot, name: str, value: Any) -> bool:
    """Whether the log leads to this value: what it never names, as a field younger than it, stands at its default."""
    if name in told or name.partition(".")[0] in BY_NAME:
        return bool(told.get(name) == value)
    model = Assignment if name.startswith("lead.") else Hazard
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return value is None or bool(value == _plain(fields[name.removeprefix("lead.")].get_default()))


# Most values by far; what is left are moments, days, lists, and choices that are strings of their own class.
_ALREADY_PLAIN = frozenset({str, int, bool, type(None)})


def _plain(value: Any) -> Any:
    if type(value) in _ALREADY_PLAIN:
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return list(value)
    if isinstance(value, dict):
        return dict(value)
    return str(value) if isinstance(value, str) else value


def seal(event: HazardEvent) -> str:
    """The hash of an event over all it says and the hash before it: sha256 in hex."""
    told = {
        "hazard": event.hazard_id,
        "seq": event.seq,
        "kind": event.kind,
        "action": event.action,
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "post": event.post_id,
        "post_label": event.post_label,
        "from": event.from_state,
        "to": event.to_state,
        "recorded_at": event.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "occurred_on": event.occurred_on.isoformat(),
        "late_reason": event.late_reason,
        "data": event.data,
        "changes": event.changes,
        "prev": event.prev_hash,
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """A place where the log is not what was written: which hazard, at which number, what is wrong."""

    hazard: str
    seq: int
    what: str


def find_breaks(hazard: Hazard, events: Iterable[HazardEvent]) -> list[Break]:
    """Gaps, changed rows, broken links and a cut tail of one hazard's log, oldest first."""
    breaks: list[Break] = []
    expected, previous = 1, ""
    for event in events:
        for missing in range(expected, event.seq):
            breaks.append(Break(hazard.number, missing, "missing"))
        if event.seq == expected and event.prev_hash != previous:
            breaks.append(Break(hazard.number, event.seq, "does not follow the one before"))
        if seal(event) != event.hash:
            breaks.append(Break(hazard.number, event.seq, "changed"))
        expected, previous = event.seq + 1, event.hash
    for missing in range(expected, hazard.last_seq + 1):
        breaks.append(Break(hazard.number, missing, "missing"))
    if not breaks and (expected - 1 != hazard.last_seq or previous != hazard.last_hash):
        breaks.append(Break(hazard.number, expected - 1, "not the end that the hazard names"))
    return breaks
