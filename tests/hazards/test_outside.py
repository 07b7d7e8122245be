"""A hazard that is not the school's to solve: asked by letter, ordered by the county, confirmed by the school."""

from __future__ import annotations

import pytest

from core.errors import Invalid
from hazards.models import Assignment, HazardEvent
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import assert_owed


def test_a_department_with_accounts_from_letter_to_closure(district: District) -> None:
    d = district
    number = o.notified(d)
    hazard = d.find(number)
    assert_owed(hazard, "消防救援大队联络员", "2026-12-01 00:00")
    assert (hazard.verifying_unit, hazard.closing_unit) == (d.units["school"], d.units["edu"])
    o.sign(d, number)
    o.answer(d, number)
    assert_owed(d.find(number), "第一小学安全员")
    d.do("fail_verification", d.safety, number, failed_points="仍有车辆占用")
    assert HazardEvent.objects.filter(action="fail_verification").get().data["effect"] == "未解决"
    assert_owed(d.find(number), "消防救援大队联络员")
    o.answer(d, number)
    d.do("pass_verification", d.safety, number, opinion="通道畅通")
    assert_owed(d.find(number), "县教育局安全办经办")
    with pytest.raises(Invalid, match="移交办结"):
        d.do("close", d.office, number, closure_type="rectified")
    d.do("close", d.office, number, closure_type="handed_over")
    hazard = d.find(number)
    assert (hazard.state, hazard.closure_type, hazard.commitments, hazard.cost) == ("closed", "handed_over", {}, None)
    assert hazard.lead_assignment.result == "已清理，设置禁停标线"
    assert not hazard.evidence.exists()
    control = Assignment.objects.get(hazard=hazard, kind="control")
    assert (control.unit, control.state) == (d.units["school"], "confirmed")
