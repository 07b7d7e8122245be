from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.reporting import FileData
from hazards.models import JudgingClause
from hazards.options import BUS_DOMAIN
from hazards.routing import has_mandate
from hazards.services.act import Act, needs_second, require, verb
from hazards.services.filing import (
    give_file_number,
    is_handled_by_campus,
    require_general_of_school,
    require_matching,
)  # fmt: skip
from hazards.services.measures import draft_for_event
from hazards.services.supervising import list_by_level
from hazards.services.suspending import suspend_at_filing
from hazards.states import WITHIN_EDUCATION, Level
from hazards.states_clock import BusDefect, MeasureKind
from organizations.kinds import UnitKind


@needs_second("file")
def _is_weighty(act: Act, data: FileData) -> bool:
    """重大, what was reported as 疑似重大 and shall be less, and a confidential matter once rejected."""
    return Level.MAJOR in (data.level, Level.MAJOR if act.hazard.suspected_major else "") or is_second_look(act)


def is_second_look(act: Act) -> bool:
    """A confidential matter stays with its confidants after an appeal: who rejected it decides no more alone."""
    return act.hazard.is_restricted and act.hazard.n_appeals > 0


@verb("file")
def file_hazard(act: Act, data: FileData) -> None:
    """Decide level, domain and whose duty it is; give the file number."""
    set_filed(act, data)
    list_by_level(act)
    act.move()


def set_filed(act: Act, data: FileData) -> None:
    """All of filing but the move. Raises Invalid by the guards."""
    hazard = act.hazard
    require_matching(data.domain, data.category, hazard)
    require_clause(data.level, data.clause)
    require(
        not hazard.is_restricted or data.competence in WITHIN_EDUCATION,
        competence=_("敏感事项由学校和教育局专办；须公安等部门处理的，请直接报告，责任归属仍选学校或教育局。"),
    )
    require(not data.bus or data.domain.code == BUS_DOMAIN, bus=_("只有校车安全的隐患填车辆情况。"))
    if is_handled_by_campus(hazard):
        require_general_of_school(data.level, data.competence)
    elif act.case.unit(hazard.handling_unit_id).kind == UnitKind.CEN and not has_mandate(act.case, "file", data.level):
        raise Invalid.of(level=_("中心校未受委托建档这个等级，请用“报送上级”。"))
    hazard.level, hazard.domain, hazard.category = data.level, data.domain, data.category
    hazard.clause = data.clause if data.level == Level.MAJOR else None
    hazard.competence = data.competence
    give_file_number(act)
    suspend_at_filing(act, data)
    if data.bus == BusDefect.MODIFIED:
        # Source: requirements.md H11「启动问责机制」.
        draft_for_event(
            act, [MeasureKind.ACCOUNTABILITY], act.case.unit(hazard.unit_id), cause=_("使用非法改装车辆接送学生")
        )


def require_clause(level: str, clause: JudgingClause | None) -> None:
    """重大 names the clause of the standard by which it is judged. Source: regulation.md 2.2."""
    require(level != Level.MAJOR or clause, clause=_("定为重大须选判定标准的条款；请先采取管控措施并电话报告。"))
