"""Races about measures of the ladder and about versions of the rules."""

from __future__ import annotations

from collections.abc import Callable

from deadlines.models import Policy
from deadlines.policies import forget
from hazards.models import Measure
from tests.races.entries import Data, Entry, entry
from tests.support.district import District
from tests.support.policies import second_policy


def _with_other_rules(d: District) -> str:
    """Filed under the first version, also when an earlier race has issued the second."""
    second_policy(d)
    first, second = Policy.objects.filter(number=1), Policy.objects.exclude(number=1)
    issued = dict(second.values_list("pk", "issued_at"))
    ends = first.get().valid_until
    second.update(issued_at=None)
    first.update(valid_until=None)
    forget()
    number = d.reach("rectifying")
    first.update(valid_until=ends)
    for pk, at in issued.items():
        second.filter(pk=pk).update(issued_at=at)
    forget()
    return number


def _proposal(d: District) -> Data:
    return {
        "kind": "interview", "to": d.units["school"].pk, "cause": "多次催办不动", "content": "三次催办未回应",
        "interview_type": "reminder",
    }  # fmt: skip


def _drafted(d: District) -> str:
    number = d.reach("rectifying")
    d.do("propose_measure", d.office, number, **_proposal(d))
    return number


def _called(d: District) -> str:
    number = _drafted(d)
    d.do("decide_measure", d.leader, number, ruling="issue")
    return number


def _talk(d: District) -> Data:
    return {
        "held_on": d.at.date().isoformat(), "held_time": "15:00", "place": "会议室", "host": "分管领导", "people": "校长",
        "minutes": "已谈", "promises": "十日内完成",
    }  # fmt: skip


def _talked(d: District) -> str:
    number = _called(d)
    d.do("record_interview", d.office, number, **_talk(d))
    assert Measure.objects.filter(state="awaiting_reply").exists()
    return number


MEASURED: dict[str, tuple[Callable[[District], str], list[Entry]]] = {
    "a measure may be proposed": (
        lambda d: d.reach("rectifying"),
        [
            Entry("propose_measure", "office", _proposal),
            Entry("propose_measure", "director", _proposal),
        ],
    ),
    "other rules were issued": (
        _with_other_rules,
        [
            Entry("adopt_policy", "director", lambda d: {"policy": second_policy(d), "reason": "统一规则"}),
            Entry("propose_measure", "office", _proposal),
        ],
    ),
    "a measure is drafted": (
        _drafted,
        [
            entry("decide_measure", "leader", ruling="issue"),
            entry("decide_measure", "leader", ruling="decline", opinion="再给机会"),
        ],
    ),
    "an interview is called": (
        _called,
        [Entry("record_interview", "office", _talk), entry("withdraw_measure", "leader", reason="有误")],
    ),
    "an answer is owed": (
        _talked,
        [
            entry("reply_measure", "principal", reply="已整改"),
            entry("withdraw_measure", "leader", reason="有误"),
        ],
    ),
}
