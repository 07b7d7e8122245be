"""Schools that are merged, moved or renamed while they have hazards, in whatever state these are."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.core.management import call_command

from core.calendars import Season
from core.clock import local
from core.errors import Invalid, WrongState
from deadlines.calendar_services import SeasonChoice, change_seasons
from deadlines.models import Deadline
from hazards.models import Assignment, Hazard, HazardEvent
from hazards.moving import list_open_work_of_unit
from hazards.recomputing import finish_recomputing
from hazards.search import search_in
from hazards.selectors import access_hazard, find_by_number, in_scope
from organizations.kinds import PostKind, UnitKind
from organizations.services import merge_units, move_unit, rename_unit, set_unit_active
from tests.support import listed as l
from tests.support import outside as o
from tests.support.district import District, give_post, make_person, make_unit
from tests.support.trials import assert_owed
from workflows.models import SideTask

STATES = ["reported", "returned", "filed", "assigned", "rectifying", "submitted", "verified"]


def merge(d: District, unit: str = "school", into: str = "sibling") -> None:
    merge_units(actor=None, unit=d.units[unit], into=d.units[into], at=d.at)


@pytest.mark.parametrize("state", STATES)
def test_it_goes_on_in_every_open_state(district: District, state: str) -> None:
    d = district
    number = d.reach(state)
    before = d.find(number)
    merge(d)
    hazard = d.find(number)
    assert (hazard.state, hazard.unit) == (state, d.units["sibling"])
    owed = {
        "reported": "第二小学安全员", "returned": "第二小学安全员", "assigned": "第二小学安全员", "rectifying": "第二小学安全员",
    }  # fmt: skip
    assert_owed(hazard, owed.get(state, "县教育局安全办经办"))
    assert hazard.due_at == before.due_at and hazard.found_on == before.found_on
    assert in_scope(d.sibling_safety, d.at).filter(pk=hazard.pk).exists()
    if state == "rectifying":
        d.submit(number, d.sibling_principal)


def test_a_school_merged_away_while_its_hazard_is_in_verification(district: District) -> None:
    """By its own path the school verifies itself: the one it went into does, and whoever did the work still may not."""
    d = district
    number = d.reach_own("submitted")
    assert_owed(d.find(number), "第一小学校长")
    merge(d)
    hazard = d.find(number)
    assert (hazard.state, hazard.verifying_unit, hazard.closing_unit) == (
        "submitted", d.units["sibling"], d.units["sibling"],
    )  # fmt: skip
    assert_owed(hazard, "第二小学校长")
    d.do("confirm_and_close", d.sibling_principal, number)


def test_who_did_the_work_there_does_not_verify_here(district: District) -> None:
    d = district
    number = d.reach_own("submitted")
    # The fixer is all that the other school has.
    d.leave(d.sibling_principal)
    d.leave(d.sibling_safety)
    merge(d)
    give_post(d.teacher, d.units["sibling"], PostKind.PRINCIPAL)
    hazard = d.find(number)
    assert d.teacher.pk in hazard.rectifiers
    assert_owed(hazard, "城关中心校校长")
    d.do("confirm_and_close", d.central_head, number)


def test_an_outside_lead_goes_on_for_the_new_school(district: District) -> None:
    d = district
    number = o.answered(d)
    merge(d)
    hazard = d.find(number)
    control = Assignment.objects.get(hazard=hazard, kind="control")
    assert (control.unit, hazard.verifying_unit) == (d.units["sibling"], d.units["sibling"])
    assert_owed(hazard, "第二小学安全员")
    d.do("pass_verification", d.sibling_safety, number, opinion="已解决")
    d.do("close", d.office, number, closure_type="handed_over")


def test_parts_and_instructions_go_along(district: District) -> None:
    d = district
    number = d.reach("filed")
    facts = {"co_units": [d.units["school"].pk, d.units["section"].pk], "co_task": "配合"}
    d.do("assign", d.office, number, lead=d.units["far"].pk, requirements="加固", **facts)
    d.do("instruct", d.leader, number, to=d.units["school"].pk, instruction="尽快办")
    merge(d)
    hazard = d.find(number)
    assert hazard.instructions.get().to_unit == d.units["sibling"]
    part = Assignment.objects.get(hazard=hazard, unit=d.units["sibling"])
    d.do("sign_part", d.sibling_safety, number, handler=d.sibling_safety.pk)
    assert Assignment.objects.get(pk=part.pk).state == "signed"
    d.do("reply_instruction", d.sibling_principal, number, reply="已安排")


def test_a_co_unit_merged_with_the_lead_is_one(district: District) -> None:
    d = district
    number = d.reach("filed")
    facts = {"co_units": [d.units["sibling"].pk], "co_task": "配合"}
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固", **facts)
    merge(d)
    living = Assignment.objects.filter(hazard=d.find(number)).exclude(state="canceled")
    assert [row.unit for row in living] == [d.units["sibling"]]


def test_two_co_units_that_become_one_have_one_part(district: District) -> None:
    d = district
    number = d.reach("filed")
    facts = {"co_units": [d.units["school"].pk], "co_task": "腾空教室"}
    d.do("assign", d.office, number, lead=d.units["far"].pk, requirements="加固", **facts)
    d.do("change_parties", d.office, number, reason="增加", add=[d.units["sibling"].pk], co_task="协助搬运")
    merge(d)
    living = Assignment.objects.filter(hazard=d.find(number)).exclude(state="canceled").exclude(unit=d.units["far"])
    assert [(row.unit, row.requirements) for row in living] == [(d.units["sibling"], "腾空教室；协助搬运")]
    d.do("sign_part", d.sibling_safety, number, handler=d.sibling_safety.pk)


def test_a_merger_that_would_leave_a_hazard_with_nobody_is_refused(district: District) -> None:
    d = district
    d.reach("assigned")
    people = (d.sibling_safety, d.sibling_principal, d.central, d.central_head, d.office, d.director, d.leader, d.chief)
    for who in people:
        who.holdings.update(until_on="2026-11-01")
    with pytest.raises(Invalid, match="没有可以接办的在岗人员"):
        merge(d)


def test_a_central_school_merged_away(district: District) -> None:
    d = district
    below = d.reach("assigned")
    d.mandate()
    own = d.report(d.central)
    d.do("file", d.central, own, level="general", domain="04", competence="school")
    make_person("central2", d.units["central2"], PostKind.CENTRAL_SAFETY)
    merge(d, "central", "central2")
    assert d.find(own).handling_unit == d.units["central2"]
    assert_owed(d.find(own), "河东中心校安全负责人")
    clerk = d.units["central2"].posts.get(kind=PostKind.CENTRAL_SAFETY).holdings.get().user
    assert in_scope(clerk, d.at).filter(pk=d.find(below).pk).exists()


def test_old_hazards_stay_where_they_were(district: District) -> None:
    d = district
    number = d.reach("closed")
    seq = d.find(number).last_seq
    merge(d)
    hazard = d.find(number)
    assert (hazard.unit, hazard.last_seq) == (d.units["school"], seq)
    assert in_scope(d.office, d.at).filter(pk=hazard.pk).exists()


def test_a_unit_with_open_work_is_not_closed(district: District) -> None:
    d = district
    number = d.reach("assigned")
    for unit in ("school", "edu"):
        assert [item.number for item in list_open_work_of_unit(d.units[unit], d.at)] == [d.find(number).number]
    assert list_open_work_of_unit(d.units["sibling"], d.at) == []
    with pytest.raises(WrongState, match="1 件未办结"):
        set_unit_active(actor=None, unit=d.units["school"], is_active=False, at=d.at)


def test_of_restricted_work_only_the_number_of_cases_is_told(district: District) -> None:
    d = district
    d.report(domain="08", place="宿舍", description="有人受欺凌")
    [item] = list_open_work_of_unit(d.units["school"], d.at)
    assert item.is_restricted and item.what == ""
    with pytest.raises(WrongState) as caught:
        set_unit_active(actor=None, unit=d.units["school"], is_active=False, at=d.at)
    assert item.number not in caught.value.message


def test_a_renamed_school_is_found_by_its_new_name(district: District) -> None:
    d = district
    open_one, closed = d.find(d.reach("assigned")), d.find(d.reach("closed"))

    def found(text: str) -> set[int]:
        return set(search_in(Hazard.objects.all(), text).values_list("pk", flat=True))

    assert found("第一小学") == {open_one.pk, closed.pk}
    rename_unit(actor=None, unit=d.units["school"], name="实验小学", at=d.at)
    assert found("实验小学") == {open_one.pk, closed.pk}
    assert found("第一小学") == set()
    assert found("栏杆松动") == {open_one.pk, closed.pk}
    assert d.find(open_one.number).last_seq == open_one.last_seq, "a name is no act"


def test_a_merged_schools_hazards_are_found_by_the_new_name(district: District) -> None:
    d = district
    hazard = d.find(d.reach("assigned"))
    merge(d)
    assert list(search_in(Hazard.objects.all(), "第二小学")) == [hazard]


def test_a_school_that_moves_is_read_by_its_new_superiors_alone(district: District) -> None:
    d = district
    clerk = make_person("central2", d.units["central2"], PostKind.CENTRAL_SAFETY)
    numbers = [d.reach("assigned"), d.reach("closed"), d.report(channel="direct")]

    def sees(who: Any) -> list[bool]:
        return [find_by_number(in_scope(who, d.at), number).exists() for number in numbers]

    assert (sees(d.central), sees(clerk)) == ([True, True, False], [False, False, False])
    move_unit(actor=None, unit=d.units["school"], parent=d.units["central2"], at=d.at)
    assert (sees(d.central), sees(clerk)) == ([False, False, False], [True, True, False])
    assert sees(d.safety) == [True, True, False]


def test_limits_and_rungs_follow_the_hours_of_the_new_place(
    district: District, django_capture_on_commit_callbacks: Any
) -> None:
    """Another bureau of the county opens at 10 and closes at 16: what is due at close of business is due then."""
    d = district
    other = make_unit(UnitKind.EDU, "开发区教育局", d.units["edu"].parent)
    central = make_unit(UnitKind.CEN, "开发区中心校", other)
    hours = Season((1, 1), (12, 31), ((time(10), time(16)),))
    change_seasons(actor=None, unit=other, seasons=[SeasonChoice("全年", hours)], at=d.at)
    step, limit = d.report(), d.reach("rectifying")
    before = Deadline.objects.get(subject_id=d.find(limit).pk, kind="limit")
    with django_capture_on_commit_callbacks(execute=True):
        move_unit(actor=None, unit=d.units["school"], parent=central, at=d.at)
    assert local(d.find(step).due_at).strftime("%m-%d %H:%M") == "11-24 16:00"
    after = Deadline.objects.get(pk=before.pk)
    assert (after.due_at, local(after.next_fire_at).strftime("%m-%d %H:%M")) == (before.due_at, "12-03 10:00")


def test_a_move_whose_recomputing_was_cut_short_is_finished_the_next_day(district: District) -> None:
    d = district
    other = make_unit(UnitKind.EDU, "开发区教育局", d.units["edu"].parent)
    central = make_unit(UnitKind.CEN, "开发区中心校", other)
    hours = Season((1, 1), (12, 31), ((time(10), time(16)),))
    change_seasons(actor=None, unit=other, seasons=[SeasonChoice("全年", hours)], at=d.at)
    number = d.report()
    move_unit(actor=None, unit=d.units["school"], parent=central, at=d.at)
    finish_recomputing(d.at)
    assert local(d.find(number).due_at).strftime("%m-%d %H:%M") == "11-24 16:00"


def test_a_central_school_with_all_its_schools_moves(district: District) -> None:
    """What hangs below it goes along, here a teaching point below a school."""
    d = district
    point = make_unit(UnitKind.PT, "河口教学点", d.units["school"])
    number = d.report(d.central, unit=point.pk)
    clerk = make_person("central2", d.units["central2"], PostKind.CENTRAL_SAFETY)
    move_unit(actor=None, unit=d.units["school"], parent=d.units["central2"], at=d.at)
    assert in_scope(clerk, d.at).filter(pk=d.find(number).pk).exists()


def test_keys_are_recomputed_by_command(district: District, capsys: pytest.CaptureFixture[str]) -> None:
    d = district
    hazard = d.find(d.reach("assigned"))
    Hazard.objects.filter(pk=hazard.pk).update(visible_to=[1])
    call_command("recompute_keys")
    assert "改动 1 条" in capsys.readouterr().out
    assert d.find(hazard.number).visible_to == hazard.visible_to
    call_command("recompute_keys")
    assert "改动 0 条" in capsys.readouterr().out
    assert HazardEvent.objects.filter(hazard=hazard).count() == hazard.last_seq


@pytest.mark.parametrize("how", ["unmerge", "reopen", "appeal"])
def test_what_had_ended_and_comes_back_is_the_new_schools(district: District, how: str) -> None:
    d = district
    if how == "unmerge":
        number, master = d.report(), d.report()
        d.do("merge", d.safety, number, master=master, reason="同一处")
    else:
        number = d.reach("closed" if how == "reopen" else "rejected")
    merge_units(actor=None, unit=d.units["school"], into=d.units["sibling"], at=d.at)
    if how == "unmerge":
        d.do("unmerge", d.central, number, reason="不是一处")
        d.do("confirm_countersign", d.leader, number)
    elif how == "reopen":
        photo = str(d.photo(d.office).pk)
        d.do("reopen", d.office, number, cause="rebound", findings="又松了", photos=[photo])
    else:
        d.do("appeal", d.teacher, number, reason="又松了")
    hazard = d.find(number)
    assert hazard.unit == d.units["sibling"]
    assert access_hazard(d.sibling_safety, number, d.at).is_visible
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.data["old_unit"], event.data["new_unit"]) == ("第一小学", "第二小学")


def test_who_only_supervises_is_followed_by_its_successor(district: District) -> None:
    """No part in the work, but the visits of a listing: these go on in other hands."""
    d = district
    d.units["safety_center"] = make_unit(UnitKind.SUB, "安全管理中心", d.units["edu"])
    d.units["new_center"] = make_unit(UnitKind.SUB, "教育事务中心", d.units["edu"])
    make_person("visitor", d.units["safety_center"], PostKind.CONTACT)
    make_person("successor", d.units["new_center"], PostKind.CONTACT)
    number = l.listed(d, supervisor_unit=d.units["safety_center"].pk)
    assert [item.number for item in list_open_work_of_unit(d.units["safety_center"], d.at)] == [d.find(number).number]
    merge(d, "safety_center", "new_center")
    row = l.row_of(d, number)
    assert row.supervisor_unit == d.units["new_center"]
    task = SideTask.objects.get(process__machine="supervision", finished=None)
    assert task.post.unit == d.units["new_center"]
    visit = Deadline.objects.get(kind="supervision", row_id=row.pk, state="armed")
    assert visit.owner_unit == d.units["new_center"]
