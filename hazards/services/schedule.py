from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.clock import today
from hazards.data.rectifying import ScheduleData
from hazards.limits import end_of
from hazards.services.act import Act, require, verb
from hazards.services.extending import shift_term
from hazards.services.milestones import read_milestones
from hazards.states import EvidenceStage

# What would take longer than this is decided anew. Product default.
LONGEST = timedelta(days=5 * 366)


@verb("schedule")
def schedule_hazard(act: Act, data: ScheduleData) -> None:
    """A leader lets the work take years: by milestones, under monthly proof of control, counted apart.

    The limit moves to the last day, those of co-units that had the lead's with it; an open request for support is
    answered by it. Source: process.md T22, requirements.md H02.
    """
    hazard, until_on = act.hazard, data.until_on
    _check_day(act, until_on)
    require(
        today(act.at).year <= data.year <= until_on.year,
        year=_("预算年度应在 %(a)d 与 %(b)d 之间。") % {"a": today(act.at).year, "b": until_on.year},
    )
    known = hazard.scheduled.get("milestones", [])
    milestones = read_milestones(data.milestones, at=act.at, last_on=until_on, before=known)
    require(milestones, milestones=_("请写出时间节点，一行一个。"))
    hazard.scheduled = {
        "reason": data.reason,
        "note": data.note,
        "year": data.year,
        "until_on": until_on.isoformat(),
        "proof_on": act.occurred_on.isoformat(),
        "milestones": milestones,
    }
    hazard.interim_control = data.control
    _move_limits(act, until_on)
    if act.case.support is not None:
        request = act.touch(act.case.support)
        request.answer = _("列入 %(year)d 年治理计划：%(note)s") % {"year": data.year, "note": data.note}
        request.answer = request.answer[:500]
        request.grant()
    act.attach(data.photos, EvidenceStage.CONTROL)
    act.moves_due = True
    act.move()


def _check_day(act: Act, until_on: date) -> None:
    hazard, now_on = act.hazard, today(act.at)
    require(until_on > now_on, until_on=_("最终完成日期须在今天以后。"))
    require(
        hazard.is_scheduled or until_on > act.lead.limit_on,
        until_on=_("现在的整改期限到 %(day)s，不晚于它的不用列入治理计划。") % {"day": act.lead.limit_on.isoformat()},
    )
    require(until_on <= now_on + LONGEST, until_on=_("最长五年，请分期列入。"))
    paper = hazard.paper_limit_on
    # One whose day has passed is answered for already.
    require(
        paper is None or paper < now_on or until_on <= paper,
        until_on=_("不能晚于%(paper)s的期限 %(day)s；只有发文单位能变更。")
        % {"paper": hazard.paper_name or _("法定文书"), "day": paper.isoformat() if paper else ""},
    )


def _move_limits(act: Act, until_on: date) -> None:
    """The lead's limit, and those of its co-units that were the same."""
    lead, old = act.lead, act.lead.limit_on
    for part in act.case.parts:
        if part.limit_on == old:
            act.touch(part)
            part.first_limit_on = part.first_limit_on or old
            part.limit_on, part.due_at = until_on, end_of(until_on)
    lead.first_limit_on = lead.first_limit_on or old
    lead.limit_on, lead.due_at = until_on, end_of(until_on)
    # A listing does not end before what its leader granted; what was taken over has its new limit with it.
    shift_term(act, until_on)
    act.hazard.taken_over_at = None
