from __future__ import annotations

from hazards.data.assigning import AssignReferredData
from hazards.services.act import Act, verb
from hazards.services.handing import lead_from_county, require_own_name
from hazards.services.parts import add_co_units


@verb("assign_referred")
def assign_referred_hazard(act: Act, data: AssignReferredData) -> None:
    """The county orders a lead and co-units within a limit (县级交办). Source: process.md a.4 T11."""
    require_own_name(act, data.issued_as)
    lead = lead_from_county(
        act, data.lead, requirements=data.requirements, limit_on=data.limit_on, issued_as=data.issued_as
    )
    add_co_units(act, data.co_units, data.co_task, issuer_unit_id=lead.issuer_unit_id, issued_as=data.issued_as)
    act.move()
