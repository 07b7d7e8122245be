"""The engine's rows are such as Viewflow would have written, and nothing but the engine writes them."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from viewflow.workflow import chart
from viewflow.workflow.exceptions import FlowLockFailed, FlowRuntimeError
from viewflow.workflow.status import PROCESS, STATUS

from hazards.models import Hazard
from hazards.states import TERMINAL, State
from tests.support.district import District, build_district
from tests.support.together import crowd
from tests.support.trials import moment
from workflows.flows import HazardFlow, step_of
from workflows.locks import hazard_lock
from workflows.models import HazardProcess, HazardTask
from workflows.nodes import EngineActivation, Step


def rows(hazard: Hazard) -> list[tuple[str, str, str, str]]:
    tasks = HazardTask.objects.filter(hazard=hazard).order_by("id").select_related("post__unit", "owner")
    return [
        (task.flow_task.name, task.status, str(task.post or ""), task.owner.username if task.owner else "")
        for task in tasks
    ]


def test_the_way_of_a_hazard_is_written_turn_by_turn(district: District) -> None:
    hazard = district.find(district.reach("closed"))
    office = "县教育局安全办经办"
    assert rows(hazard) == [
        ("start", STATUS.DONE, "", "teacher"),
        ("reported", STATUS.DONE, "第一小学安全员", "safety"),
        ("reported", STATUS.DONE, office, "office"),
        ("filed", STATUS.DONE, office, "office"),
        ("assigned", STATUS.DONE, "第一小学安全员", "safety"),
        ("rectifying", STATUS.CANCELED, "第一小学安全员", "principal"),
        ("submitted", STATUS.DONE, office, "office"),
        ("verified", STATUS.DONE, office, "office"),
        ("end", STATUS.DONE, "", ""),
    ]
    process = HazardProcess.objects.get(hazard=hazard)
    assert (process.flow_class, process.status, process.finished, process.cycle) == (
        HazardFlow,
        PROCESS.DONE,
        district.at,
        1,
    )


def test_each_turn_knows_the_one_before_and_the_event_that_ended_it(district: District) -> None:
    hazard = district.find(district.reach("closed"))
    tasks = list(HazardTask.objects.filter(hazard=hazard).order_by("id"))
    assert list(tasks[0].previous.all()) == []
    for before, after in zip(tasks, tasks[1:], strict=False):
        assert list(after.previous.all()) == [before]
    assert [task.ended_by_seq for task in tasks] == [None, 2, 3, 4, 5, 6, 7, 8, None]


def test_titles_and_briefs_are_read_by_viewflow_itself(district: District) -> None:
    hazard = district.find(district.reach("rectifying"))
    task = HazardTask.objects.get(hazard=hazard, finished__isnull=True)
    assert (task.title, task.brief, task.flow_task_type) == ("整改中", "整改中", "HUMAN")
    assert task.process.brief == f"隐患办理 {hazard.file_number}"
    assert task.coerced == task and task.process.coerced == task.process
    assert str(task.process).startswith("隐患办理")


def test_viewflow_draws_the_flow_and_where_a_hazard_stands(district: District) -> None:
    process = HazardProcess.objects.get(hazard=district.find(district.reach("rectifying")))
    grid = chart.calc_layout_data(HazardFlow)
    chart.calc_cell_status(HazardFlow, grid, process.pk)
    standing = {cell.node.name: cell.status for cell in grid.cells}
    assert (standing["assigned"], standing["rectifying"], standing["verified"]) == (STATUS.DONE, STATUS.NEW, None)
    drawing, bpmn = chart.grid_to_svg(grid), chart.grid_to_bpmn(grid)
    for state in State:
        if state not in TERMINAL:
            assert str(state.label) in drawing and str(state.label) in bpmn
    assert bpmn.count("<bpmn:userTask") + bpmn.count("<userTask") == 8


def test_times_come_from_the_act_not_from_the_wall(district: District, clock) -> None:
    clock.set(moment("2026-12-31 10:00"))
    hazard = district.find(district.report())
    clock.set(moment("2027-01-04 11:00"))
    district.do("escalate", district.safety, hazard.number, reason="无力整改")
    first, second, third = HazardTask.objects.filter(hazard=hazard).order_by("id")
    reported, escalated = moment("2026-12-31 10:00"), moment("2027-01-04 11:00")
    assert (first.created, first.finished, second.created) == (reported, reported, reported)
    assert (second.started, second.finished, third.created, third.finished) == (escalated, escalated, escalated, None)


def test_what_changes_no_turn_leaves_the_flow_alone(district: District) -> None:
    number = district.reach("rectifying")
    before = list(HazardTask.objects.values_list("pk", "status", "finished"))
    photo = [str(district.photo(district.teacher).pk)]
    district.do("report_progress", district.teacher, number, percent=20, progress="在做", photos=photo)
    district.do("record_control", district.safety, number, interim_control="警戒")
    district.do("amend", district.office, number, reason="核对", place="三楼")
    assert list(HazardTask.objects.values_list("pk", "status", "finished")) == before


def test_a_turn_that_another_post_ended_is_canceled(district: District) -> None:
    withdrawn = district.find(district.reach("assigned"))
    district.do("withdraw", district.office, withdrawn.number, reason="错了")
    assert rows(withdrawn)[-2:] == [
        ("assigned", STATUS.CANCELED, "第一小学安全员", "office"),
        ("filed", STATUS.NEW, "县教育局安全办经办", ""),
    ]


def test_a_returned_report_is_named_to_the_reporter(district: District) -> None:
    hazard = district.find(district.reach("returned"))
    assert rows(hazard)[-1] == ("returned", STATUS.ASSIGNED, "第一小学教职工", "teacher")


def test_every_ending_ends_the_process(district: District) -> None:
    for state in ("closed", "rejected", "voided"):
        hazard = district.find(district.reach(state))
        assert rows(hazard)[-1][0] == "end"
        assert not HazardProcess.objects.filter(hazard=hazard, finished__isnull=True).exists()


def test_only_the_engine_opens_and_ends_turns(district: District) -> None:
    district.reach("assigned")
    task = HazardTask.objects.get(finished__isnull=True)
    before = HazardTask.objects.values_list("status").get(pk=task.pk)
    activation = EngineActivation(task)
    for step in (activation.activate, activation.complete, activation.create_next, activation.activate_next,
                 activation.undo, activation.revive):  # fmt: skip
        with pytest.raises(FlowRuntimeError):
            step()
    with pytest.raises(FlowRuntimeError):
        EngineActivation.create(task.flow_task, None, None)
    assert HazardTask.objects.values_list("status").get(pk=task.pk) == before


def test_none_of_viewflows_own_pages_is_mounted() -> None:
    def modules(patterns: list[URLPattern | URLResolver]) -> set[str]:
        found: set[str] = set()
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                found |= modules(pattern.url_patterns)
            elif pattern.callback is not None:
                found.add(getattr(pattern.callback, "view_class", pattern.callback).__module__)
        return found

    mounted = modules(get_resolver().url_patterns)
    assert mounted and not any(name.startswith("viewflow") for name in mounted)


def test_every_node_keeps_a_real_lock() -> None:
    nodes = list(HazardFlow.instance.nodes())
    assert len(nodes) == 11
    assert {node.flow_class.lock_impl for node in nodes} == {hazard_lock}
    assert {node.name for node in nodes if isinstance(node, Step)} == {state for state in State if step_of(state)}


def test_the_lock_of_the_flow_is_the_lock_of_the_hazard(cloned_db: str, transactional_db: None) -> None:
    district = build_district()
    number = district.report()
    process = HazardProcess.objects.get()

    def take() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        with HazardFlow.lock(process.pk):
            return True

    with crowd(1) as people, transaction.atomic():
        Hazard.objects.select_for_update().get(receipt_number=number)
        [came] = people.at_once([take])
        assert isinstance(came.error, FlowLockFailed)
    with crowd(1) as people:
        assert [one.answer for one in people.at_once([take])] == [True]


def test_a_state_without_a_node_stops_everything() -> None:
    with pytest.raises(FlowRuntimeError):
        HazardFlow.route.node_for("lost")


def test_a_hazard_that_lost_its_turn_takes_no_act(district: District, damaged: None) -> None:
    """Better a refusal that check_consistency explains than an open hazard that nobody is asked about."""
    number = district.reach("assigned")
    HazardTask.objects.filter(finished__isnull=True).update(finished=district.at)
    before = district.find(number).last_seq
    with pytest.raises(IntegrityError), transaction.atomic():
        district.sign(number)
    assert district.find(number).last_seq == before
