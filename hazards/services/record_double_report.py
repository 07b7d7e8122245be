from __future__ import annotations

from django.utils.translation import gettext as _

from core.clock import today
from hazards.data.reporting import RecordDoubleReportData
from hazards.services.act import Act, require, verb
from hazards.states import EvidenceStage, Level


@verb("record_double_report")
def record_hazard_double_report(act: Act, data: RecordDoubleReportData) -> None:
    """Say who was told of a 重大: the department with supervision duty, and the staff (双报告).

    Told again, the later one stands. Source: 安全生产法 art. 41, in regulation.md 2.3 (4).
    """
    hazard = act.hazard
    require(hazard.level == Level.MAJOR, to=_("只有重大隐患须作双报告。"))
    require(data.reported_on <= today(act.at), reported_on=_("报告日期不能晚于今天。"))
    require(data.reported_on >= hazard.found_on, reported_on=_("不能早于发现日期 %(day)s。") % {"day": hazard.found_on})
    told = {"on": data.reported_on.isoformat(), "to": data.receiver}
    hazard.double_report = {**hazard.double_report, data.to: told}
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()
