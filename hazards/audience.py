"""Who may read a hazard, as audience keys (architecture 1.5)."""

from __future__ import annotations

from datetime import date

from django.db import connection

from core.prepared import Statement
from hazards.models import (
    Assignment,
    Countersign,
    Extension,
    Hazard,
    Instruction,
    Measure,
    ReadingGrant,
    Supervision,
    SupportRequest,
    Suspension,
)  # fmt: skip
from hazards.states import AssignmentState, Channel, CountersignState, Level, State
from hazards.states_clock import MeasureState, SupervisionState
from organizations.keys import duty_key, person_key, unit_key
from organizations.kinds import UnitKind
from organizations.models import Unit
from organizations.posts import present_holdings


def keys_for(hazard: Hazard, lead: Assignment | None, unit: Unit, bureau: Unit, reporter_unit: Unit) -> list[int]:
    """The keys a hazard carries: its campus with all superiors, its parties, and the people named in it.

    A restricted hazard carries duty and person keys only. One reported direct to the bureau is hidden
    from school and central school until a unit of theirs has to work on it.
    """
    keys = {person_key(hazard.reporter_id), *hazard.guest_keys}
    if hazard.is_restricted:
        campus = None if hazard.channel == Channel.DIRECT else unit.pk
        parties = {campus, bureau.pk, lead.unit_id if lead else None, hazard.verifying_unit_id, hazard.closing_unit_id}
        keys |= {duty_key(unit_id) for unit_id in parties if unit_id}
        keys |= {person_key(p) for p in _named(lead)}
        return sorted(keys)
    keys |= {unit_key(unit_id) for unit_id in _known_along(hazard, lead, unit, bureau)}
    parties = {hazard.handling_unit_id, hazard.verifying_unit_id, hazard.closing_unit_id, hazard.paper_unit_id}
    parties |= {hazard.referred_to_id, hazard.proposed_lead_id if hazard.state == State.REFERRED else None}
    if lead:
        parties |= {lead.unit_id, lead.issuer_unit_id}
    if reporter_unit.kind not in (UnitKind.SCH, UnitKind.KG, UnitKind.PT):
        parties.add(reporter_unit.pk)
    keys |= {unit_key(unit_id) for unit_id in parties if unit_id}
    keys |= {person_key(p) for p in _named(lead)}
    return sorted(keys)


def _known_along(hazard: Hazard, lead: Assignment | None, unit: Unit, bureau: Unit) -> list[int]:
    """The units from the root down to the campus; what went past the school, down to the bureau or to the lead unit."""
    if hazard.channel != Channel.DIRECT:
        return unit.path
    if lead and lead.unit_id in unit.path and lead.unit_id not in bureau.path:
        return unit.path[: unit.path.index(lead.unit_id) + 1]
    return bureau.path


def _named(lead: Assignment | None) -> list[int]:
    return [p for p in (lead.leader_id, lead.handler_id) if p] if lead else []


# What names whom, for one hazard: (is it a person, id).
_GUESTS = Statement(f"""
    WITH parts AS (
        SELECT unit_id, issuer_unit_id, handler_id FROM {Assignment._meta.db_table}
        WHERE hazard_id = %(hazard)s::bigint AND state <> '{AssignmentState.CANCELED}' AND id <> %(lead)s::bigint
    )
    SELECT false, unit_id FROM parts
    UNION SELECT false, issuer_unit_id FROM parts
    UNION SELECT true, handler_id FROM parts WHERE handler_id IS NOT NULL
    UNION SELECT false, to_unit_id FROM {Instruction._meta.db_table} WHERE hazard_id = %(hazard)s::bigint
    UNION SELECT false, to_unit_id FROM {SupportRequest._meta.db_table} WHERE hazard_id = %(hazard)s::bigint
    UNION SELECT false, unit_id FROM {Measure._meta.db_table} WHERE hazard_id = %(hazard)s::bigint
        AND state IN ('{MeasureState.ISSUED}', '{MeasureState.AWAITING_REPLY}', '{MeasureState.SETTLED}')
    UNION SELECT false, to_unit_id FROM {Extension._meta.db_table} WHERE hazard_id = %(hazard)s::bigint
    UNION SELECT false, unit_id FROM {Suspension._meta.db_table} WHERE hazard_id = %(hazard)s::bigint
    UNION SELECT false, issuer_unit_id FROM {Suspension._meta.db_table} WHERE hazard_id = %(hazard)s::bigint
    UNION SELECT false, lister_unit_id FROM {Supervision._meta.db_table} WHERE hazard_id = %(hazard)s::bigint
        AND state NOT IN ('{SupervisionState.DECLINED}', '{SupervisionState.ENDED}')
    UNION SELECT false, supervisor_unit_id FROM {Supervision._meta.db_table} WHERE hazard_id = %(hazard)s::bigint
        AND state NOT IN ('{SupervisionState.DECLINED}', '{SupervisionState.ENDED}')
    UNION SELECT true, reporter_id FROM {Hazard._meta.db_table}
        WHERE merged_into_id = %(hazard)s::bigint AND %(is_told)s::boolean
    UNION SELECT true, second_id FROM {Countersign._meta.db_table}
        WHERE hazard_id = %(hazard)s::bigint AND second_id IS NOT NULL AND state = '{CountersignState.OPEN}'
    UNION SELECT true, user_id FROM {ReadingGrant._meta.db_table}
        WHERE hazard_id = %(hazard)s::bigint AND ended_at IS NULL
""")


def may_name_guests(row: object, *, is_new: bool) -> bool:
    """Whether a small row that is new or changed gives or takes keys: a new draft of a measure does neither."""
    return not (is_new and isinstance(row, Measure) and row.state == MeasureState.DRAFT)


def guest_keys_of(hazard: Hazard, on: date) -> list[int]:
    """The keys that small rows give: co-units and who they name, units asked for support, instructed units, units against
    which a measure was taken, who listed it and who supervises it, a named second
    person, readers; who reported what was merged into it, who reads on here; and who closes a confidential one, as he
    holds the post on that day."""
    is_told = not hazard.is_restricted and hazard.channel != Channel.DIRECT
    values = {"hazard": hazard.pk, "lead": hazard.lead_assignment_id or 0, "is_told": is_told}
    with connection.cursor() as cursor:
        _GUESTS.run(cursor, values)
        found: list[tuple[bool, int]] = cursor.fetchall()
    found += [(True, pk) for pk in _closers(hazard, on)]
    of_unit = duty_key if hazard.is_restricted else unit_key
    return sorted({person_key(pk) if is_person else of_unit(pk) for is_person, pk in found})


def _closers(hazard: Hazard, on: date) -> set[int]:
    """From 较大 up not the confidant who verified it closes a confidential matter but a leader, who reads it for that."""
    if not hazard.is_restricted or hazard.state != State.VERIFIED or hazard.level == Level.GENERAL:
        return set()
    # Not who stands in for him: a confidence is lent to nobody.
    own = present_holdings(on).filter(post_id=hazard.responsible_post_id or 0, delegated_by=None)
    return set(own.values_list("user_id", flat=True)) - {*hazard.rectifiers, *hazard.verifiers}
