from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import today
from core.errors import Invalid
from hazards.data.rectifying import RecordAppraisalData
from hazards.services.act import Act, require, verb
from hazards.services.suspending import Order, begin_suspension
from hazards.states import Appraisal, EvidenceStage, State, SupportKind
from hazards.states_clock import SuspensionKind

# 校舍安全: buildings are appraised, nothing else has these classes.
BUILDINGS = "04"
_DANGEROUS = frozenset({Appraisal.C, Appraisal.D})
_OF_BUILDING = frozenset({SuspensionKind.ROOM, SuspensionKind.SCHOOL})
# What each class asks for. Source: requirements.md 1.6, H01 to H03.
_NEXT = {
    Appraisal.B: gettext_lazy("未改造前须定期排查"),
    Appraisal.C: gettext_lazy("限制使用的请登记“停用”；维修加固后须复鉴达到B级以上；未改造前须定期排查"),
    Appraisal.D: gettext_lazy("立即封停，限期拆除；只能以拆除或关闭办结"),
}


@verb("record_appraisal")
def record_hazard_appraisal(act: Act, data: RecordAppraisalData) -> None:
    """Write down the class that a qualified body gave the building, and what follows from it."""
    grade = Appraisal(data.grade)
    _check(act, data)
    is_safe = grade not in _DANGEROUS
    if data.after_work:
        act.hazard.is_reappraised = is_safe
    else:
        act.hazard.appraisal, act.hazard.is_reappraised = grade, False
    if data.control:
        act.hazard.interim_control = data.control
    request = act.case.support
    if request is not None and request.kind == SupportKind.APPRAISAL:
        act.touch(request).answer = _("已鉴定：%(grade)s") % {"grade": grade.label}
        request.grant()
    if not is_safe or (grade == Appraisal.B and not data.after_work):
        act.notes["appraisal_asks"] = str(_NEXT[grade])
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    if grade == Appraisal.D and not _is_shut(act):
        _shut(act, data)
    else:
        act.attach(data.control_photos, EvidenceStage.CONTROL)
    act.move()


def _is_shut(act: Act) -> bool:
    return any(row.kind in _OF_BUILDING for row in act.case.suspensions)


def _shut(act: Act, data: RecordAppraisalData) -> None:
    """A building of class D is out of use from now on. Source: requirements.md H01."""
    order = Order(
        kind=SuspensionKind.ROOM,
        scope=data.scope or act.hazard.place,
        reason=_("经%(body)s鉴定为D级危房（%(number)s）") % {"body": data.body, "number": data.report_number},
        guard=data.control,
        photos=data.control_photos,
        is_mandatory=True,
    )
    begin_suspension(act, order)


def _check(act: Act, data: RecordAppraisalData) -> None:
    hazard, grade = act.hazard, Appraisal(data.grade)
    if not is_building(hazard.domain.code):
        raise Invalid(_("只有校舍安全隐患登记鉴定结论；领域不对的请先“更正”。"))
    require(data.appraised_on <= today(act.at), appraised_on=_("鉴定日期不能晚于今天。"))
    if data.after_work:
        require(hazard.state in _WORKED, after_work=_("整改完成后才有复鉴；初次鉴定不要选。"))
        require(hazard.appraisal, after_work=_("还没有登记过整改前的鉴定，初次鉴定不要选。"))
        require(hazard.appraisal != Appraisal.D, after_work=_("D级须拆除，不能以维修后的复鉴办结。"))
    if grade == Appraisal.D and _is_shut(act):
        return
    require(data.control or grade not in _DANGEROUS, control=_("C级、D级请写明警示、值守措施。"))
    require(
        data.control_photos or grade != Appraisal.D, control_photos=_("D级须立即封停，请上传封停和警示标识的照片。")
    )


_WORKED = frozenset({State.RECTIFYING, State.SUBMITTED, State.VERIFIED})


def is_building(domain_code: str) -> bool:
    return domain_code == BUILDINGS
