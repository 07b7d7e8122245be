from tests.support.district import District
from tests.support.trials import Trial, moment

TRIAL = Trial(
    action="sign",
    by="safety",
    reach=lambda d: d.reach("assigned"),
    data=lambda d: {"leader": d.principal.pk, "handler": d.teacher.pk, "interim_control": "已拉警戒线"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    lead = hazard.lead_assignment
    assert (lead.state, lead.leader, lead.handler) == ("signed", district.principal, district.teacher)
    assert hazard.interim_control == "已拉警戒线"
    assert hazard.rectifiers == [district.teacher.pk]
    assert hazard.commitments["measures"] == "加固" and district.teacher.name in hazard.commitments["responsibility"]


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("rectifying"), did="签收", owed_by="第一小学安全员")
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("office", "central", "teacher"):
        TRIAL.wrong_post(district, who=who, names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "leader", "handler", "interim_control")


def test_the_limit_runs_from_the_assignment(district: District, clock) -> None:
    number = TRIAL.reach(district)
    clock.set(moment("2026-11-26 10:00"))
    TRIAL.do(district, number)
    assert district.find(number).due_at == moment("2026-12-09 00:00")


def test_the_principal_may_sign_too(district: District) -> None:
    assert TRIAL.do(district, TRIAL.reach(district), who="principal").state == "rectifying"


def test_a_handler_of_another_unit_is_not_taken(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, handler=district.central.pk) == {"handler"}


def test_who_serves_a_unit_without_staff_names_his_own_people(district: District) -> None:
    number = district.reach("filed")
    district.do("assign", district.office, number, lead=district.units["point"].pk, requirements="加固")
    people = {"leader": district.central_head.pk, "handler": district.central.pk, "interim_control": "警戒"}
    assert TRIAL.fields_refused(district, number, who="central") == {"leader", "handler"}, "of a school beside it"
    assert TRIAL.do(district, number, who="central", **people).state == "rectifying"
    district.submit(number, district.central)
    assert district.do("pass_verification", district.office, number, opinion="合格").state == "verified"
