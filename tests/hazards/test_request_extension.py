from typing import Any

import pytest

from core.errors import Invalid
from documents.models import Document
from hazards.models import Extension
from hazards.services import perform
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask

FACTS = {
    "until_on": "2026-12-12", "reason_kind": "procurement", "reason": "护栏须招标采购", "control": "走廊封闭，专人值守",
}  # fmt: skip
TRIAL = Trial(
    action="request_extension", by="safety", reach=lambda d: d.reach("rectifying"), data=lambda d: dict(FACTS)
)


def row() -> Extension:
    return Extension.objects.get()


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    assert (hazard.interim_control, hazard.n_extensions) == ("走廊封闭，专人值守", 0)
    asked = row()
    assert (asked.state, asked.number, asked.is_late) == ("requested", 1, False)
    assert (asked.old_limit_on.isoformat(), asked.asked_until_on.isoformat()) == ("2026-12-08", "2026-12-12")
    assert (asked.to_unit, asked.asked_by) == (district.units["edu"], district.safety)
    task = SideTask.objects.get(hazard=hazard, finished=None)
    assert (str(task.post), task.due_at) == ("县教育局安全办主任", moment("2026-11-25 17:30"))
    assert hazard.lead_assignment is not None and hazard.lead_assignment.first_limit_on is None


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")
    TRIAL.wrong_state(district, district.reach("assigned"), did="交办", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="office", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "until_on", "reason_kind", "reason", "control")


@pytest.mark.parametrize(
    ("at", "is_late"),
    # Three working days before 8 December, a Tuesday, are 7, 4 and 3 December.
    [("2026-12-03 23:59", False), ("2026-12-04 00:00", True)],
)
def test_one_asks_three_working_days_before(district: District, clock: Any, at: str, is_late: bool) -> None:
    number = TRIAL.reach(district)
    clock.set(moment(at))
    TRIAL.do(district, number)
    assert row().is_late is is_late


@pytest.mark.parametrize(
    ("level", "last", "first_late", "until_on"),
    [
        # 60 days end on 22 January 2027, a Friday; five working days before are 21 to 15 January.
        ("significant", "2027-01-15 23:59", "2027-01-16 00:00", "2027-02-01"),
        # 180 days end on 22 May 2027, a Saturday; fifteen working days before it begin on the 3rd: no holidays are known.
        ("major", "2027-05-03 23:59", "2027-05-04 00:00", "2027-07-01"),
    ],
)
def test_higher_levels_ask_earlier(
    district: District, clock: Any, level: str, last: str, first_late: str, until_on: str
) -> None:
    early, late = (district.graded(level, "planned") for _ in range(2))
    clock.set(moment(last))
    TRIAL.do(district, early, until_on=until_on)
    clock.set(moment(first_late))
    TRIAL.do(district, late, until_on=until_on)
    assert [one.is_late for one in Extension.objects.order_by("pk")] == [False, True]


def test_a_limit_shorter_than_that_leaves_all_of_it(district: District, clock: Any) -> None:
    number = district.reach("filed")
    district.do(
        "assign", district.office, number, lead=district.units["school"].pk, requirements="加固", limit_on="2026-11-25"
    )
    district.sign(number)
    TRIAL.do(district, number, until_on="2026-11-26")
    assert not row().is_late


def test_what_is_asked_after_the_limit_stays_overdue(district: District, clock: Any) -> None:
    number = TRIAL.reach(district)
    clock.set(moment("2026-12-10 09:00"))
    TRIAL.do(district, number, until_on="2026-12-15")
    hazard = district.find(number)
    assert row().is_late
    assert (hazard.colour, hazard.due_at) == ("orange", moment("2026-12-09 00:00"))


def test_the_new_day_lies_ahead_and_after_the_limit(district: District, clock: Any) -> None:
    number = TRIAL.reach(district)
    assert "现在的期限 2026-12-08" in refusal(district, number, "2026-12-08")
    assert "不能早于今天" in refusal(district, number, "2026-11-22")
    clock.set(moment("2026-12-10 09:00"))
    assert "不能早于今天" in refusal(district, number, "2026-12-09")


def test_half_of_the_original_time_for_what_is_general(district: District) -> None:
    number = TRIAL.reach(district)
    said = refusal(district, number, "2026-12-16")
    assert "一次最长 7 天（原期限的 50%）" in said and "最晚到 2026-12-15" in said
    TRIAL.do(district, number, until_on="2026-12-15")


def test_as_long_again_for_what_is_significant(district: District) -> None:
    number = district.graded("significant", "planned")
    assert "一次最长 60 天（原期限的 100%）" in refusal(district, number, "2027-03-24")
    TRIAL.do(district, number, until_on="2027-03-23")


def test_a_year_altogether_for_what_is_major(district: District) -> None:
    number = district.graded("major", "planned")
    assert "延期累计最长 365 天，最晚到 2028-05-21" in refusal(district, number, "2028-05-22")
    TRIAL.do(district, number, until_on="2028-05-21")


def test_once_for_what_is_general(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.do("rule_extension", district.director, number, ruling="grant", opinion="同意")
    with pytest.raises(Invalid, match="延期最多 1 次"):
        TRIAL.do(district, number, until_on="2026-12-14")


def test_one_that_was_refused_may_be_asked_again(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    with pytest.raises(Invalid, match="已有一件延期申请"):
        TRIAL.do(district, number)
    district.do("rule_extension", district.director, number, ruling="refuse", opinion="可按期完成")
    TRIAL.do(district, number)
    assert [one.number for one in Extension.objects.order_by("pk")] == [1, 2]


def test_what_takes_years_is_scheduled_anew_instead(district: District) -> None:
    number = TRIAL.reach(district)
    district.schedule(number)
    with pytest.raises(Invalid, match="列入治理计划"):
        TRIAL.do(district, number, until_on="2028-12-31")


def test_what_was_fixed_on_the_spot_gets_no_extension(district: District) -> None:
    number = district.fix_on_spot().number
    assert district.find(number).closure_type == "on_the_spot"
    district.do("return_submission", district.principal, number, defects="照片不清")
    with pytest.raises(Invalid, match="立行立改"):
        TRIAL.do(district, number, until_on="2026-11-27")


def test_a_legal_paper_is_moved_by_who_wrote_it(district: District) -> None:
    number = district.report(district.fire, domain="02", paper_name="责令限期改正通知书", paper_limit_on="2026-12-04")
    district.do("file", district.office, number, level="general", domain="02", competence="school")
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="清理")
    district.sign(number)
    with pytest.raises(Invalid, match="责令限期改正通知书.*只有发文单位"):
        TRIAL.do(district, number, until_on="2026-12-08")
    district.do("move_paper_limit", district.fire, number, limit_on="2026-12-20", reason="材料未到")
    assert "2026-12-20" in str(district.find(number).lead_assignment.limit_on)


def test_within_a_later_paper_the_units_own_limit_may_move(district: District) -> None:
    number = district.report(district.fire, domain="02", paper_name="责令限期改正通知书", paper_limit_on="2026-12-10")
    district.do("file", district.office, number, level="general", domain="02", competence="school")
    facts = {"lead": district.units["school"].pk, "requirements": "清理", "limit_on": "2026-12-03"}
    district.do("assign", district.office, number, **facts)
    district.sign(number)
    TRIAL.do(district, number, until_on="2026-12-08")


def test_milestones_are_read_line_by_line(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, milestones="下周完成") == {"milestones"}
    assert TRIAL.fields_refused(district, number, milestones="2026-12-13 完成采购") == {"milestones"}
    TRIAL.do(district, number, milestones="2026-12-10 完成采购")
    assert row().milestones == [{"on": "2026-12-10", "what": "完成采购", "done_on": ""}]


def test_a_paper_goes_from_the_school_to_the_office(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    paper = Document.objects.get(kind="extension_request")
    assert (paper.state, paper.issuer_unit, paper.addressee) == (
        "issued",
        district.units["school"],
        district.units["edu"],
    )
    assert (paper.row_kind, paper.row_id, paper.subject_id) == ("extension", row().pk, district.find(number).pk)
    assert "护栏须招标采购" in paper.text and "2026年12月12日" in paper.text


def test_who_asks_does_not_decide(district: District) -> None:
    """The head of a school that handles its own hazard asks; the next one above decides."""
    number = district.reach_own("rectifying")
    TRIAL.do(district, number, who="principal", until_on="2026-12-12")
    task = SideTask.objects.get(hazard=district.find(number), finished=None)
    assert str(task.post) == "城关中心校校长"


def test_a_school_decides_about_its_own_by_its_head(district: District) -> None:
    number = district.reach_own("rectifying")
    TRIAL.do(district, number)
    task = SideTask.objects.get(hazard=district.find(number), finished=None)
    assert str(task.post) == "第一小学校长"


@pytest.mark.parametrize("leave", ["submit", "transfer", "eliminate"])
def test_it_ends_with_the_work(district: District, leave: str) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    acts = {
        "submit": lambda: district.submit(number),
        "transfer": lambda: district.do(
            "transfer", district.office, number, lead=district.units["sibling"].pk, reason="改由二小", requirements="加固"
        ),
        "eliminate": lambda: district.do(
            "eliminate", district.leader, number, closure_type="demolished", decision="9号", arrangement="分流",
            photos=[str(district.photo(district.leader).pk)],
        ),
    }  # fmt: skip
    acts[leave]()
    assert row().state == "ended"
    assert not SideTask.objects.filter(process__machine="extension", finished=None).exists()


def test_withdrawing_the_submission_brings_it_back(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.submit(number)
    district.do("withdraw", district.principal, number, reason="点错了")
    assert row().state == "requested"
    assert SideTask.objects.filter(process__machine="extension", finished=None).count() == 1


def test_a_unit_without_accounts_asks_by_letter(district: District) -> None:
    number = o.signed(district, "transport")
    o.record(district, "request_extension", district.coordinator, number, **FACTS)
    asked = row()
    assert (asked.asked_by, asked.to_unit) == (None, district.units["gov"])
    assert not Document.objects.filter(kind="extension_request").exists(), "its own letter is the paper"


def test_nobody_else_asks(district: District) -> None:
    from core.errors import NotAllowed

    number = TRIAL.reach(district)
    with pytest.raises(NotAllowed):
        perform("request_extension", actor=None, at=district.at, number=number, data=FACTS)


def refusal(district: District, number: str, until_on: str) -> str:
    with pytest.raises(Invalid) as caught:
        TRIAL.do(district, number, until_on=until_on)
    return "".join(caught.value.fields["until_on"])
