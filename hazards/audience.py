"""Who may read a hazard, as audience keys (architecture 1.5)."""

from __future__ import annotations

from hazards.models import Assignment, Hazard
from hazards.states import Channel
from organizations.keys import duty_key, person_key, unit_key
from organizations.kinds import UnitKind
from organizations.models import Unit


def keys_for(hazard: Hazard, lead: Assignment | None, unit: Unit, bureau: Unit, reporter_unit: Unit) -> list[int]:
    """The keys a hazard carries: its campus with all superiors, its parties, and the people named in it.

    A restricted hazard carries duty and person keys only. One reported direct to the bureau is hidden
    from school and central school until a unit of theirs has to work on it.
    """
    keys = {person_key(hazard.reporter_id)}
    if hazard.is_restricted:
        campus = None if hazard.channel == Channel.DIRECT else unit.pk
        parties = {campus, bureau.pk, lead.unit_id if lead else None, hazard.verifying_unit_id, hazard.closing_unit_id}
        keys |= {duty_key(unit_id) for unit_id in parties if unit_id}
        keys |= {person_key(p) for p in _named(lead)}
        return sorted(keys)
    keys |= {unit_key(unit_id) for unit_id in _known_along(hazard, lead, unit, bureau)}
    parties = {hazard.handling_unit_id, hazard.verifying_unit_id, hazard.closing_unit_id}
    if lead:
        parties.add(lead.unit_id)
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
