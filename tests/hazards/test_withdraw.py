import pytest

from core.errors import Invalid, NotAllowed
from hazards.models import Assignment, HazardEvent
from tests.support import outside
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment

TRIAL = Trial(
    action="withdraw", by="office", reach=lambda d: d.reach("assigned"), data=lambda d: {"reason": "交办错了"}
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="filed", owed_by="县教育局安全办经办", due="2026-11-24 17:30")
    assert hazard.lead_assignment is None and hazard.verifying_unit is None
    assert Assignment.objects.get(hazard=hazard).state == "canceled"
    told = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq).data
    assert (told["withdrawn_action"], told["withdrawn_seq"]) == ("assign", hazard.last_seq - 1)


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")
    TRIAL.wrong_state(district, district.reach("rejected"), did="不予登记", who="safety")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "director", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办测试office")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason")


def test_every_move_can_be_taken_back_by_who_made_it(district: District) -> None:
    for state, who, back in (
        ("returned", "safety", "reported"),
        ("filed", "office", "reported"),
        ("assigned", "office", "filed"),
        ("rectifying", "safety", "assigned"),
        ("submitted", "principal", "rectifying"),
        ("verified", "office", "submitted"),
    ):
        number = district.reach(state)
        assert TRIAL.do(district, number, who=who).state == back


def test_a_returned_or_failed_submission_goes_back_with_its_limit(district: District) -> None:
    for action, data in (
        ("return_submission", {"defects": "不清"}),
        ("fail_verification", {"failed_points": "松动", "limit_on": "2027-01-05"}),
    ):
        number = district.reach("submitted")
        before = district.find(number)
        district.do(action, district.office, number, **data)
        TRIAL.do(district, number)
        after = district.find(number)
        assert (after.state, after.round, after.lead_assignment.state) == ("submitted", 1, "done")
        assert after.lead_assignment.due_at == before.lead_assignment.due_at
    number = district.reach("verified")
    district.do("return_closure", district.office, number, doubt="存疑")
    TRIAL.do(district, number)
    assert district.find(number).lead_assignment.state == "confirmed"


def test_a_self_handling_is_undone_whole(district: District) -> None:
    number = district.reach_own("rectifying")
    TRIAL.do(district, number, who="safety")
    hazard = district.find(number)
    assert (hazard.state, hazard.level, hazard.competence, hazard.rectifiers, hazard.commitments) == (
        "reported",
        "",
        "",
        [],
        {},
    )
    assert hazard.lead_assignment is None and not hazard.closes_in_one_act and hazard.interim_control == ""


def test_a_number_once_given_stays_and_is_used_again(district: District) -> None:
    number = district.report()
    facts = {"level": "general", "domain": "04", "competence": "school"}
    given = district.do("file", district.safety, number, **facts).number
    TRIAL.do(district, number, who="safety")
    hazard = district.find(number)
    assert (hazard.state, hazard.file_number, hazard.level) == ("reported", given, "")
    assert district.do("file", district.safety, given, **facts).number == given
    assert district.find(district.reach("filed")).file_number == "361102-2026-00002"


def test_never_a_report(district: District) -> None:
    for number in (district.report(), district.fix_on_spot().number):
        with pytest.raises(Invalid, match="上报和已撤回的不能再撤回"):
            TRIAL.do(district, number, who="teacher")


def test_an_on_the_spot_fix_of_a_report_can_be_taken_back(district: District) -> None:
    number = district.fix_on_spot(number=district.report()).number
    TRIAL.do(district, number, who="teacher")
    hazard = district.find(number)
    assert (hazard.state, hazard.closure_type, hazard.rectifiers) == ("reported", "", [])


def test_never_twice(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    with pytest.raises(Invalid, match="不能再撤回"):
        TRIAL.do(district, number)


def test_never_what_left_the_state_alone(district: District) -> None:
    number = TRIAL.reach(district)
    district.somebody_amends(number)
    with pytest.raises(Invalid, match="改变了状态"):
        TRIAL.do(district, number)
    escalated = district.report()
    district.do("escalate", district.safety, escalated, reason="无力整改")
    with pytest.raises(Invalid):
        TRIAL.do(district, escalated, who="safety")


def test_not_when_another_act_followed(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("record_control", district.safety, number, interim_control="警戒")
    with pytest.raises(NotAllowed, match="第一小学安全员测试safety"):
        TRIAL.do(district, number)


def test_not_by_one_who_left_the_post(district: District) -> None:
    number = TRIAL.reach(district)
    district.leave(district.office)
    with pytest.raises(Exception, match="没有找到|办理"):
        TRIAL.do(district, number)


def test_wins_no_time(district: District, clock) -> None:
    number = district.reach("filed")
    clock.set(moment("2026-11-24 16:00"))
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")
    clock.set(moment("2026-11-24 18:00"))
    TRIAL.do(district, number)
    assert_owed(district.find(number), "县教育局安全办经办", "2026-11-24 17:30")


def test_who_reported_past_the_school_is_not_named_to_it(district: District) -> None:
    number = district.report(channel="direct")
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")
    district.do(
        "add_evidence", district.teacher, number, stage="before", photos=[str(district.photo(district.teacher).pk)]
    )
    with pytest.raises(NotAllowed) as caught:
        TRIAL.do(district, number, who="safety")
    assert district.teacher.name not in caught.value.message and "上一步的办理人" in caught.value.message


def test_the_county_a_department_and_a_leader_take_back_their_own_acts(district: District) -> None:
    d = district
    ordered = outside.ordered(d)
    TRIAL.do(d, ordered, who="coordinator")
    assert_owed(d.find(ordered), "县安委办县级协调员")
    outside.order(d, ordered)
    outside.sign(d, ordered)
    TRIAL.do(d, ordered, who="fire")
    assert d.find(ordered).state == "assigned"
    claimed = outside.referred(d)
    d.do("claim", d.fire, claimed, requirements="由我队办理")
    TRIAL.do(d, claimed, who="fire")
    assert d.find(claimed).state == "referred"
    ended = d.reach("rectifying")
    photos = [str(d.photo(d.leader).pk)]
    d.do("eliminate", d.leader, ended, closure_type="demolished", decision="9号", arrangement="已转班", photos=photos)
    TRIAL.do(d, ended, who="leader")
    hazard = d.find(ended)
    assert (hazard.state, hazard.closure_type, hazard.lead_assignment.state) == ("rectifying", "", "signed")


def test_who_entered_anothers_act_takes_it_back(district: District) -> None:
    number = outside.ordered(district, "transport")
    outside.record(district, "sign", district.coordinator, number, handler_name="王某", interim_control="值守")
    TRIAL.do(district, number, who="coordinator")
    assert district.find(number).state == "assigned"


def test_never_what_two_agreed_on(district: District) -> None:
    number = outside.referred(district)
    for who in ("office", "leader"):
        with pytest.raises((Invalid, NotAllowed)):
            TRIAL.do(district, number, who=who)


def test_never_an_appeal_of_an_end_nor_a_reopening(district: District) -> None:
    appealed = district.reach("rejected")
    district.do("appeal", district.teacher, appealed, reason="确有松动")
    reopened = district.reach("closed")
    photos = [str(district.photo(district.office).pk)]
    district.do("reopen", district.office, reopened, cause="rebound", findings="又松了", photos=photos)
    for number, who in ((appealed, "teacher"), (reopened, "office")):
        with pytest.raises(Invalid):
            TRIAL.do(district, number, who=who)
