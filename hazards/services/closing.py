"""The guards of closure, asked again at the present level whichever way a hazard closes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.services.act import Act
from hazards.services.part_gate import say_open_parts
from hazards.services.plan_gate import COMMITMENTS, is_waiting_for_plan
from hazards.services.supervising import say_listed
from hazards.services.suspending import say_suspended
from hazards.states import ELIMINATIONS, Appraisal, AssignmentState, ClosureType, EvidenceStage, Level
from hazards.states_clock import TO_COMPETENT_BODIES, MeasureKind, MeasureState

# How a building of class D ends. Source: requirements.md H01.
ENDS_OF_D = frozenset({ClosureType.DEMOLISHED, ClosureType.SHUT_DOWN})


def require_closable(act: Act, closure_type: str) -> None:
    """Raises Invalid naming all that is missing."""
    missing = [
        *_missing_of_work(act), *_missing_of_parts(act), *_missing_of_level(act), *_missing_of_appraisal(act, closure_type),
        *_missing_of_use(act), *_missing_of_listing(act), *_missing_of_conduct(act),
    ]  # fmt: skip
    if missing:
        raise Invalid(_("销号还缺：%(missing)s。") % {"missing": "、".join(missing)})


def is_eliminated(act: Act) -> bool:
    """A leader has found it gone: nothing is asked of work that was not finished."""
    return act.hazard.closure_type in ELIMINATIONS


def _missing_of_work(act: Act) -> list[str]:
    hazard, missing = act.hazard, []
    if act.lead.state != AssignmentState.CONFIRMED:
        missing.append(_("牵头单位整改的复查确认"))
    if is_eliminated(act):
        return missing
    if is_waiting_for_plan(act.case):
        missing.append(_("经批准的整改方案"))
    if not act.case.is_outside and any(not hazard.commitments.get(name) for name in COMMITMENTS):
        missing.append(_("五落实"))
    after = hazard.evidence.filter(stage=EvidenceStage.AFTER, withdrawn_seq__isnull=True)
    if not act.lead.result and not after.exists():
        missing.append(_("整改后证据"))
    return missing


def _missing_of_level(act: Act) -> list[str]:
    """A 重大 is judged by a clause and two people, and both reports were made. Source: regulation.md 2.2, 2.3 (4)."""
    hazard = act.hazard
    if hazard.level != Level.MAJOR:
        return []
    missing = []
    if hazard.level_is_pending:
        missing.append(_("重大的会签判定（用“调整等级”确认）"))
    if not hazard.clause_id:
        missing.append(_("判定条款（用“调整等级”补填）"))
    if "department" not in hazard.double_report:
        missing.append(_("向主管部门的报告（用“登记双报告”）"))
    if "staff" not in hazard.double_report:
        missing.append(_("向教职工的报告（用“登记双报告”）"))
    return missing


def _missing_of_parts(act: Act) -> list[str]:
    parts = say_open_parts(act.case)
    return [_("配合单位办完：%(parts)s") % {"parts": parts}] if parts else []


def _missing_of_appraisal(act: Act, closure_type: str) -> list[str]:
    """Source: requirements.md H01, H02."""
    hazard = act.hazard
    if is_eliminated(act):
        return []
    if hazard.appraisal == Appraisal.C and not hazard.is_reappraised and closure_type not in ENDS_OF_D:
        return [_("C级危房整改后的复鉴（B级以上）")]
    if hazard.appraisal == Appraisal.D and closure_type not in ENDS_OF_D:
        return [_("D级危房的拆除或关闭（销号方式选“拆除灭失”或“关闭停用”，或由局领导“消除办结”）")]
    return []


def _missing_of_use(act: Act) -> list[str]:
    """What is out of use is let be used again, or ended for good, before. Source: process.md a.4 T28."""
    scope = say_suspended(act.case)
    if not scope:
        return []
    return [_("解除停用：%(scope)s（用“申请恢复使用”，或由局领导“永久停用”）") % {"scope": scope}]


def _missing_of_listing(act: Act) -> list[str]:
    """摘牌 comes before 销号. Source: process.md a.4 T28, a.7 (2)."""
    listed = say_listed(act.case)
    return [listed] if listed else []


def _missing_of_conduct(act: Act) -> list[str]:
    """问责 and 移送 are about what people did, which no closing undoes: signed or declined before. ADR 10."""
    undecided = [
        row for row in act.case.measures if row.state == MeasureState.DRAFT and row.kind in TO_COMPETENT_BODIES
    ]
    told = "、".join(dict.fromkeys(f"{MeasureKind(row.kind).label}（{row.unit.name}）" for row in undecided))
    return [_("局领导签发或不予签发%(what)s") % {"what": told}] if told else []
