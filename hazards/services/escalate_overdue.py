from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import WrongState
from hazards.data.clock import EscalateOverdueData
from hazards.routing import handling_above
from hazards.services.act import Act, verb


@verb("escalate_overdue")
def escalate_overdue_hazard(act: Act, data: EscalateOverdueData) -> None:
    """What a school or central school did not take up in time is the next one's above.

    Called by the clock. Raises WrongState before the limit, where nobody is above, and for a confidential matter, which
    stays with its confidants.
    """
    hazard = act.hazard
    if hazard.due_at is None or act.at < hazard.due_at:
        raise WrongState(_("办理期限还没有到。"))
    if hazard.is_restricted:
        raise WrongState(_("敏感事项由专办员办理，不自动报送。"))
    above = handling_above(act.case, hazard.handling_unit_id, action="file", level=hazard.rule_level)
    if above is None:
        raise WrongState(_("已由教育局办理，没有更上一级可以报送。"))
    act.notes["from_unit"] = act.case.unit(hazard.handling_unit_id).name
    hazard.handling_unit_id = above
    hazard.handling_action = act.action.name
    hazard.handling_since = act.at
    act.notes["to_unit"] = act.case.unit(above).name
    act.move()
