"""A rung in words, as events, papers and messages say it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deadlines.models import Anchor
from deadlines.schedule import Planned, Step
from deadlines.vocabulary import say_colour, say_moment
from hazards.clock_words import STEPS
from hazards.clockwork import LIMIT, REPORT, STEP, TERM, WHOLE
from hazards.states_clock import Act

MAX_LABEL = 60

# What is late beside the step itself.
_KINDS: Mapping[str, str | Promise] = {
    LIMIT: _lazy("整改"),
    WHOLE: _lazy("整改总期限"),
    REPORT: _lazy("报治理进展"),
    TERM: _lazy("挂牌督办期限"),
    "part": _lazy("配合事项"),
    "return": _lazy("审核退办"),
    "plan": _lazy("整改方案"),
    "countersign": _lazy("会签"),
    "support": _lazy("答复提请上级解决"),
    "instruction": _lazy("回复批示"),
    "extension": _lazy("审批延期"),
    "suspension": _lazy("停用值守和恢复"),
    "supervision": _lazy("挂牌督办事项"),
    "measure": _lazy("督办措施"),
    "unit_measure": _lazy("督办措施"),
}


def say_rung(one: Planned) -> str:
    """到期后7天预警（红色）; 其后每7天催办（第2次）"""
    return _say(one.rung, one.occurrence)


@lru_cache(maxsize=2048)
def _say(rung: Step, occurrence: int) -> str:
    """Kept: a sweep says the same few rungs of thousands of hazards, in the one language of the site."""
    what = str(Act(rung.act).label)
    if rung.act == Act.WARN and rung.colour:
        what = _("%(what)s（%(colour)s）") % {"what": what, "colour": say_colour(rung.colour)}
    words = f"{say_moment(rung.anchor, rung.amount, rung.measure)}{what}"
    if rung.anchor == Anchor.EVERY:
        words = _("%(words)s（第%(n)d次）") % {"words": words, "n": occurrence}
    return words[:MAX_LABEL]


def say_of(kind: str, state: str) -> str:
    """What the time is for: 签收, 复查, 整改 …"""
    if kind == STEP and state in STEPS:
        return str(STEPS[state].label)
    return str(_KINDS.get(kind, kind))
