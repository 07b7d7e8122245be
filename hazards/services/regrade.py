from __future__ import annotations

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from hazards.data.reporting import RegradeData
from hazards.limits import end_of
from hazards.routing import handling_above, has_mandate
from hazards.services.act import Act, needs_second, require, verb
from hazards.services.file import require_clause
from hazards.services.filing import keep_term, limit_of, set_verifier
from hazards.services.parts import start_plan
from hazards.services.plan_gate import needs_plan
from hazards.services.supervising import list_by_level
from hazards.states import Level, PlanState, State
from organizations.kinds import CAMPUSES, UnitKind

_RANKS = tuple(Level.values)
# The lead's limit runs; later it has stopped.
_RUNNING = frozenset({State.ASSIGNED, State.RECTIFYING})


@needs_second("regrade")
def _leaves_major(act: Act, data: RegradeData) -> bool:
    """Whatever is decided of a 重大: down, by another clause, or at last agreed on."""
    return bool(act.hazard.level == Level.MAJOR)


@verb("regrade")
def regrade_hazard(act: Act, data: RegradeData) -> None:
    """Change the level; the limit of the present step is computed anew from now, so nothing is late by it.

    Source: process.md a.4 T33.
    """
    hazard, was = act.hazard, act.hazard.level
    clause = data.clause or (hazard.clause if data.level == was else None)
    is_news = data.level != was or hazard.level_is_pending or clause != hazard.clause
    require(is_news, level=_("等级没有变化，不用调整。"))
    require_clause(data.level, clause)
    _require_mandate(act, data.level)
    hazard.level = data.level
    hazard.clause = clause if data.level == Level.MAJOR else None
    was_pending, hazard.level_is_pending = hazard.level_is_pending, False
    if data.level == was:
        if was_pending:
            list_by_level(act)
        act.move()
        return
    _raise_handling(act)
    if act.case.lead is not None:
        set_verifier(act)
        _renew_limit(act)
        _fit_plan(act)
    if not (act.case.lead and act.case.lead.reply_on and hazard.state == State.ASSIGNED):
        # What a letter asks for by a day stays asked for by that day.
        act.moves_due = True
    _touch_rows(act)
    list_by_level(act)
    act.move()


def _require_mandate(act: Act, level: str) -> None:
    """A central school raises what it sees; it lowers only what the bureau lets it file."""
    if act.post.unit_kind != UnitKind.CEN or _RANKS.index(level) > _RANKS.index(act.hazard.level):
        return
    if not has_mandate(act.case, "file", act.hazard.level):
        raise Invalid.of(level=_("中心校只能调高等级；调低请联系教育局安全办。"))


def _raise_handling(act: Act) -> None:
    """What is beyond a school or central school is the next unit's from now on, and so are its assignments."""
    hazard = act.hazard
    unit = act.case.unit(hazard.handling_unit_id)
    is_own = unit.kind in CAMPUSES and hazard.level == Level.GENERAL
    is_mandated = unit.kind == UnitKind.CEN and has_mandate(act.case, "file", hazard.level)
    if unit.kind not in (*CAMPUSES, UnitKind.CEN) or is_own or is_mandated:
        return
    above = handling_above(act.case, unit.pk, action="file", level=hazard.level)
    if above is None:
        return
    act.notes["from_unit"], act.notes["to_unit"] = unit.name, act.case.unit(above).name
    hazard.handling_unit_id = above
    hazard.handling_action = act.action.name
    hazard.handling_since = act.at
    for row in act.case.assignments:
        if row.issuer_unit_id == unit.pk:
            act.touch(row).issuer_unit_id = above


def _renew_limit(act: Act) -> None:
    """The time of the new level from now on, never past a legal paper; a plan of years and a running paper stand."""
    hazard, lead = act.hazard, act.lead
    paper = hazard.paper_limit_on
    if hazard.state not in _RUNNING or hazard.scheduled or (paper and lead.limit_on == paper):
        return
    lead.limit_on, lead.due_at = limit_of(hazard, act.at, None, State.RECTIFYING)
    hazard.taken_over_at = None
    if paper and today(act.at) <= paper < lead.limit_on:
        lead.limit_on, lead.due_at = paper, end_of(paper)
    keep_term(act, lead.limit_on)


def _fit_plan(act: Act) -> None:
    """A plan is begun where one is needed now, reviewed again where the level rose, and ends unfinished where none is."""
    plan = act.case.plan
    if not needs_plan(act.case):
        if plan is not None and plan.state != PlanState.APPROVED:
            act.touch(plan).end()
            act.case.plan = None
        return
    if act.hazard.state == State.RECTIFYING:
        start_plan(act)


def _touch_rows(act: Act) -> None:
    """Other posts answer at another level: each open turn is given anew."""
    case = act.case
    rows = [
        *case.assignments, case.plan, case.support, *case.instructions, case.extension, *case.suspensions, case.supervision,
        *case.measures,
    ]  # fmt: skip
    for row in rows:
        if row is not None and row.pk is not None:
            act.touch(row)
