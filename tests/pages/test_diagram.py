"""流程图 of one hazard, drawn from the flow and its task rows, and flows as BPMN 2.0."""

from xml.etree import ElementTree

import pytest

from hazards.models import HazardEvent
from hazards.selectors import access_hazard
from workflows.bpmn import FLOWS
from workflows.diagram import draw
from workflows.flows import HazardFlow
from workflows.graph import hazard_graph
from workflows.nodes import Begin, Finish, Step
from workflows.run import read_run

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
HTMX = {"HX-Request": "true"}


def run_of(d, who, number):
    return read_run(access_hazard(who, number, d.at))


def test_the_graph_holds_every_node_that_waits_and_no_other():
    drawn = {node.name for node in HazardFlow.instance.nodes() if isinstance(node, Begin | Step | Finish)}
    assert set(hazard_graph().nodes) == drawn
    assert hazard_graph().spine[0] == "start" and hazard_graph().spine[-1] == "end"
    assert set(hazard_graph().spine) >= {"reported", "filed", "assigned", "rectifying", "submitted", "verified"}


def test_passed_current_and_ahead(d):
    run = run_of(d, d.office, d.reach("rectifying"))
    told = [(turn.node, turn.what, turn.who_post, turn.is_now) for turn in run.turns]
    assert told == [
        ("start", "上报", "第一小学教职工", False),
        ("reported", "报送上级", "第一小学安全员", False),
        ("reported", "建档", "县教育局安全办经办", False),
        ("filed", "交办", "县教育局安全办经办", False),
        ("assigned", "签收", "第一小学安全员", False),
        ("rectifying", "", "", True),
    ]
    assert run.ahead == ["submitted", "verified", "end"]
    looks = {box.label: box.look for box in draw(run).boxes}
    assert looks["待签收"] == "passed" and looks["整改中"] == "now" and looks["待销号"] == "ahead"


def test_the_schools_own_path_skips_what_it_does_not_touch(d):
    number = d.reach_own("submitted")
    run = run_of(d, d.principal, number)
    assert run.ahead == ["end"]
    assert {box.label for box in draw(run).boxes if box.look == "apart"} >= {"待交办", "待签收", "待销号"}
    d.do("confirm_and_close", d.principal, number)
    run = run_of(d, d.principal, number)
    assert run.current is None and run.ahead == [] and run.turns[-1].label == "已销号"


def test_a_way_back_is_drawn_where_it_was_taken(d):
    number = d.reach("submitted")
    before = draw(run_of(d, d.office, number))
    d.do("fail_verification", d.office, number, failed_points="栏杆仍松动")
    run = run_of(d, d.office, number)
    after = draw(run)
    assert ("submitted", "rectifying") in run.moves()
    assert sum(line.is_travelled for line in after.lines) == sum(line.is_travelled for line in before.lines) + 1
    assert {box.label: box.n_times for box in after.boxes}["待复查"] == 0
    d.submit(number)
    d.do("fail_verification", d.office, number, failed_points="栏杆仍松动")
    assert {box.label: box.n_times for box in draw(run_of(d, d.office, number)).boxes}["待复查"] == 2


def test_what_hangs_beside_the_line_is_drawn_where_it_was_taken(d):
    labels = {box.label for box in draw(run_of(d, d.safety, d.report())).boxes}
    assert "退回补充" not in labels
    assert "退回补充" in {box.label for box in draw(run_of(d, d.safety, d.reach("returned"))).boxes}


@pytest.mark.parametrize(
    "state",
    [
        "reported",
        "returned",
        "rejected",
        "filed",
        "assigned",
        "rectifying",
        "submitted",
        "verified",
        "closed",
        "voided",
    ],
)
def test_every_state_can_be_looked_at(d, signed_in, state):
    number = d.reach(state)
    who = d.safety if state in ("reported", "returned", "rejected") else d.office
    part = signed_in(who).get(f"/hazards/{number}/flow/", headers=HTMX).content.decode()
    assert (
        "<svg" in part and "<html" not in part and "aria-current" in part or state in ("rejected", "closed", "voided")
    )
    assert "<html" in signed_in(who).get(f"/hazards/{number}/flow/").content.decode()


def test_the_drawing_keeps_the_policy(d, signed_in):
    part = signed_in(d.office).get(f"/hazards/{d.reach('verified')}/flow/", headers=HTMX).content.decode()
    assert "style=" not in part and "<script" not in part and "onclick" not in part


def test_the_file_leads_to_it_without_script(d, signed_in):
    number = d.report()
    assert f'href="/hazards/{number}/flow/"' in signed_in(d.safety).get(f"/hazards/{number}/").content.decode()


@pytest.mark.parametrize("path", ["flow/", "flow.bpmn"])
def test_an_outsider_finds_nothing(d, signed_in, path):
    assert signed_in(d.outsider).get(f"/hazards/{d.report()}/{path}").status_code == 404


def test_who_reported_direct_stays_unnamed(d, signed_in):
    number = d.report(channel="direct")
    d.do("file", d.office, number, level="general", domain="04", competence="school")
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固")
    for who, is_told in ((d.safety, False), (d.office, True)):
        answer = signed_in(who).get(f"/hazards/{number}/flow/")
        assert answer.status_code == 200 and (d.teacher.name in answer.content.decode()) == is_told


def test_who_ended_a_turn_is_who_acted(d):
    number = d.reach("verified")
    run = run_of(d, d.office, number)
    acted = set(HazardEvent.objects.filter(hazard=d.find(number)).values_list("actor_name", flat=True))
    assert {turn.who for turn in run.turns if turn.who} == acted


def test_statements_do_not_grow_with_history(d, django_assert_max_num_queries):
    number = d.reach("submitted")
    for _ in range(4):
        d.do("fail_verification", d.office, number, failed_points="仍松动")
        d.submit(number)
    case = access_hazard(d.office, number, d.at)
    with django_assert_max_num_queries(3):
        draw(read_run(case))


# --- BPMN -----------------------------------------------------------------------------------------------------------


def parse(answer):
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    return ElementTree.fromstring(answer.content)


def names_in(root):
    return {one.get("id"): one.get("name") for one in root.find(f"{BPMN}process") if one.get("name")}


def test_the_flow_is_valid_bpmn(d, signed_in):
    root = parse(signed_in(d.office).get("/process/hazard.bpmn"))
    assert root.tag == f"{BPMN}definitions"
    process = root.find(f"{BPMN}process")
    nodes = {one.get("id"): one.tag.removeprefix(BPMN) for one in process if one.tag != f"{BPMN}sequenceFlow"}
    steps = [node.name for node in HazardFlow.instance.nodes() if isinstance(node, Step)]
    assert {nodes[f"id_node_{name}"] for name in steps} == {"userTask"}
    assert sorted(set(nodes.values())) == ["endEvent", "exclusiveGateway", "startEvent", "userTask"]
    flows = process.findall(f"{BPMN}sequenceFlow")
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert flows and all(one.get("sourceRef") in nodes and one.get("targetRef") in nodes for one in flows)
    told = {ref.text for ref in process.iter() if ref.tag in (f"{BPMN}incoming", f"{BPMN}outgoing")}
    assert told == {one.get("id") for one in flows}
    shapes = {one.get("bpmnElement") for one in root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape")}
    assert shapes == set(nodes)


def test_its_words_are_chinese(d, signed_in):
    named = names_in(parse(signed_in(d.office).get("/process/hazard.bpmn")))
    assert not [name for name in named.values() if name.isascii()]
    assert named["id_node_submitted"] == "待复查"


def test_a_run_says_how_far_it_came_and_names_nobody(d, signed_in):
    answer = signed_in(d.safety).get(f"/hazards/{d.reach('rectifying')}/flow.bpmn")
    named = names_in(parse(answer))
    assert named["id_node_assigned"] == "待签收 (已办)"
    assert named["id_node_rectifying"] == "整改中 (正在办理)"
    assert named["id_node_verified"] == "待销号"
    assert not [person.name for person in d.people.values() if person.name in answer.content.decode()]


def test_the_flow_is_for_managers_and_an_unknown_one_is_not_found(d, signed_in):
    assert signed_in(d.teacher).get("/process/hazard.bpmn").status_code == 403
    assert signed_in(d.office).get("/process/nothing.bpmn").status_code == 404


# --- small machines -------------------------------------------------------------------------------------------------


def test_what_goes_on_beside_it_is_told(d, signed_in):
    number = d.reach("assigned")
    d.do("void", d.director, number, reason="重复录入")
    (side,) = run_of(d, d.office, number).sides
    assert side.title == "会签" and [(turn.label, turn.post, turn.is_now) for turn in side.turns] == [
        ("待会签", "县教育局分管领导", True)
    ]
    assert "同时在办的事项" in signed_in(d.office).get(f"/hazards/{number}/flow/").content.decode()
    d.do("decline_countersign", d.leader, number, note="情况属实，不作废")
    (side,) = run_of(d, d.office, number).sides
    assert [(turn.what, turn.who, turn.is_now) for turn in side.turns] == [("会签不同意", d.leader.name, False)]


@pytest.mark.parametrize("name", FLOWS)
def test_each_flow_can_be_taken_away(d, signed_in, name):
    root = parse(signed_in(d.office).get(f"/process/{name}.bpmn"))
    named = names_in(root)
    assert not [label for label in named.values() if label.isascii()]
    assert {one.tag for one in root.find(f"{BPMN}process")} >= {
        f"{BPMN}userTask",
        f"{BPMN}endEvent",
        f"{BPMN}startEvent",
    }


# --- outside the school ---------------------------------------------------------------------------------------------


@pytest.fixture
def referred(d):
    """A blocked fire lane: the bureau asks the county, which is to order the fire brigade."""
    number = d.report(domain="02", place="校门外", description="消防车通道被占用")
    d.do("escalate", d.safety, number, reason="属消防部门职责")
    d.do("file", d.office, number, level="general", domain="02", competence="department")
    d.do(
        "refer",
        d.office,
        number,
        to=d.units["gov"].pk,
        lead=d.units["fire"].pk,
        reason="须消防执法",
        control="派人疏导",
    )
    d.do("confirm_countersign", d.leader, number)
    return number


def test_a_referral_is_on_the_way_to_closure(d, referred):
    run = run_of(d, d.coordinator, referred)
    assert run.current.node == "referred" and run.ahead == ["assigned", "rectifying", "submitted", "verified", "end"]
    d.do("assign_referred", d.coordinator, referred, lead=d.units["fire"].pk, requirements="依法清障")
    run = run_of(d, d.fire, referred)
    assert run.current.post == "消防救援大队联络员"
    assert ("filed", "referred") in run.moves() and ("referred", "assigned") in run.moves()
    assert "apart" not in {box.look for box in draw(run).boxes}


def test_an_appeal_begins_anew_and_both_times_are_told(d, signed_in):
    number = d.reach("rejected")
    d.do("appeal", d.teacher, number, reason="栏杆仍在晃动")
    run = run_of(d, d.office, number)
    assert [(turn.cycle, turn.node) for turn in run.turns] == [
        (1, "start"), (1, "reported"), (1, "end"), (2, "start"), (2, "reported"),
    ]  # fmt: skip
    assert [turn.what for turn in run.turns] == ["上报", "不予登记", "", "申诉", ""]
    assert run.moves() == {("start", "reported")}
    page = signed_in(d.office).get(f"/hazards/{number}/flow/").content.decode()
    assert "第 2 次办理" in page and "不予登记" in page
