from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import WrongState
from deadlines.arming import Limit
from hazards.case import Case
from hazards.clockwork import TERM, list_main_limits, list_row_limits
from hazards.data.clock import DraftMeasureData
from hazards.services.act import Act, verb
from hazards.services.measures import draft_measure, refusal, require_new
from hazards.services.supervising import note_missed


@verb("draft_measure")
def draft_hazard_measure(act: Act, data: DraftMeasureData) -> None:
    """A rung of the ladder drafts a measure against whose time ran out.

    Called by the clock. Raises WrongState where that limit runs no more or has not passed, where the unit cannot be
    measured so, and where the same is under way.
    """
    limit = _missed_limit(act, data)
    unit = act.case.unit(limit.owner_unit_id)
    reason = refusal(act, data.kind, unit)
    if reason:
        raise WrongState(reason)
    require_new(act, data.kind, unit, data.label)
    draft_measure(act, data.kind, unit, cause=data.label, rung=data.rung or 0, due_at=limit.due_at)
    if limit.kind == TERM and act.case.supervision is not None:
        note_missed(act, act.touch(act.case.supervision))
    act.move()


def _missed_limit(act: Act, data: DraftMeasureData) -> Limit:
    found = _running_limit(act.case, (data.of, data.row_id or 0))
    if found is None:
        raise WrongState(_("这个时限已经不再计时。"))
    if act.at < found.due_at:
        raise WrongState(_("这个时限还没有到。"))
    return found


def _running_limit(case: Case, key: tuple[str, int]) -> Limit | None:
    """Of the main line, which nearly all are; only then of the small rows, which are read for it."""
    found = list_main_limits(case).get(key)
    rows = () if found else (*case.parts, case.supervision)
    running = (limit for row in rows if row is not None for limit in list_row_limits(case, row))
    return found or next((limit for limit in running if limit.key == key), None)
