"""What limits and ladders of hazards are called, and what may stand on which ladder."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from core.cached_rows import cached_rows
from deadlines.models import Measure
from deadlines.vocabulary import IN_DAYS, IN_TIME, ActWord, LadderWord, StepWord, Vocabulary
from hazards.models import Category, Domain
from hazards.states import Level
from hazards.states_clock import MEASURE_ACTS, ROW_ACTS, Act, Ladder, Told
from organizations.kinds import CAMPUSES, UnitKind

_DAYS = frozenset({Measure.CALENDAR_DAYS})

# In the order in which a hazard meets them.
STEPS: Mapping[str, StepWord] = {
    "reported": StepWord(_("审核建档")),
    "returned": StepWord(_("补充上报")),
    "filed": StepWord(_("交办")),
    "notice": StepWord(_("函告回复")),
    "referred": StepWord(_("县级交办")),
    "assigned": StepWord(_("签收")),
    "on_spot": StepWord(_("立行立改"), _DAYS),
    "plan": StepWord(_("编制整改方案")),
    "plan_review": StepWord(_("审核整改方案")),
    "rectifying": StepWord(_("整改"), IN_TIME | {Measure.BEFORE_TERM}),
    "part_done": StepWord(_("确认配合单位办结")),
    "return_request": StepWord(_("申请退办")),
    "return_requested": StepWord(_("审核退办")),
    "support": StepWord(_("答复提请上级解决")),
    "instruction": StepWord(_("回复批示")),
    "countersign": StepWord(_("会签")),
    "submitted": StepWord(_("复查")),
    "rework": StepWord(_("复查不合格后再整改（至少）")),
    "verified": StepWord(_("销号")),
    "appeal": StepWord(_("申诉")),
    "control_proof": StepWord(_("治理计划报管控情况")),
    "extension_ahead": StepWord(_("延期须提前申请"), IN_DAYS),
    "extension_decision": StepWord(_("审批延期")),
    "extension_count": StepWord(_("可延期次数"), frozenset({Measure.TIMES})),
    "extension_length": StepWord(
        _("延期最长（占原期限，或合计）"), frozenset({Measure.PERCENT, Measure.CALENDAR_DAYS})
    ),
    "guard": StepWord(_("停用期间登记值守")),
    "resume_decision": StepWord(_("审查恢复使用")),
    "measure_decision": StepWord(_("签发督办措施")),
    "interview": StepWord(_("约谈")),
    "measure_reply": StepWord(_("书面回复督办措施")),
    "listing_decision": StepWord(_("挂牌审批")),
    "listing_term": StepWord(_("挂牌后治理期限（原期限已过的）")),
    "listing_plan": StepWord(_("挂牌后报治理方案")),
    "listing_report": StepWord(_("挂牌后报治理进展")),
    "listing_visit": StepWord(_("挂牌后现场督办")),
    "delisting": StepWord(_("验收合格后摘牌")),
    "honour_ban": StepWord(_("摘牌后不得评先评优"), _DAYS),
}

_SMALL = frozenset(ROW_ACTS)
_ALL_TOLD = frozenset(Told)
# Architecture 4: what blames stands on the ladder of the responsible unit alone; an office's own reaches its head and leader.
LADDERS: Mapping[str, LadderWord] = {
    Ladder.UNIT: LadderWord(
        Ladder.UNIT.label,
        _SMALL | {Act.BULLETIN, Act.INTERVIEW, Act.LISTING, Act.ACCOUNTABILITY, Act.TRANSFER},
        _ALL_TOLD,
        hears=Told.LEADER,
    ),
    Ladder.OUTSIDE: LadderWord(
        Ladder.OUTSIDE.label,
        _SMALL | {Act.URGE_LETTER, Act.COUNTY_SUPERVISION, Act.COUNTY_LISTING},
        _ALL_TOLD,
        hears=Told.LEADER,
    ),
    Ladder.OFFICE: LadderWord(Ladder.OFFICE.label, _SMALL, _ALL_TOLD, hears=Told.LEADER),
    Ladder.SCHOOL: LadderWord(Ladder.SCHOOL.label, _SMALL | {Act.ESCALATE}, _ALL_TOLD, hears=Told.LEADER),
    Ladder.COUNTY: LadderWord(
        Ladder.COUNTY.label, _SMALL | {Act.URGE_LETTER, Act.COUNTY_SUPERVISION}, _ALL_TOLD, hears=Told.LEADER
    ),
    Ladder.SIGN: LadderWord(Ladder.SIGN.label, _SMALL | {Act.DEEM_RECEIVED}, _ALL_TOLD, Act.DEEM_RECEIVED),
    Ladder.LETTER: LadderWord(
        Ladder.LETTER.label, _SMALL | {Act.LAPSE_NOTICE}, _ALL_TOLD, Act.LAPSE_NOTICE, hears=Told.LEADER
    ),
    Ladder.SIDE: LadderWord(Ladder.SIDE.label, _SMALL, _ALL_TOLD),
    Ladder.COUNTERSIGN: LadderWord(
        Ladder.COUNTERSIGN.label, _SMALL | {Act.LAPSE_COUNTERSIGN}, _ALL_TOLD, Act.LAPSE_COUNTERSIGN
    ),
    Ladder.GUARD: LadderWord(Ladder.GUARD.label, _SMALL, _ALL_TOLD),
    Ladder.REPORT: LadderWord(Ladder.REPORT.label, _SMALL, _ALL_TOLD),
    Ladder.TERM: LadderWord(
        Ladder.TERM.label, _SMALL | {Act.INTERVIEW, Act.ACCOUNTABILITY, Act.TRANSFER}, _ALL_TOLD, hears=Told.LEADER
    ),
    # Speaks once, beside the ladder of the unit that goes on.
    Ladder.WHOLE: LadderWord(Ladder.WHOLE.label, _SMALL, _ALL_TOLD, repeats=False),
    # Confidants hear of it, and the leader; nobody else knows that it exists.
    Ladder.CONFIDENTIAL: LadderWord(Ladder.CONFIDENTIAL.label, _SMALL, frozenset({Told.OWNER, Told.LEADER}), hears=Told.LEADER),
    Ladder.INHERITED: LadderWord(Ladder.INHERITED.label, _SMALL, _ALL_TOLD),
}  # fmt: skip

# 通报 and above are drafted for a leader's decision; whether a listing is too, the policy says. Source: process.md b.1.
_DRAFTED = frozenset({*MEASURE_ACTS, Act.COUNTY_LISTING})


def _alone(act: Act) -> bool | None:
    return None if act is Act.LISTING else act not in _DRAFTED


ACTS: Mapping[str, ActWord] = {act: ActWord(act.label, _alone(act)) for act in Act}


@cached_rows(seconds=60)
def clock_words() -> Vocabulary:
    """All of them, with the domains and categories that there are."""
    codes = [*Domain.objects.values_list("code", "name"), *Category.objects.values_list("code", "name")]
    return Vocabulary(
        steps=STEPS,
        levels={level.value: level.label for level in Level},
        ladders=LADDERS,
        acts=ACTS,
        told={one.value: one.label for one in Told},
        unit_kinds={
            kind.value: kind.label for kind in UnitKind if kind in CAMPUSES or kind in (UnitKind.CEN, UnitKind.EDU)
        },
        categories=dict(sorted(codes)),
    )
