from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.reporting import EscalateData
from hazards.routing import handling_above
from hazards.services.act import Act, verb


@verb("escalate")
def escalate_hazard(act: Act, data: EscalateData) -> None:
    """Hand the hazard to the unit above for handling; the campus keeps its controls."""
    hazard = act.hazard
    above = handling_above(act.case, hazard.handling_unit_id, action="file", level=hazard.rule_level)
    if above is None:
        raise Invalid(_("已由教育局办理，没有更上一级可以报送。"))
    act.notes["from_unit"] = act.case.unit(hazard.handling_unit_id).name
    hazard.handling_unit_id = above
    hazard.handling_action = act.action.name
    hazard.handling_since = act.at
    act.notes["to_unit"] = act.case.unit(above).name
    act.move()
