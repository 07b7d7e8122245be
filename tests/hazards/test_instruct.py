"""批示: a leader wants to be told."""

from hazards.models import HazardEvent, Instruction
from hazards.selectors import in_scope
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment
from workflows.models import SideTask

TRIAL = Trial(
    action="instruct", by="leader", reach=lambda d: d.reach("rectifying"),
    data=lambda d: {"to": d.units["school"].pk, "instruction": "请每日报进展"},
)  # fmt: skip


def test_works(district: District) -> None:
    before = TRIAL.reach(district)
    TRIAL.do(district, before)
    hazard = district.find(before)
    row = Instruction.objects.get(hazard=hazard)
    assert (row.state, row.author, row.author_label, row.to_unit) == (
        "open", district.leader, "县教育局分管领导", district.units["school"],
    )  # fmt: skip
    task = SideTask.objects.get(hazard=hazard, finished__isnull=True)
    assert (str(task.post), task.due_at, row.due_at) == ("第一小学安全员", moment("2026-11-26 17:30"), task.due_at)
    assert_owed(hazard, "第一小学安全员")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("office", "director", "safety", "section"):
        TRIAL.wrong_post(district, who=who, names="局领导")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "to", "instruction")


def test_several_at_once_each_with_its_day(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, reply_on="2026-11-23")
    district.do("instruct", district.chief, number, to=district.units["edu"].pk, instruction="请安全办盯办")
    tasks = SideTask.objects.filter(finished__isnull=True).order_by("due_at")
    assert [(str(task.post), task.due_at) for task in tasks] == [
        ("第一小学安全员", moment("2026-11-24 00:00")),
        ("县教育局安全办经办", moment("2026-11-26 17:30")),
    ]


def test_neither_yesterday_nor_years_away(district: District) -> None:
    number = TRIAL.reach(district)
    for day in ("2026-11-22", "2027-11-25"):
        assert TRIAL.fields_refused(district, number, reply_on=day) == {"reply_on"}


def test_only_units_of_the_case(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, to=district.units["far"].pk) == {"to"}


def test_what_went_past_the_school_stays_past_it(district: District) -> None:
    number = district.report(channel="direct")
    assert TRIAL.fields_refused(district, number, to=district.units["school"].pk) == {"to"}
    TRIAL.do(district, number, to=district.units["edu"].pk)
    assert not in_scope(district.safety, district.at).filter(receipt_number=number).exists()


def test_the_end_of_the_case_ends_it(district: District) -> None:
    number = district.reach("verified")
    TRIAL.do(district, number)
    district.do("close", district.office, number, closure_type="rectified")
    assert Instruction.objects.get().state == "ended"
    assert not SideTask.objects.filter(finished__isnull=True).exists()


def test_what_a_leader_wrote_on_paper_is_entered_by_the_office(district: District) -> None:
    number = TRIAL.reach(district)
    told = {
        "name": "局领导", "person": district.leader.pk, "how": "signed_paper", "note": "批示件第2号",
        "scans": [str(district.photo(district.office).pk)],
    }  # fmt: skip
    TRIAL.do(district, number, who="office", _on_behalf=told)
    row = Instruction.objects.get()
    assert (row.author, row.author_label) == (district.leader, "县教育局分管领导")
    event = HazardEvent.objects.filter(hazard=district.find(number)).latest("seq")
    assert (event.actor, event.data["on_behalf"]["name"]) == (district.office, district.leader.name)
    # Of no account: the name stands, the bureau's leader is whose it is.
    TRIAL.do(district, number, who="office", _on_behalf={"name": "分管领导", "how": "call", "note": "电话"})
    assert Instruction.objects.count() == 2
