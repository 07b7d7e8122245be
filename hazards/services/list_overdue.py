from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid, WrongState
from hazards.data.clock import ListOverdueData
from hazards.permitted import nearest_posts
from hazards.services.act import Act, verb
from hazards.services.draft_listing import require_overdue
from hazards.services.supervising import Terms, impose, is_listed_at_once, propose, say_not_listed
from hazards.states_clock import Authority, ListingTrigger, SupervisionState


@verb("list_overdue")
def list_overdue_hazard(act: Act, data: ListOverdueData) -> None:
    """List it by the standing authority of the rules; a proposal that nobody decided is settled with it.

    Called by the clock. Raises WrongState where nothing is overdue any more, and where the rules give no such authority;
    Invalid where nobody is there to visit.
    """
    row = act.case.supervision
    is_proposed = row is not None and row.state == SupervisionState.PROPOSED and row.authority == Authority.SECTOR
    why = say_not_listed(act.case)
    if why and not is_proposed:
        raise WrongState(why)
    require_overdue(act)
    if not is_listed_at_once(act.case):
        raise WrongState(_("学校自查的隐患和教育系统以外的单位，须先拟挂牌报批。"))
    _require_visitors(act)
    if row is None or not is_proposed:
        row = propose(act, ListingTrigger.OVERDUE, data.label, authority=Authority.SECTOR)
    act.touch(row).is_standing = True
    impose(act, row, Terms())
    act.move()


def _require_visitors(act: Act) -> None:
    """People have to mend that; the rung must not be passed over (ADR 18)."""
    bureau = act.case.bureau
    if not nearest_posts(act.case, bureau.pk, "visit_supervision"):
        said = {"unit": bureau.name}
        raise Invalid(_("%(unit)s没有可以督办的在岗人员，请先在“机构人员”中任命。") % said)
