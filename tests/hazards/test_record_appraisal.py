from typing import Any

import pytest

from core.errors import Invalid
from hazards.models import HazardEvent, SupportRequest
from tests.support.district import District
from tests.support.trials import Trial


def facts(d: District, grade: str, **more: Any) -> dict[str, Any]:
    return {
        "grade": grade, "body": "测试鉴定公司", "report_number": "JD-2026-1", "appraised_on": "2026-11-20",
        "photos": [str(d.photo(d.safety).pk)], **more,
    }  # fmt: skip


TRIAL = Trial(
    action="record_appraisal", by="safety", reach=lambda d: d.reach("rectifying"), data=lambda d: facts(d, "B")
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    assert (hazard.appraisal, hazard.is_reappraised) == ("B", False)
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert event.data["appraisal_asks"] == "未改造前须定期排查"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("reported"), did="上报", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="central", names="第一小学安全员", photos=[])


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "grade", "body", "report_number", "appraised_on", "photos")


def test_class_c_wants_control(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, grade="C") == {"control"}
    TRIAL.do(district, number, grade="C", control="限制使用二楼，设围挡")
    hazard = district.find(number)
    assert (hazard.appraisal, hazard.interim_control) == ("C", "限制使用二楼，设围挡")


def test_class_d_wants_control_with_a_photo(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, grade="D") == {"control"}
    assert TRIAL.fields_refused(district, number, grade="D", control="封停") == {"control_photos"}
    TRIAL.do(district, number, grade="D", control="封停", control_photos=[str(district.photo(district.safety).pk)])
    stages = district.find(number).evidence.values_list("stage", flat=True)
    assert sorted(stages) == ["control", "document"]


def test_the_future_is_not_appraised(district: District) -> None:
    assert TRIAL.fields_refused(district, TRIAL.reach(district), appraised_on="2026-11-24") == {"appraised_on"}


def test_only_buildings_have_classes(district: District) -> None:
    number = district.report(domain="02")
    district.do("escalate", district.safety, number, reason="消防")
    district.do("file", district.office, number, level="general", domain="02", competence="school")
    with pytest.raises(Invalid, match="校舍安全"):
        TRIAL.do(district, number)


def test_a_second_appraisal_follows_a_first(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, after_work=True) == {"after_work"}
    TRIAL.do(district, number, grade="C", control="围挡")
    TRIAL.do(district, number, grade="B", after_work=True)
    hazard = district.find(number)
    assert (hazard.appraisal, hazard.is_reappraised) == ("C", True)
    TRIAL.do(district, number, grade="C", after_work=True, control="围挡")
    assert not district.find(number).is_reappraised


def test_class_d_is_not_repaired(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, grade="D", control="封停", control_photos=[str(district.photo(district.safety).pk)])
    assert TRIAL.fields_refused(district, number, grade="B", after_work=True) == {"after_work"}
    # Another body may find otherwise.
    TRIAL.do(district, number, grade="C", control="围挡", report_number="JD-2026-2")
    assert district.find(number).appraisal == "C"


def test_it_answers_the_request_for_an_appraisal(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("request_support", district.safety, number, kind="appraisal", reason="楼龄过半，请委托鉴定")
    TRIAL.do(district, number, who="office", photos=[str(district.photo(district.office).pk)])
    request = SupportRequest.objects.get()
    assert (request.state, request.answer) == ("granted", "已鉴定：B级（个别构件危险）")
