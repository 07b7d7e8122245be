"""The clock of a hazard wherever one appears: its countdown in the colour of now, and what marks it.

Reckoned from the row at the moment of the page, so that it is right however late the sweep is. Asks for no statement
where the row was read with `RELATED`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.utils.translation import gettext as _

from core.calendars import WorkCalendar, get_calendar
from deadlines.calendars import calendar_of
from deadlines.models import Anchor
from deadlines.policies import get_rules
from deadlines.schedule import Window, last_day, list_planned
from hazards.case import Case
from hazards.clockwork import list_main_limits
from hazards.countdown import Countdown, Warnings, count_down
from hazards.models import Hazard
from hazards.states_clock import SupervisionState
from organizations.models import Unit, User

# What the colour of a row asks beside the row.
RELATED = ("unit", "handling_unit", "lead_assignment__unit")
_NOBODY = User()


class RowCase(Case):
    """A row of a list: whose time it is by kind; who reported it is not asked."""

    def __init__(self, hazard: Hazard, at: datetime) -> None:
        super().__init__(hazard=hazard, actor=_NOBODY, at=at, held=[])
        self.remember(hazard.unit)
        self.remember(hazard.handling_unit)
        if hazard.lead_assignment is not None:
            self.remember(hazard.lead_assignment.unit)

    @property
    def reporter_unit(self) -> Unit:
        return self.hazard.unit


def countdown_of(hazard: Hazard, at: datetime) -> Countdown | None:
    """Of the present step, in the colour of the hazard. Kept on the row: a page shows it twice."""
    if hazard.due_at is None:
        return None
    kept = cast("dict[datetime, Countdown]", hazard.__dict__.setdefault("_countdowns", {}))
    if at not in kept:
        calendar = calendar_of(hazard.unit.path)
        kept[at] = count_down(hazard.due_at, at, calendar, warnings_of(RowCase(hazard, at), calendar))
    return kept[at]


def warnings_of(case: Case, calendar: WorkCalendar) -> Warnings:
    """The coloured rungs of its main limits, past and coming; as `clockwork.colour_of` reckons them for one moment."""
    limits = list_main_limits(case).values()
    moments = []
    for limit in limits:
        rungs = get_rules(limit.policy_id).rungs(limit.ladder, limit.level)
        coloured = [rung for rung in rungs if rung.colour and rung.anchor != Anchor.EVERY]
        window = Window(limit.armed_at, limit.due_at)
        moments += [(one.moment, one.rung.colour) for one in list_planned(coloured, window, calendar)]
    return Warnings(tuple(sorted(moments)), case.hazard.least_colour if limits else "")


@dataclass(frozen=True)
class Mark:
    """「挂」, and what it stands for."""

    short: str
    full: str


def marks_of(hazard: Hazard) -> list[Mark]:
    """What the clock brought: listed, out of use, extended, taken over, limit in a year without a calendar."""
    found = []
    if hazard.listing:
        is_proposed = hazard.listing == SupervisionState.PROPOSED
        found.append(Mark(_("拟挂") if is_proposed else _("挂"), str(SupervisionState(hazard.listing).label)))
    if hazard.is_suspended:
        found.append(Mark(_("停"), _("停用中")))
    if hazard.n_extensions:
        found.append(Mark(_("延"), _("已延期 %(n)d 次") % {"n": hazard.n_extensions}))
    if hazard.taken_over_at:
        found.append(Mark(_("存量"), _("存量：系统启用前就有，期限从接管时起算")))
    if hazard.due_at and get_calendar().is_provisional(last_day(hazard.due_at)):
        found.append(Mark(_("暂定"), _("期限暂定：这一年的节假日安排还没有录入")))
    return found
