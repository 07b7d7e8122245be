from core.errors import NotAllowed
from documents.models import Document
from notifications.models import OutboxMessage
from organizations.kinds import PostKind
from tests.support import measured as m
from tests.support.district import District, give_post, make_person
from tests.support.trials import Trial
from workflows.models import SideTask

TRIAL = Trial(action="withdraw_measure", by="leader", reach=m.issued, data=lambda d: {"reason": "查明系系统故障"})


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    measure = m.only(hazard.number, district)
    assert (measure.state, measure.withdrawn_reason) == ("withdrawn", "查明系系统故障")
    assert hazard.rank == 3, "what was stays on file"
    paper = Document.objects.get(kind="bulletin")
    assert (paper.state, paper.number, paper.void_reason) == ("void", "教安通〔2026〕1号", "查明系系统故障")
    assert OutboxMessage.objects.get(kind="measure.withdrawn").recipient == district.principal


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("voided"), did="作废")


def test_wrong_post(district: District) -> None:
    for who in ("office", "director", "chief", "safety"):
        TRIAL.wrong_post(district, who=who, names="县教育局分管领导")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason")


def test_a_draft_is_declined_not_withdrawn(district: District) -> None:
    number = m.drafted(district)
    TRIAL.refused(district, number, NotAllowed)


def test_the_same_person_in_another_post(district: District) -> None:
    number = TRIAL.reach(district)
    district.leave(district.leader)
    give_post(district.leader, district.units["edu"], PostKind.CHIEF).save()
    district.people["new"] = make_person("newleader", district.units["edu"], PostKind.LEADER)
    TRIAL.refused(district, number, NotAllowed, who="new")
    TRIAL.do(district, number)


def test_once_he_has_left_his_posts_next_holder(district: District) -> None:
    number = TRIAL.reach(district)
    district.leave(district.leader)
    district.people["new"] = make_person("newleader", district.units["edu"], PostKind.LEADER)
    TRIAL.refused(district, number, NotAllowed, who="chief")
    TRIAL.do(district, number, who="new")
    assert m.only(number, district).state == "withdrawn"


def test_with_nobody_in_that_post_another_leader(district: District) -> None:
    number = TRIAL.reach(district)
    district.leave(district.leader)
    TRIAL.do(district, number, who="chief")


def test_what_was_entered_for_a_post_is_its_holders_to_take_back(district: District) -> None:
    number = m.drafted(district)
    told = {"name": "某局长", "how": "call", "note": "电话"}
    district.do("decide_measure", district.office, number, ruling="issue", _on_behalf=told)
    assert m.only(number, district).decided_by is None
    TRIAL.refused(district, number, NotAllowed, who="chief")
    TRIAL.do(district, number)


def test_an_answer_is_waited_for_no_more(district: District) -> None:
    number = m.unanswered(district)
    TRIAL.do(district, number)
    assert not SideTask.objects.filter(finished=None).exists()


def test_minutes_are_void_as_well(district: District) -> None:
    number = m.issued(district, "interview")
    district.do("record_interview", district.office, number, **m.minutes(district))
    TRIAL.do(district, number)
    assert {paper.state for paper in Document.objects.all()} == {"void"}


def test_even_after_the_case(district: District) -> None:
    number = TRIAL.reach(district)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    district.do("close", district.office, number, closure_type="rectified")
    TRIAL.do(district, number)
    hazard = district.find(number)
    assert (hazard.state, m.only(number, district).state) == ("closed", "withdrawn")
