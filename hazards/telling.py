"""What became of an act, in the one sentence that its actor reads."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from hazards.actions import ACTIONS
from hazards.models import HazardEvent
from hazards.numbers import by_number
from hazards.services.command import Outcome
from hazards.states import State
from hazards.wording_clock import SPOKEN, say_clock

PROPOSED = ACTIONS["request_countersign"].event


def is_proposed(outcome: Outcome) -> bool:
    """The act waits for a second person; nothing has changed yet."""
    return outcome.event == PROPOSED


def say_outcome(outcome: Outcome, *, asked: str = "") -> str:
    """`asked` is the action that was sent, which is not what was done where it only agreed to another's."""
    said = {"what": ACTIONS[asked or outcome.action].label, "state": State(outcome.state).label}
    if is_proposed(outcome):
        return _say_proposed(outcome)
    if asked == "confirm_countersign":
        done = ACTIONS[outcome.action].label
        return _("已会签，“%(what)s”已生效，现在是“%(state)s”。") % {**said, "what": done}
    done = _("“%(what)s”已完成，现在是“%(state)s”。") % said
    return f"{done}{_say_of_clock(outcome)}" if outcome.action in SPOKEN else done


def _data_of(outcome: Outcome) -> tuple[dict[str, object], datetime | None]:
    of_hazard = {f"hazard__{name}": value for name, value in by_number(outcome.number).items()}
    event = HazardEvent.objects.filter(seq=outcome.seq, **of_hazard).only("data", "recorded_at").first()
    return (event.data, event.recorded_at) if event else ({}, None)


def _say_of_clock(outcome: Outcome) -> str:
    """What it came to: dates, papers, who decides."""
    told, at = _data_of(outcome)
    return say_clock(outcome.action, told, at)[0] if at else ""


def _say_proposed(outcome: Outcome) -> str:
    told, _at = _data_of(outcome)
    what = told.get("proposed", ACTIONS[outcome.action].label)
    if not told.get("seconds"):
        return _("已提请会签：“%(what)s”须第二人同意后才生效。") % {"what": what}
    return _("已提请会签：“%(what)s”等%(who)s同意后生效。") % {"what": what, "who": told["seconds"]}
