from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.clock import ProposeListingData
from hazards.options import BUS_DOMAIN
from hazards.services.act import Act, require, verb
from hazards.services.supervising import MANDATORY, propose, say_not_listed
from hazards.states import OPEN, Level
from hazards.states_clock import ListingTrigger


@verb("propose_listing")
def propose_hazard_listing(act: Act, data: ProposeListingData) -> None:
    """拟挂牌: the leader decides, for units that are not the bureau's own the county. Source: process.md b.3."""
    if why := say_not_listed(act.case):
        raise Invalid(why)
    _require_case_of(act, data.trigger)
    propose(act, data.trigger, data.reason, authority=data.authority, requirements=data.requirements)
    act.move()


def _require_case_of(act: Act, trigger: str) -> None:
    """Raises Invalid for a trigger that does not fit the file."""
    hazard = act.hazard
    if trigger in MANDATORY.values():
        fits = hazard.level == Level.MAJOR and MANDATORY.get(hazard.domain.code) == trigger
        require(fits, trigger=_("只有这一领域的重大隐患属于这种情形。"))
    if trigger == ListingTrigger.MAJOR:
        require(hazard.level == Level.MAJOR, trigger=_("不是重大隐患，请选别的情形。"))
    if trigger == ListingTrigger.OVERDUE:
        is_late = hazard.state in OPEN and hazard.due_at is not None and act.at >= hazard.due_at
        require(is_late, trigger=_("还没有逾期，请选别的情形。"))
    if trigger == ListingTrigger.BUS:
        require(hazard.domain.code == BUS_DOMAIN, trigger=_("不是校车安全的隐患，请选别的情形。"))
