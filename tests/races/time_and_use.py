"""Races about more time and about what is out of use."""

from __future__ import annotations

from collections.abc import Callable

from tests.races.entries import Data, Entry, entry
from tests.support.district import District

MORE = {"until_on": "2026-12-12", "reason_kind": "works", "reason": "须招标", "control": "封闭走廊"}
ORDER = {"kind": "room", "reason": "栏杆松动", "guard": "保安值守"}
REPORT = {
    "report": "已换", "cost": 0, "responsibility": "甲", "measures": "乙", "funding": "丙", "deadline": "丁", "contingency": "戊",
}  # fmt: skip


def _order(who: str, scope: str) -> Callable[[District], Data]:
    return lambda d: {**ORDER, "scope": scope, "photos": [str(d.photo(d.people[who]).pk)]}


def _submit(d: District) -> Data:
    return {**REPORT, "photos": [str(d.photo(d.principal).pk)]}


def _asked(d: District) -> str:
    number = d.reach("rectifying")
    d.do("request_extension", d.safety, number, **MORE)
    return number


def _stopped(d: District) -> str:
    number = d.reach("rectifying")
    d.do("suspend", d.office, number, **_order("office", "二楼走廊")(d))
    return number


def _repaired(d: District) -> str:
    number = _stopped(d)
    d.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    return number


TIME_AND_USE: dict[str, tuple[Callable[[District], str], list[Entry]]] = {
    "time may be asked for": (
        lambda d: d.reach("rectifying"),
        [
            entry("request_extension", "safety", **MORE),
            entry("request_extension", "principal", **MORE),
            entry("set_limit", "office", limit_on="2026-12-31", reason="增加内容"),
            entry("set_limit", "director", limit_on="2026-12-20", reason="增加内容"),
            Entry("submit", "principal", _submit),
        ],
    ),
    "time is asked for": (
        _asked,
        [
            entry("rule_extension", "director", ruling="grant", opinion="同意"),
            entry("rule_extension", "leader", ruling="refuse", opinion="可按期完成"),
            entry("withdraw_extension", "safety", reason="填错"),
            Entry("submit", "principal", _submit),
        ],
    ),
    "something is out of use": (
        _stopped,
        [
            entry("end_use", "leader", decision="纪要9号"),
            entry("end_use", "chief", decision="纪要9号"),
            Entry("suspend", "safety", _order("safety", "三楼走廊")),
            Entry("suspend", "office", _order("office", "四楼走廊")),
        ],
    ),
    "something may be used again": (
        _repaired,
        [
            entry("request_resume", "principal", basis="复查合格"),
            entry("request_resume", "safety", basis="复查合格"),
            entry("rule_resume", "director", ruling="grant", opinion="同意"),
            entry("end_use", "leader", decision="纪要9号"),
        ],
    ),
}
