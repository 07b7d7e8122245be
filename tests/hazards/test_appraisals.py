"""What each class of a building demands on the way to closure. Source: requirements.md 1.6, H01 to H05."""

import pytest

from core.errors import Invalid
from tests.hazards.test_record_appraisal import facts
from tests.support.district import District


def record(d: District, number: str, grade: str, who: str = "safety", **more: object) -> None:
    photo = [str(d.photo(d.people[who]).pk)]
    d.do("record_appraisal", d.people[who], number, **{**facts(d, grade), "photos": photo, **more})


def close(d: District, number: str, closure_type: str = "rectified") -> None:
    d.do("close", d.office, number, closure_type=closure_type)


def test_a_and_b_close_like_any(district: District) -> None:
    for grade in ("A", "B"):
        number = district.reach("rectifying")
        record(district, number, grade)
        district.submit(number)
        district.do("pass_verification", district.office, number, opinion="合格")
        close(district, number)


def test_c_closes_after_a_second_appraisal_of_at_least_b(district: District) -> None:
    number = district.reach("rectifying")
    record(district, number, "C", control="限制使用")
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    with pytest.raises(Invalid, match="C级危房整改后的复鉴"):
        close(district, number)
    record(district, number, "C", control="限制使用", after_work=True)
    with pytest.raises(Invalid, match="复鉴"):
        close(district, number)
    record(district, number, "B", after_work=True)
    close(district, number)


def test_c_pulled_down_needs_no_second_appraisal(district: District) -> None:
    number = district.reach("rectifying")
    record(district, number, "C", control="限制使用")
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="已拆除")
    close(district, number, "demolished")


def test_d_closes_as_demolished_or_shut_only(district: District) -> None:
    number = district.reach("rectifying")
    control = [str(district.photo(district.safety).pk)]
    record(district, number, "D", control="封停", control_photos=control)
    assert district.find(number).interim_control == "封停"
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="已拆除")
    for wrong in ("rectified", "vanished", "out_of_use"):
        with pytest.raises(Invalid, match="D级危房"):
            close(district, number, wrong)
    with pytest.raises(Invalid, match="解除停用"):
        close(district, number, "demolished")
    district.do("end_use", district.leader, number, decision="纪要9号：拆除")
    close(district, number, "demolished")


def test_d_in_the_schools_own_hands_is_the_leaders_to_end(district: District) -> None:
    number = district.reach_own("rectifying")
    control = [str(district.photo(district.safety).pk)]
    record(district, number, "D", control="封停", control_photos=control)
    district.submit(number)
    with pytest.raises(Invalid, match="消除办结"):
        district.do("confirm_and_close", district.principal, number)
    district.do(
        "eliminate", district.leader, number, closure_type="demolished", decision="纪要9号", arrangement="已转班",
        photos=[str(district.photo(district.leader).pk)],
    )  # fmt: skip
    assert str(district.find(number).responsible_post) == "第一小学校长"
    district.do("close", district.principal, number, closure_type="demolished")


def test_the_appraisal_itself_is_asked_for_above(district: District) -> None:
    number = district.reach("rectifying")
    district.do("request_support", district.safety, number, kind="appraisal", reason="达到设计使用年限一半")
    record(district, number, "C", who="office", control="限制使用")
    assert district.find(number).appraisal == "C"
    district.schedule(number, reason="budget")
    district.submit(number)
