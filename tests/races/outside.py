"""Races over hazards that somebody outside the school has to solve."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from organizations.kinds import UnitKind
from organizations.models import Unit
from tests.races.entries import Data, Entry, by_time, entry
from tests.support import outside as o
from tests.support.district import District, make_unit

AMEND = entry("amend", "office", reason="核对", place="三楼")
WITHDRAW = {"reason": "点错了"}
_serial = count(1)


def _lead(unit: str, **more: object) -> Callable[[District], Data]:
    return lambda d: {"lead": d.units[unit].pk, **more}


def _sign(d: District) -> Data:
    return {"handler": d.fire.pk, "interim_control": "值守"}


def _served(d: District) -> Data:
    return {"receiver": "门卫", "photos": o.scans(d, d.coordinator)}


def _asked(d: District) -> str:
    number = o.ordered(d)
    d.do("request_return", d.fire, number, reason="属城管")
    return number


def _with_paper(d: District) -> str:
    number = d.report(d.fire, domain="02", paper_name="责令限期改正通知书", paper_limit_on="2026-12-10")
    d.do("file", d.office, number, level="general", domain="02", competence="school")
    return number


def _of_merged_school(d: District) -> str:
    """The merger itself moves it in its own transaction; here it is left to whoever comes first."""
    unit = make_unit(UnitKind.SCH, f"撤并小学{next(_serial)}", d.units["central"])
    number = d.report(d.office, unit=unit.pk)
    d.do("file", d.office, number, level="general", domain="04", competence="bureau")
    Unit.objects.filter(pk=unit.pk).update(merged_into=d.units["sibling"])
    return number


_TRANSFER = Entry("transfer", "coordinator", _lead("town", reason="属乡镇", requirements="清理"))

OUTSIDE: dict[str, tuple[Callable[[District], str], list[Entry]]] = {
    "another's duty": (
        o.filed,
        [
            Entry("notify", "office", _lead("fire", requirements="清理", letter="函 1 号", control="值守")),
            Entry("notify", "director", _lead("town", requirements="清理", letter="函 2 号", control="值守")),
            entry("withdraw", "office", **WITHDRAW),
            entry("void", "director", reason="重复"),
            AMEND,
        ],
    ),
    "referred to the county": (
        o.referred,
        [
            Entry("assign_referred", "coordinator", _lead("fire", requirements="清理")),
            entry("claim", "fire", requirements="由我队办理"),
            entry("send_back_referral", "coordinator", ruling="归学校", competence="school"),
            AMEND,
        ],
    ),
    "asked by letter": (
        o.notified,
        [
            Entry("sign", "fire", _sign),
            entry("request_return", "fire", reason="属城管"),
            Entry("transfer", "office", _lead("town", reason="属乡镇", requirements="清理")),
            entry("withdraw", "office", **WITHDRAW),
            by_time("lapse_notice", days=30),
        ],
    ),
    "ordered by the county": (
        o.ordered,
        [
            _TRANSFER,
            Entry("sign", "fire", _sign),
            Entry("record_service", "coordinator", _served),
            entry("request_return", "fire", reason="属城管"),
            by_time("deem_received", days=30),
        ],
    ),
    "a return is asked for while the office transfers": (
        _asked,
        [
            _TRANSFER,
            entry("rule_return", "coordinator", ruling="keep", reason="属消防"),
            entry("rule_return", "coordinator", ruling="back", reason="收回"),
            Entry("sign", "fire", _sign),
        ],
    ),
    "a legal paper": (
        _with_paper,
        [entry("move_paper_limit", "fire", limit_on="2026-12-20", reason="材料未到"), AMEND],
    ),
    "a school merged away": (
        _of_merged_school,
        [by_time("move_unit", reason="合并"), AMEND, entry("void", "director", reason="重复")],
    ),
}
