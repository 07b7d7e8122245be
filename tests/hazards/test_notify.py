import pytest

from core.errors import Invalid, NotAllowed
from hazards.models import Assignment
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment

TRIAL = Trial(
    action="notify",
    by="office",
    reach=lambda d: o.filed(d, competence="township"),
    data=lambda d: {
        "lead": d.units["town"].pk, "requirements": "清理占道摊位", "letter": "函〔2026〕12 号", "control": "专人值守",
    },
)  # fmt: skip


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="assigned", owed_by="城关镇联络员", due="2026-12-01 00:00")
    lead = hazard.lead_assignment
    assert (lead.kind, lead.state, lead.unit, lead.issuer_unit) == (
        "request", "sent", district.units["town"], district.units["edu"],
    )  # fmt: skip
    assert lead.reply_on.isoformat() == "2026-11-30", "five working days where no day is given"
    assert (hazard.verifying_unit, hazard.closing_unit) == (district.units["school"], district.units["edu"])
    control = Assignment.objects.get(hazard=hazard, kind="control")
    assert (control.unit, control.state, control.requirements) == (district.units["school"], "signed", "专人值守")
    assert hazard.interim_control == "专人值守"


def test_wrong_state(district: District) -> None:
    number = o.notified(district)
    TRIAL.wrong_state(district, number, did="函告主管部门", owed_by="消防救援大队联络员")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="safety", names="县教育局安全办经办")
    TRIAL.wrong_post(district, who="section", names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "lead", "requirements", "letter", "control")


def test_only_where_the_education_tree_is_not_competent(district: District) -> None:
    for competence, works in (("school", False), ("bureau", False), ("department", True), ("owner", True)):
        number = o.filed(district, competence=competence)
        if works:
            assert TRIAL.do(district, number).state == "assigned"
            continue
        with pytest.raises(Invalid, match="请直接交办"):
            TRIAL.do(district, number)


def test_units_of_the_own_tree_are_ordered_not_asked(district: District) -> None:
    number = TRIAL.reach(district)
    for unit in ("school", "central", "edu", "gov", "county"):
        assert TRIAL.fields_refused(district, number, lead=district.units[unit].pk) == {"lead"}


def test_the_day_of_reply(district: District) -> None:
    number = TRIAL.reach(district)
    for day in ("2026-11-22", "2027-11-25"):
        assert TRIAL.fields_refused(district, number, reply_on=day) == {"reply_on"}
    TRIAL.do(district, number, reply_on="2026-11-23")
    assert district.find(number).due_at == moment("2026-11-24 00:00")


def test_it_is_issued_in_the_name_of_a_body_that_sits_in_the_bureau(district: District) -> None:
    edu = district.units["edu"]
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, issued_as="县校园安全专委会办公室") == {"issued_as"}
    edu.issuing_names = ["县校园安全专委会办公室"]
    edu.save()
    TRIAL.do(district, number, issued_as="县校园安全专委会办公室")
    lead = district.find(number).lead_assignment
    assert (lead.issued_as, lead.issuer_unit) == ("县校园安全专委会办公室", edu)


def test_what_is_restricted_is_asked_of_nobody(district: District) -> None:
    number = district.report(domain="08")
    facts = {"level": "general", "domain": "08"}
    with pytest.raises(Invalid, match="请直接报告"):
        district.do("file", district.bureau_confidant, number, competence="department", **facts)
    district.do("file", district.bureau_confidant, number, competence="school", **facts)
    with pytest.raises(NotAllowed):
        TRIAL.do(district, number, who="bureau_confidant")


def test_it_is_withdrawn_with_the_schools_part(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.do("withdraw", district.office, number, reason="单位选错")
    hazard = district.find(number)
    assert (hazard.state, hazard.lead_assignment, hazard.verifying_unit) == ("filed", None, None)
    assert set(Assignment.objects.filter(hazard=hazard).values_list("state", flat=True)) == {"canceled"}
    assert_owed(hazard, "县教育局安全办经办")
