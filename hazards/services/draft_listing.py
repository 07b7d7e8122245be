from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid, WrongState
from hazards.clockwork import LIMIT, list_main_limits, list_row_limits
from hazards.data.clock import DraftListingData
from hazards.permitted import nearest_posts
from hazards.services.act import Act, verb
from hazards.services.supervising import propose, say_not_listed
from hazards.states_clock import Authority, ListingTrigger


@verb("draft_listing")
def draft_hazard_listing(act: Act, data: DraftListingData) -> None:
    """A rung of the ladder proposes to list: the leader decides within his limit, then the head.

    Called by the clock. Raises WrongState where nothing is overdue any more or it can't be listed, Invalid where nobody
    is there to decide.
    """
    if why := say_not_listed(act.case):
        raise WrongState(why)
    require_overdue(act)
    case = act.case
    if not nearest_posts(case, case.bureau.pk, "decide_listing"):
        # People have to mend that; the rung must not be passed over (ADR 18).
        raise Invalid(_("没有可以审批挂牌的在岗领导，请先在“机构人员”中任命。"))
    authority = data.authority if data.authority in Authority.values else ""
    propose(act, ListingTrigger.OVERDUE, data.label, authority=authority)
    act.move()


def require_overdue(act: Act) -> None:
    """Raises WrongState unless a unit's own limit runs and has passed."""
    case = act.case
    limits = [limit for key, limit in list_main_limits(case).items() if key[0] == LIMIT]
    limits += [limit for part in case.parts for limit in list_row_limits(case, part)]
    if not any(act.at >= limit.due_at for limit in limits):
        raise WrongState(_("整改期限没有逾期，或已不再计时。"))
