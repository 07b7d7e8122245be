"""Races over levels, second persons and corrections."""

from __future__ import annotations

from collections.abc import Callable

from tests.races.entries import Data, Entry, entry
from tests.support import outside
from tests.support.district import District

AMEND = {"reason": "核对", "place": "三楼"}


def _people(d: District) -> Data:
    return {"leader": d.principal.pk, "handler": d.teacher.pk, "interim_control": "警戒"}


def _double_report(d: District) -> Data:
    photos = [str(d.photo(d.safety).pk)]
    return {"to": "staff", "receiver": "教职工大会", "reported_on": "2026-11-23", "photos": photos}


def _proposed(d: District) -> str:
    number = d.reach("assigned")
    d.do("void", d.director, number, reason="重复")
    return number


def _referral(d: District) -> Data:
    return {"to": d.units["gov"].pk, "reason": "须县里协调", "control": "值守"}


def _reading(d: District) -> Data:
    return {"reader": d.investigator.pk, "until_on": "2026-12-01", "reason": "调阅"}


def _master(d: District) -> Data:
    return {"master": d.report(d.safety), "reason": "同一处"}


def _merged(d: District) -> str:
    master, other = d.reach("filed"), d.reach("filed")
    d.do("merge", d.office, other, master=master, reason="同一处")
    return other


def _found_back(who: str) -> Callable[[District], Data]:
    return lambda d: {"cause": "rebound", "findings": "又松了", "photos": [str(d.photo(d.people[who]).pk)]}


def _instructed(d: District) -> str:
    number = d.reach("rectifying")
    d.do("instruct", d.leader, number, to=d.units["school"].pk, instruction="请报进展")
    return number


CORRECTIONS: dict[str, tuple[Callable[[District], str], list[Entry]]] = {
    "graded": (
        lambda d: d.graded("major", "assigned"),
        [
            Entry("sign", "safety", _people),
            entry("regrade", "office", level="general", reason="达不到"),
            Entry("record_double_report", "safety", _double_report),
            entry("void", "leader", reason="重复"),
            Entry("instruct", "chief", lambda d: {"to": d.units["school"].pk, "instruction": "盯办"}),
        ],
    ),
    "a second person is asked": (
        _proposed,
        [
            entry("confirm_countersign", "leader"),
            entry("confirm_countersign", "chief"),
            entry("decline_countersign", "leader", note="不是重复"),
            entry("decline_countersign", "director", note="点错了"),
            Entry("sign", "safety", _people),
        ],
    ),
    "not the school's": (
        outside.filed,
        [
            Entry("refer", "office", _referral),
            Entry("refer", "director", _referral),
            entry("amend", "office", **AMEND),
        ],
    ),
    "rejected": (
        lambda d: d.reach("rejected"),
        [
            entry("appeal", "teacher", reason="确有松动"),
            entry("seal", "director", reason="事故"),
            Entry("grant_reading", "director", _reading),
        ],
    ),
    "one of two": (
        lambda d: d.report(),
        [
            Entry("merge", "safety", _master),
            Entry("merge", "principal", _master),
            entry("file", "safety", level="general", domain="04", competence="school"),
            entry("escalate", "principal", reason="无力整改"),
        ],
    ),
    "merged": (
        _merged,
        [
            entry("unmerge", "office", reason="不是"),
            entry("unmerge", "director", reason="不是"),
            entry("seal", "leader", reason="事故"),
        ],
    ),
    "closed": (
        lambda d: d.reach("closed"),
        [
            Entry("reopen", "office", _found_back("office")),
            Entry("reopen", "director", _found_back("director")),
            entry("seal", "director", reason="事故"),
        ],
    ),
    "instructed": (
        _instructed,
        [
            entry("reply_instruction", "safety", reply="已办"),
            entry("reply_instruction", "principal", reply="已办"),
            entry("amend", "office", **AMEND),
        ],
    ),
    "to be visited": (
        lambda d: d.reach("submitted"),
        [
            entry("arrange_visit", "office", visit_on="2026-11-25", visitors="两人"),
            entry("arrange_visit", "director", visit_on="2026-11-26", visitors="两人"),
            entry("pass_verification", "office", opinion="合格"),
        ],
    ),
}
