"""What a merger does to the other hazard: an act of its own there, in the same transaction, by the same person."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.clock import today
from hazards.actions import ACTIONS
from hazards.cleaning import clean
from hazards.inputs import Ask
from hazards.limits import end_of
from hazards.models import Hazard, HazardEvent
from hazards.services.act import VERBS, Act
from hazards.services.opening import open_case
from hazards.services.record import record
from hazards.states import State

# Calendar days in which a merger can be undone. Source: process.md a.4 T07.
UNMERGE_WITHIN = timedelta(days=30)
# A master that ended like this takes nobody along.
_UNREAL = frozenset({State.VOIDED, State.REJECTED})


def act_on_master(act: Act, name: str, master: Hazard) -> None:
    """Write `absorb` or `release` on the master once this act is written. Both rows are locked already."""
    number = act.hazard.number

    def follow(seq: int) -> None:
        case = open_case(master.receipt_number, actor=act.actor, at=act.at)
        assert case is not None
        ask = Ask(actor=act.actor, hazard=case.hazard, at=act.at)
        data = clean(ACTIONS[name].data, {"number": number}, ask)
        last_on = case.hazard.last_occurred_on
        other = Act.begin(
            action=ACTIONS[name], case=case, post=act.post, at=act.at,
            occurred_on=max(act.occurred_on, last_on) if last_on else act.occurred_on, late_reason=act.late_reason,
        )  # fmt: skip
        VERBS[name](other, data)
        record(other, data)

    act.afterwards.append(follow)


def merger_of(hazard: Hazard) -> HazardEvent:
    """The event by which a hazard was merged last."""
    return HazardEvent.objects.filter(hazard=hazard, action="merge").latest("seq")


def unmerge_until(hazard: Hazard) -> datetime | None:
    """The first moment too late to undo a merger; None where the master turned out to be none."""
    if hazard.merged_into is not None and hazard.merged_into.state in _UNREAL:
        return None
    return end_of(today(merger_of(hazard).recorded_at) + UNMERGE_WITHIN)
