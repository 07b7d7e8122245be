"""Races about listings."""

from __future__ import annotations

from collections.abc import Callable

from tests.races.entries import Data, Entry, entry
from tests.support import listed
from tests.support.district import District

DECLINE = {"ruling": "decline", "opinion": "不够条件"}


def _notice(d: District) -> Data:
    return {
        "what": "notice", "authority": "city", "lister_name": "市政府", "number": "政1号", "term_on": "2027-05-31",
        "photos": [str(d.photo(d.office).pk)],
    }  # fmt: skip


LISTINGS: dict[str, tuple[Callable[[District], str], list[Entry]]] = {
    "it may be proposed": (
        lambda d: d.reach("rectifying"),
        [
            entry("propose_listing", "office", trigger="L-4", reason="推进会明确"),
            entry("propose_listing", "director", trigger="L-8", reason="选定"),
            Entry("record_listing", "office", _notice),
        ],
    ),
    "it is proposed": (
        listed.proposed,
        [
            entry("decide_listing", "leader", ruling="list"),
            entry("decide_listing", "chief", **DECLINE),
            Entry("record_listing", "office", _notice),
        ],
    ),
    "it is accepted": (
        listed.accepted,
        [
            entry("delist", "leader", opinion="同意"),
            entry("delist", "chief", opinion="同意"),
            entry("return_closure", "director", doubt="照片不清"),
        ],
    ),
}
