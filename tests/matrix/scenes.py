"""Hazards on which the acts beyond the plain loop are due: how they came there, who reads them, who may do what.

Written by hand from architecture 3.2 to 3.4, beside the stories of `scope.py`; nothing here asks the code under test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.matrix.scope import BUREAU, CENTRAL, DESK, Roles, roles
from tests.support import listed
from tests.support import measured as m
from tests.support import outside as o
from tests.support.district import District
from tests.support.policies import second_policy

if TYPE_CHECKING:
    from tests.matrix.world import World

Data = Mapping[str, Any]
OFFICE = DESK["edu"]
LEADERS = roles("leader chief")
ABOVE = OFFICE | LEADERS
HIGH = roles("director") | LEADERS
SCHOOL, SIBLING = DESK["school"], DESK["sibling"]
# Who reads what a teacher of the first school reported.
CHAIN = SCHOOL | CENTRAL | BUREAU | {"teacher"}
COUNTY = roles("coordinator")
NOBODY: Roles = frozenset()


@dataclass(frozen=True)
class Due:
    """Who does it and who meets a guard; what is sent, of the world and who sends it."""

    works: Roles
    data: Callable[[World, str], Data] = lambda world, role: {}
    guarded: Roles = NOBODY
    # Where a photo of the sender goes.
    photos: str = ""


@dataclass(frozen=True)
class Scene:
    reach: Callable[[District], str]
    readers: Roles
    acts: Mapping[str, Due]


def _says(**data: Any) -> Callable[[World, str], Data]:
    return lambda world, role: data


def _lead(unit: str, **data: Any) -> Callable[[World, str], Data]:
    return lambda world, role: {"lead": world.unit(unit), **data}


def _to(unit: str, **data: Any) -> Callable[[World, str], Data]:
    return lambda world, role: {"to": world.unit(unit), **data}


def _asked_back(d: District) -> str:
    number = o.ordered(d)
    d.do("request_return", d.fire, number, reason="属城管")
    return number


def _with_part(state: str) -> Callable[[District], str]:
    def reach(d: District) -> str:
        number = d.reach_with("sibling")
        if state != "sent":
            d.do("sign_part", d.sibling_safety, number, handler=d.sibling_safety.pk)
        if state == "done":
            d.do("finish_part", d.sibling_safety, number, result="已办")
        return number

    return reach


def _supported(d: District) -> str:
    number = d.reach("rectifying")
    d.do("request_support", d.safety, number, kind="project", reason="立项")
    return number


def _merged(d: District) -> str:
    master, other = d.reach("filed"), d.reach("filed")
    d.do("merge", d.office, other, master=master, reason="同一处")
    return other


def _to_be_voided(d: District) -> str:
    number = d.reach("assigned")
    d.do("void", d.director, number, reason="重复")
    return number


def _with_paper(d: District) -> str:
    number = d.report(d.fire, domain="02", paper_name="责令限期改正通知书", paper_limit_on="2026-12-10")
    d.do("file", d.office, number, level="general", domain="02", competence="school")
    return number


def _instructed(d: District) -> str:
    number = d.reach("rectifying")
    d.do("instruct", d.leader, number, to=d.units["school"].pk, instruction="请报进展")
    return number


def _open_to_read(d: District) -> str:
    number = d.reach("filed")
    d.do("grant_reading", d.director, number, reader=d.investigator.pk, until_on="2026-12-01", reason="调查")
    return number


EXTENSION = {"until_on": "2026-12-12", "reason_kind": "works", "reason": "须招标", "control": "封闭走廊"}
ORDER = {"kind": "room", "scope": "二楼走廊", "reason": "栏杆松动", "guard": "保安值守"}


def _with_other_rules(d: District) -> str:
    number = d.reach("rectifying")
    second_policy(d)
    return number


def _asking_time(d: District) -> str:
    number = d.reach("rectifying")
    d.do("request_extension", d.safety, number, **EXTENSION)
    return number


def _stopped(d: District) -> str:
    number = d.reach("rectifying")
    d.do("suspend", d.office, number, **ORDER, photos=[str(d.photo(d.office).pk)])
    return number


def _to_be_used_again(d: District) -> str:
    number = _stopped(d)
    d.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    return number


APPRAISAL = {"grade": "B", "body": "测试公司", "report_number": "1", "appraised_on": "2026-11-20"}
YEARS = {
    "reason": "budget", "note": "下年度", "year": 2027, "until_on": "2028-08-31", "milestones": "2027-03-31 招标", "control": "停用",
}  # fmt: skip
WORK = SCHOOL | {"teacher"}
CONTROL = WORK | ABOVE

SCENES: dict[str, Scene] = {
    "another's duty": Scene(
        o.filed, CHAIN,
        {
            "notify": Due(ABOVE, _lead("fire", requirements="清理", letter="函1号", control="值守")),
            "refer": Due(ABOVE, _to("gov", reason="须协调", control="值守")),
            "regrade": Due(OFFICE, _says(level="significant", reason="达到较大")),
        },
    ),
    "referred": Scene(
        o.referred, CHAIN | COUNTY | {"fire"},
        {
            "assign_referred": Due(COUNTY, _lead("town", requirements="清理")),
            "claim": Due(roles("fire"), _says(requirements="由我队办理")),
            "send_back_referral": Due(COUNTY, _says(ruling="归学校", competence="school")),
        },
    ),
    "ordered": Scene(
        o.ordered, CHAIN | COUNTY | {"fire"},
        {
            "record_service": Due(COUNTY, _says(receiver="门卫"), photos="photos"),
            "transfer": Due(COUNTY, _lead("town", reason="属乡镇", requirements="清理")),
            "request_return": Due(roles("fire"), _says(reason="属城管")),
            "change_parties": Due(
                COUNTY, lambda world, role: {"reason": "加", "add": [world.unit("town")], "co_task": "疏导"}, guarded=roles("fire")
            ),
        },
    ),
    "ordered of who has no account": Scene(
        lambda d: o.ordered(d, "transport"), CHAIN | COUNTY, {"request_return": Due(NOBODY, _says(reason="属城管"))}
    ),
    "asked back": Scene(
        _asked_back, CHAIN | COUNTY | {"fire"}, {"rule_return": Due(COUNTY, _says(ruling="keep", reason="属消防"))}
    ),
    "a part to sign": Scene(
        _with_part("sent"), CHAIN | SIBLING, {"sign_part": Due(SIBLING, lambda world, role: {"handler": world.person("sibling_safety")})}
    ),
    "a part at work": Scene(_with_part("signed"), CHAIN | SIBLING, {"finish_part": Due(SIBLING, _says(result="已办"))}),
    "a part done": Scene(
        _with_part("done"), CHAIN | SIBLING,
        {"confirm_part": Due(SCHOOL), "return_part": Due(SCHOOL, _says(defects="未办完"))},
    ),
    "at work": Scene(
        lambda d: d.reach("rectifying"), CHAIN,
        {
            "request_support": Due(SCHOOL, _says(kind="project", reason="立项")),
            "schedule": Due(LEADERS, _says(**YEARS), photos="photos"),
            "eliminate": Due(LEADERS, _says(closure_type="demolished", decision="9号", arrangement="分流"), photos="photos"),
            "record_appraisal": Due(CONTROL, _says(**APPRAISAL), photos="photos"),
            "remind": Due(ABOVE, _to("school", message="请抓紧")),
            "propose_measure": Due(ABOVE, _to("school", kind="bulletin", cause="不动", content="三次催办未回应")),
            "instruct": Due(LEADERS, _to("school", instruction="抓紧")),
            "seal": Due(HIGH, _says(reason="事故")),
            "grant_reading": Due(HIGH, lambda world, role: {"reader": world.person("investigator"), "until_on": "2026-12-01", "reason": "调查"}),
        },
    ),
    "a measure to sign": Scene(m.proposed, CHAIN, {"decide_measure": Due(LEADERS, _says(ruling="issue"))}),
    "a talk to hold": Scene(
        lambda d: m.proposed_and_issued(d, "interview"), CHAIN,
        {"record_interview": Due(ABOVE, lambda world, role: m.minutes(world.d))},
    ),
    "a bulletin to answer": Scene(m.asked, CHAIN, {"reply_measure": Due(SCHOOL, _says(reply="已整改"))}),
    "a bulletin issued": Scene(
        m.proposed_and_issued, CHAIN, {"withdraw_measure": Due(roles("leader"), _says(reason="误发"))}
    ),
    "in time": Scene(
        lambda d: d.reach("rectifying"), CHAIN,
        {
            "request_extension": Due(SCHOOL, _says(**EXTENSION)),
            "set_limit": Due(ABOVE, _says(limit_on="2026-12-31", reason="增加内容")),
            "suspend": Due(SCHOOL | ABOVE, _says(**ORDER), photos="photos"),
        },
    ),
    "of special weight": Scene(
        lambda d: d.reach("rectifying"), CHAIN,
        {
            "propose_listing": Due(ABOVE, _says(trigger="L-4", reason="推进会明确")),
            "record_listing": Due(
                OFFICE,
                _says(what="notice", authority="city", lister_name="市政府", number="政1号", term_on="2027-05-31"),
                photos="photos",
            ),
        },
    ),
    "a listing to decide": Scene(listed.proposed, CHAIN, {"decide_listing": Due(LEADERS, _says(ruling="list"))}),
    "listed": Scene(
        listed.listed, CHAIN,
        {"visit_supervision": Due(ABOVE, _says(visited_on="2026-11-23", people="两人", findings="已进场"))},
    ),
    "a listing accepted": Scene(listed.accepted, CHAIN, {"delist": Due(LEADERS, _says(opinion="同意摘牌"))}),
    "other rules issued": Scene(
        _with_other_rules, CHAIN,
        {"adopt_policy": Due(HIGH, lambda world, role: {"policy": second_policy(world.d), "reason": "按新规则办理"})},
    ),
    "more time asked": Scene(
        _asking_time, CHAIN,
        {
            "withdraw_extension": Due(SCHOOL, _says(reason="填错")),
            "rule_extension": Due(HIGH, _says(ruling="grant", opinion="同意")),
        },
    ),
    "out of use": Scene(
        _stopped, CHAIN,
        {"prove_guard": Due(SCHOOL, _says(note="封条完好")), "end_use": Due(LEADERS, _says(decision="纪要9号"))},
    ),
    "to be used again": Scene(
        _to_be_used_again, CHAIN,
        {
            "request_resume": Due(SCHOOL, _says(basis="复查合格")),
            "rule_resume": Due(HIGH, _says(ruling="grant", opinion="同意")),
        },
    ),
    "support asked": Scene(_supported, CHAIN, {"answer_support": Due(ABOVE, _says(ruling="grant", answer="同意"))}),
    "a plan to send": Scene(
        lambda d: d.reach_plan("draft"), CHAIN,
        {"save_plan": Due(WORK, _says(goal="另改")), "submit_plan": Due(WORK)},
    ),
    "a plan in review": Scene(
        lambda d: d.reach_plan("in_review"), CHAIN,
        {"approve_plan": Due(HIGH), "return_plan": Due(HIGH, _says(comment="补"))},
    ),
    "graded major": Scene(
        lambda d: d.graded("major", "assigned"), CHAIN,
        {
            "record_double_report": Due(
                SCHOOL | ABOVE, _says(to="staff", receiver="大会", reported_on="2026-11-23"), photos="photos"
            )
        },
    ),
    "told as done": Scene(
        lambda d: d.reach("submitted"), CHAIN, {"arrange_visit": Due(ABOVE, _says(visit_on="2026-11-25", visitors="两人"))}
    ),
    "closed": Scene(
        lambda d: d.reach("closed"), CHAIN,
        {
            "look_back": Due(ABOVE, _says(result="holds", findings="好")),
            "reopen": Due(ABOVE, _says(cause="rebound", findings="又松"), photos="photos"),
        },
    ),
    "rejected": Scene(lambda d: d.reach("rejected"), CHAIN, {"appeal": Due(roles("teacher"), _says(reason="确有"))}),
    "one of two": Scene(
        lambda d: d.report(), CHAIN, {"merge": Due(SCHOOL, lambda world, role: {"master": world.numbers["own", "reported"], "reason": "同一处"})}
    ),
    "merged": Scene(_merged, CHAIN, {"unmerge": Due(ABOVE, _says(reason="不是"))}),
    "to be voided": Scene(
        _to_be_voided, CHAIN,
        {
            "confirm_countersign": Due(LEADERS),
            "decline_countersign": Due(HIGH, _says(note="不是重复")),
        },
    ),
    "under a paper": Scene(
        _with_paper, (CHAIN - {"teacher"}) | {"fire"},
        {"move_paper_limit": Due(roles("fire"), _says(limit_on="2026-12-20", reason="材料未到"))},
    ),
    "instructed": Scene(_instructed, CHAIN, {"reply_instruction": Due(SCHOOL, _says(reply="已办"))}),
    "open to read": Scene(_open_to_read, CHAIN | {"investigator"}, {"seal": Due(HIGH, _says(reason="事故"))}),
}  # fmt: skip


def scenes_of(action: str) -> list[str]:
    return [name for name, scene in SCENES.items() if action in scene.acts]


# In the order of the scenes.
ACTED = tuple(dict.fromkeys(action for scene in SCENES.values() for action in scene.acts))
