import pytest
from django.db import transaction

from core.clock import StillClock
from core.errors import Invalid, NotAllowed, NotFound, WrongState
from core.numbering import is_receipt_number
from hazards.models import Evidence, HazardEvent
from hazards.selectors import in_scope
from hazards.services import perform
from organizations.kinds import PostKind, UnitKind
from organizations.models import Holding, User
from tests.support.district import District, give_post, make_person, make_unit
from tests.support.trials import Trial, assert_owed

TRIAL = Trial(action="report", by="teacher", reach=lambda d: d.reach("rectifying"))


def test_works(district: District) -> None:
    outcome = district.do(
        "report",
        district.teacher,
        unit=district.units["school"].pk,
        place="教学楼",
        domain="04",
        description="栏杆松动",
    )
    hazard = district.find(outcome.receipt_number)
    assert is_receipt_number(outcome.receipt_number) and outcome.number == outcome.receipt_number
    assert (hazard.state, hazard.source, hazard.finder) == ("reported", "school", district.teacher.name)
    assert (hazard.unit, hazard.handling_unit) == (district.units["school"], district.units["school"])
    assert hazard.found_on.isoformat() == "2026-11-23" and hazard.region_code == "361100"
    event = HazardEvent.objects.get(hazard=hazard)
    assert (event.seq, event.kind, event.from_state, event.to_state) == (1, "hazard.reported", "new", "reported")
    assert (event.actor, event.post_label, event.prev_hash) == (district.teacher, "第一小学教职工", "")
    assert_owed(hazard, "第一小学安全员", "2026-11-24 17:30")


def test_wrong_state(district: District) -> None:
    with pytest.raises(WrongState, match="现在是“整改中”，下一步由第一小学安全员办理"):
        perform("report", actor=district.safety, at=district.at, number=TRIAL.reach(district), version=4)


def test_wrong_post(district: District) -> None:
    facts = {"place": "教室", "domain": "04", "description": "门坏"}
    for role in ("system", "security", "audit"):
        administrator = make_person(role, None, admin_role=role)
        with pytest.raises(NotAllowed, match="管理员账号不办理业务"):
            district.do("report", administrator, unit=district.units["school"].pk, **facts)
    jobless = make_person("jobless", district.units["school"])
    with pytest.raises(NotAllowed, match="目前没有任职"):
        district.do("report", jobless, unit=district.units["school"].pk, **facts)


def test_outsider(district: District) -> None:
    """A campus of others is not on offer, by its number neither."""
    for who, unit in (("outsider", "school"), ("teacher", "sibling"), ("teacher", "edu"), ("central", "far")):
        with pytest.raises(Invalid) as caught:
            district.report(district.people[who], unit=district.units[unit].pk)
        assert set(caught.value.fields) == {"unit"}


def test_missing(district: District) -> None:
    with pytest.raises(Invalid) as caught:
        district.do("report", district.teacher)
    assert set(caught.value.fields) == {"unit", "place", "domain", "description"}


def test_unknown_and_foreign_values_are_named(district: District) -> None:
    mine, others = district.photo(district.teacher), district.photo(district.safety)
    for field, value in (
        ("units", 3), ("photos", [str(others.pk)]), ("photos", ["no"]), ("photos", {"a": 1}), ("domain", "77"), ("domain", ["04"]),
        ("channel", "secret"), ("channel", ["direct"]), ("channel", {}), ("suspected_major", "perhaps"), ("place", "长" * 81),
        ("place", 7), ("unit", "x"), ("unit", -1), ("unit", 2**64), ("description", "\x00"), ("description", "\ud800"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            district.report(**{field: value})
        assert set(caught.value.fields) == {field}, (field, value)
    number = district.report(photos=[str(mine.pk)])
    assert Evidence.objects.get(hazard=district.find(number)).stage == "before"
    with pytest.raises(Invalid) as caught:
        district.report(photos=[str(mine.pk)])
    assert set(caught.value.fields) == {"photos"}


@pytest.mark.parametrize(
    ("who", "source", "owed_by"),
    [
        ("safety", "school", "第一小学安全员"),
        ("central", "central", "县教育局安全办经办"),
        ("section", "bureau", "县教育局安全办经办"),
        ("office", "bureau", "县教育局安全办经办"),
        ("fire", "department", "县教育局安全办经办"),
        ("coordinator", "department", "县教育局安全办经办"),
    ],
)
def test_who_found_it_decides_who_handles_it(district: District, who: str, source: str, owed_by: str) -> None:
    hazard = district.find(district.report(district.people[who]))
    assert hazard.source == source
    assert_owed(hazard, owed_by)
    assert in_scope(district.people[who], district.at).filter(pk=hazard.pk).exists()


def test_a_township_sees_what_it_found_and_nothing_else(district: District) -> None:
    clerk = district.town
    hazard = district.find(district.report(clerk))
    district.report()
    assert hazard.source == "township"
    assert list(in_scope(clerk, district.at)) == [hazard]


def test_a_mandated_central_school_handles_what_it_finds(district: District) -> None:
    district.mandate()
    assert_owed(district.find(district.report(district.central)), "城关中心校安全负责人", "2026-11-25 17:30")


def test_a_suspected_major_goes_to_the_office_with_the_limits_of_a_major(district: District) -> None:
    assert_owed(district.find(district.report(suspected_major=True)), "县教育局安全办经办", "2026-11-23 13:00")


def test_a_direct_report_is_hidden_until_the_school_has_to_work_on_it(district: District) -> None:
    number = district.report(channel="direct")
    hazard = district.find(number)
    assert_owed(hazard, "县教育局安全办经办")
    below = ("safety", "principal", "confidant", "central", "central_head")

    def who_sees() -> set[str]:
        return {
            name for name, user in district.people.items() if in_scope(user, district.at).filter(pk=hazard.pk).exists()
        }

    assert who_sees() == {"teacher", "office", "director", "leader", "chief", "section"}
    district.do("file", district.office, number, level="general", domain="04", competence="bureau")
    district.do("assign", district.office, number, lead=district.units["edu"].pk, requirements="自办")
    assert who_sees().isdisjoint(below)
    district.do("withdraw", district.office, number, reason="应由学校整改")
    district.do("assign", district.office, number, lead=district.units["central"].pk, requirements="中心校办")
    assert who_sees() & set(below) == {"central", "central_head"}
    district.do("withdraw", district.office, number, reason="应由学校整改")
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="学校办")
    assert who_sees() & set(below) == {"safety", "principal", "central", "central_head"}


def test_a_restricted_matter_carries_keys_of_named_people_only(district: District) -> None:
    hazard = district.find(district.report(domain="08", place="操场"))
    assert hazard.is_restricted
    assert_owed(hazard, "县教育局敏感事项专办员")
    seen_by = {name for name, user in district.people.items() if in_scope(user, district.at).exists()}
    assert seen_by == {"teacher", "confidant", "bureau_confidant"}


def test_a_restricted_matter_without_a_confidant_says_whom_to_call(district: District) -> None:
    Holding.objects.filter(user=district.bureau_confidant).delete()
    with pytest.raises(Invalid, match="0000-0000001"):
        district.report(domain="14")


def test_several_posts_ask_which_one_speaks(district: District) -> None:
    give_post(district.safety, district.units["school"], PostKind.TEACHER)
    with pytest.raises(Invalid) as caught:
        district.report(district.safety)
    assert set(caught.value.fields) == {"acting_post"} and "第一小学教职工" in caught.value.message
    post = Holding.objects.get(user=district.safety, post__kind=PostKind.TEACHER).post
    assert district.find(district.report(district.safety, _acting_post=post.pk)).reporter_post == post
    with pytest.raises(Invalid):
        district.report(district.safety, _acting_post=district.office.holdings.get().post_id)


def test_the_nearest_of_posts_at_different_heights_speaks(district: District) -> None:
    give_post(district.principal, district.units["central"], PostKind.CENTRAL_HEAD)
    assert district.find(district.report(district.principal)).source == "school"


def test_nobody_reports_by_a_post_that_has_ended(district: District) -> None:
    Holding.objects.filter(user=district.teacher).update(until_on=StillClock.now().date())
    with pytest.raises(NotAllowed):
        district.report()


def test_unknown_actions_are_not_found(district: District) -> None:
    for action in ("fly", "", "__init__"):
        with pytest.raises(NotFound):
            perform(action, actor=district.teacher, at=district.at, data={})
    with pytest.raises(NotFound):
        perform("file", actor=district.safety, at=district.at, data={})


def test_a_hazard_goes_by_receipt_number_and_file_number(district: District) -> None:
    number = district.reach("filed")
    file_number = district.find(number).file_number
    assert file_number == "361102-2026-00001"
    for bad in ("", "S1", f"{number}\x00", file_number + "\n", "361102-2026-0000１"):
        with pytest.raises(NotFound):
            perform("amend", actor=district.office, at=district.at, number=bad or "S", version=1)
    district.do("assign", district.office, file_number, lead=district.units["school"].pk, requirements="加固")
    assert User.objects.count() == len(district.people)


PAPER = {"paper_name": "责令限期改正通知书", "paper_number": "消改〔2026〕8 号", "paper_limit_on": "2026-12-10"}


@pytest.mark.parametrize("who", ["fire", "town", "coordinator"])
def test_a_county_body_names_its_own_paper(district: District, who: str) -> None:
    hazard = district.find(district.report(district.people[who], **PAPER))
    assert (hazard.paper_unit, hazard.paper_name, hazard.paper_number) == (
        district.people[who].unit, "责令限期改正通知书", "消改〔2026〕8 号",
    )  # fmt: skip
    assert hazard.paper_limit_on.isoformat() == "2026-12-10"


@pytest.mark.parametrize("who", ["teacher", "central", "section", "office"])
def test_the_education_tree_names_no_legal_paper(district: District, who: str) -> None:
    with pytest.raises(Invalid) as caught:
        district.report(district.people[who], **PAPER)
    assert set(caught.value.fields) == set(PAPER)
    assert {message for messages in caught.value.fields.values() for message in messages} == {
        "只有部门、乡镇和县级统筹机构填自己的文书。"
    }


def test_a_paper_has_a_name_and_a_limit_to_come(district: District) -> None:
    for wrong in (
        {"paper_number": "8 号"}, {"paper_limit_on": "2026-12-10"}, {"paper_name": "通知书", "paper_limit_on": "2026-11-22"},
        {"paper_name": "通知书", "paper_limit_on": "2027-11-25"},
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            district.report(district.fire, **wrong)
        assert set(caught.value.fields) <= {"paper_name", "paper_limit_on"}
    assert district.find(district.report(district.fire, paper_name="检查记录")).paper_limit_on is None


def test_a_township_reports_in_its_own_bounds_where_they_are_known(district: District) -> None:
    district.report(district.town, unit=district.units["far"].pk)
    for name, township in (("school", "城关镇"), ("far", "河东镇")):
        district.units[name].township = township
        district.units[name].save()
    district.report(district.town)
    with pytest.raises(Invalid) as caught:
        district.report(district.town, unit=district.units["far"].pk)
    assert set(caught.value.fields) == {"unit"}
    district.report(district.fire, unit=district.units["far"].pk)


def test_a_coordinating_body_may_sit_in_the_bureau(district: District) -> None:
    body = make_unit(UnitKind.GOV, "县校园安全专委会办公室", district.units["edu"])
    clerk = make_person("body", body, PostKind.COORDINATOR)
    hazard = district.find(district.report(clerk, unit=district.units["far"].pk, **PAPER))
    assert (hazard.paper_unit, hazard.source) == (body, "department")
    assert_owed(hazard, "县教育局安全办经办")


def test_who_sits_in_both_says_for_whom_he_speaks(district: District) -> None:
    body = make_unit(UnitKind.GOV, "县校园安全专委会办公室", district.units["edu"])
    post = give_post(district.office, body, PostKind.COORDINATOR).post
    with pytest.raises(Invalid) as caught:
        district.report(district.office)
    assert set(caught.value.fields) == {"acting_post"}
    assert district.find(district.report(district.office, _acting_post=post.pk, **PAPER)).paper_unit == body


def test_nobody_reports_in_anothers_name(district: District) -> None:
    """What would be dropped in silence is refused: who found it stands in the report."""
    with pytest.raises(NotAllowed, match="发现人"), transaction.atomic():
        district.do(
            "report", district.office, unit=district.units["school"].pk, place="走廊", domain="04", description="栏杆松动",
            _on_behalf={"name": "王某", "how": "call", "note": "来电"},
        )  # fmt: skip
