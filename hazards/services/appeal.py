from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.case import Case
from hazards.data.reporting import AppealData
from hazards.limits import last_day, step_due
from hazards.routing import handling_above
from hazards.services.act import Act, verb
from hazards.services.move_unit import follow_mergers
from hazards.states import EvidenceStage

APPEAL = "appeal"
MAX_APPEALS = 1


def appeal_until(case: Case) -> datetime | None:
    """The first moment too late; None where no appeal is left."""
    if case.hazard.n_appeals >= MAX_APPEALS or case.rejection is None:
        return None
    return step_due(case.hazard, APPEAL, case.rejection.at)


@verb("appeal")
def appeal_hazard(act: Act, data: AppealData) -> None:
    """Have a rejection looked at again, one level up; the bureau's own by its leader, never by who rejected.

    Once, within the days of the rules. Source: process.md a.4 T05b.
    """
    hazard, until = act.hazard, appeal_until(act.case)
    if until is None:
        raise Invalid(_("每条隐患只能申诉一次；有新的情况请重新上报。"))
    if act.at >= until:
        raise Invalid(_("申诉期已于 %(day)s 届满；有新的情况请重新上报。") % {"day": last_day(until).isoformat()})
    follow_mergers(act)
    hazard.n_appeals += 1
    hazard.cycle += 1
    above = handling_above(act.case, hazard.handling_unit_id, action="file", level=hazard.rule_level)
    if above is not None:
        act.notes["from_unit"] = act.case.unit(hazard.handling_unit_id).name
        act.notes["to_unit"] = act.case.unit(above).name
        hazard.handling_unit_id = above
    hazard.handling_action = act.action.name
    hazard.handling_since = act.at
    act.attach(data.photos, EvidenceStage.BEFORE)
    act.move()
