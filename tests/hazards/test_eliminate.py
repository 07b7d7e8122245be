import pytest

from core.errors import Invalid
from hazards.models import Assignment, RectificationPlan, SupportRequest
from tests.hazards.test_record_appraisal import facts as appraisal
from tests.support.district import District
from tests.support.trials import Trial, assert_owed
from workflows.models import SideTask

TRIAL = Trial(
    action="eliminate",
    by="leader",
    reach=lambda d: d.reach("rectifying"),
    data=lambda d: {
        "closure_type": "demolished",
        "decision": "局长办公会纪要〔2026〕9号",
        "arrangement": "学生已转至新楼上课",
        "photos": [str(d.photo(d.leader).pk)],
    },
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="verified", owed_by="县教育局安全办经办", due="2026-11-25 17:30")
    assert (hazard.closure_type, hazard.lead_assignment.state) == ("demolished", "confirmed")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("assigned"), did="交办", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    for who in ("office", "director", "safety"):
        TRIAL.wrong_post(district, who=who, names="县教育局分管领导、县教育局主要领导", photos=[])


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "closure_type", "decision", "arrangement", "photos")


def test_it_closes_with_its_own_type(district: District) -> None:
    number = district.reach("submitted")
    TRIAL.do(district, number, closure_type="out_of_use")
    with pytest.raises(Invalid, match="退出使用|字段|closure"):
        district.do("close", district.office, number, closure_type="rectified")
    district.do("close", district.office, number, closure_type="out_of_use")
    assert district.find(number).closure_type == "out_of_use"


@pytest.mark.parametrize("closure_type", ["rectified", "on_the_spot", "handed_over"])
def test_what_is_no_elimination_is_not_chosen(closure_type: str, district: District) -> None:
    assert TRIAL.fields_refused(district, TRIAL.reach(district), closure_type=closure_type) == {"closure_type"}


def test_all_that_was_open_is_settled(district: District) -> None:
    number = district.reach_with("sibling", level="significant")
    district.do("request_support", district.safety, number, kind="funding", reason="不足", amount=1)
    TRIAL.do(district, number)
    assert set(Assignment.objects.values_list("state", flat=True)) == {"confirmed"}
    assert RectificationPlan.objects.get().state == "ended"
    assert SupportRequest.objects.get().state == "ended"
    assert not SideTask.objects.filter(finished=None).exists()
    assert_owed(district.find(number), "县教育局安全办主任")
    district.do("close", district.director, number, closure_type="demolished")


def test_withdrawn_it_was_never(district: District) -> None:
    number = district.reach_with("sibling", level="significant")
    district.do("request_support", district.safety, number, kind="funding", reason="不足", amount=1)
    before = set(SideTask.objects.filter(finished=None).values_list("flow_task", "post_id"))
    due = district.find(number).due_at
    TRIAL.do(district, number)
    district.do("withdraw", district.leader, number, reason="决定未定")
    hazard = district.find(number)
    assert (hazard.state, hazard.closure_type, hazard.due_at) == ("rectifying", "", due)
    assert set(Assignment.objects.values_list("state", flat=True)) == {"signed", "sent"}
    assert (RectificationPlan.objects.get().state, SupportRequest.objects.get().state) == ("draft", "open")
    assert set(SideTask.objects.filter(finished=None).values_list("flow_task", "post_id")) == before
    assert not hazard.evidence.filter(withdrawn_seq__isnull=True).exists()


def test_a_doubted_decision_is_taken_anew(district: District) -> None:
    number = district.reach("submitted")
    TRIAL.do(district, number)
    district.do("return_closure", district.office, number, doubt="尚未拆除")
    assert district.find(number).closure_type == ""
    TRIAL.do(district, number, closure_type="shut_down")
    district.do("close", district.office, number, closure_type="shut_down")


def test_class_d_ends_by_demolition_or_shutting(district: District) -> None:
    number = TRIAL.reach(district)
    photos = {"control": "封停", "control_photos": [str(district.photo(district.safety).pk)]}
    district.do("record_appraisal", district.safety, number, **appraisal(district, "D", **photos))
    assert TRIAL.fields_refused(district, number, closure_type="vanished") == {"closure_type"}
    TRIAL.do(district, number)


def test_withdrawn_while_it_was_being_verified(district: District) -> None:
    number = district.reach("submitted")
    owed, due = district.find(number).responsible_post, district.find(number).due_at
    TRIAL.do(district, number)
    district.do("withdraw", district.leader, number, reason="决定未定")
    hazard = district.find(number)
    assert (hazard.state, hazard.lead_assignment.state) == ("submitted", "done")
    assert (hazard.responsible_post, hazard.due_at, hazard.verifiers) == (owed, due, [])


def test_a_decision_on_paper_is_entered_by_the_office(district: District) -> None:
    number = TRIAL.reach(district)
    scans = [str(district.photo(district.office).pk)]
    behalf = {
        "name": district.leader.name,
        "person": district.leader.pk,
        "how": "signed_paper",
        "note": "批示9号",
        "scans": scans,
    }
    TRIAL.do(district, number, who="office", photos=[str(district.photo(district.office).pk)], _on_behalf=behalf)
    assert district.find(number).verifiers == [district.leader.pk]


def test_an_open_return_request_ends_with_it_and_comes_back_with_its_withdrawal(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("request_return", district.safety, number, reason="产权不属学校")
    TRIAL.do(district, number)
    assert district.find(number).lead_assignment.return_state == "kept"
    assert not SideTask.objects.filter(finished=None).exists()
    district.do("withdraw", district.leader, number, reason="决定未定")
    assert district.find(number).lead_assignment.return_state == "requested"
    assert SideTask.objects.filter(finished=None).count() == 1
