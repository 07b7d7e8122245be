"""Who may read a hazard, as audience keys (architecture 1.5)."""

from __future__ import annotations

from collections.abc import Iterable

from hazards.models import Assignment, Countersign, Hazard, Instruction, ReadingGrant, SupportRequest
from hazards.states import AssignmentState, Channel, CountersignState, State
from organizations.keys import duty_key, person_key, unit_key
from organizations.kinds import UnitKind
from organizations.models import Unit


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


def guest_keys_of(hazard: Hazard) -> list[int]:
    """The keys that small rows give: co-units and who they name, units asked for support, instructed units, a named second person, readers;
    and what was merged into it."""
    units: set[int] = set()
    people: set[int] = set()
    parts = Assignment.objects.filter(hazard=hazard).exclude(state=AssignmentState.CANCELED)
    for unit_id, issuer_id, handler_id in parts.exclude(pk=hazard.lead_assignment_id or 0).values_list(
        "unit_id", "issuer_unit_id", "handler_id"
    ):
        units |= {unit_id, issuer_id}
        people |= {handler_id} if handler_id else set()
    units |= set(Instruction.objects.filter(hazard=hazard).values_list("to_unit_id", flat=True))
    if not hazard.is_restricted and hazard.channel != Channel.DIRECT:
        # Who reported what was merged into it reads on here.
        merged = Hazard.objects.filter(merged_into=hazard)
        people |= set(merged.values_list("reporter_id", flat=True))
    units |= set(SupportRequest.objects.filter(hazard=hazard).values_list("to_unit_id", flat=True))
    asked = Countersign.objects.filter(hazard=hazard, state=CountersignState.OPEN, second__isnull=False)
    people |= set(asked.values_list("second_id", flat=True))
    people |= set(ReadingGrant.objects.filter(hazard=hazard, ended_at__isnull=True).values_list("user_id", flat=True))
    return sorted({*_unit_keys(hazard, units), *(person_key(one) for one in people)})


def _unit_keys(hazard: Hazard, units: Iterable[int]) -> set[int]:
    return {duty_key(one) if hazard.is_restricted else unit_key(one) for one in units}
