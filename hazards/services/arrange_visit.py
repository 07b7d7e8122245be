from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from core.clock import today
from hazards.data.verifying import ArrangeVisitData
from hazards.services.act import Act, require, verb

# Later than this nobody arranges a visit; it is a slip of the pen.
LATEST = timedelta(days=60)


@verb("arrange_visit")
def arrange_hazard_visit(act: Act, data: ArrangeVisitData) -> None:
    """Tell the unit when somebody comes to look; the limit of verification runs on."""
    on = today(act.at)
    require(data.visit_on >= on, visit_on=_("复查日期不能早于今天。"))
    require(data.visit_on <= on + LATEST, visit_on=_("复查日期不能晚于 %(n)d 天以后。") % {"n": LATEST.days})
    act.hazard.visit_on, act.hazard.visitors = data.visit_on, data.visitors
    act.move()
