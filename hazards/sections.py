"""What a file tells beside its plain facts: units beside the lead, plan, second person, money, orders, mergers.

Read once for a page, and only where the hazard has any of it: a small hazard of a school shows none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import today
from hazards.actions import ACTIONS
from hazards.case import Case
from hazards.clock_sections import ExtensionsView, SuspensionView, read_extensions, read_suspensions
from hazards.inputs import Text
from hazards.limits import last_day
from hazards.models import (
    Assignment,
    Countersign,
    Evidence,
    Hazard,
    HazardEvent,
    Instruction,
    ReadingGrant,
    RectificationPlan,
    SupportRequest,
    Upload,
)
from hazards.routing import list_scheduled
from hazards.row_posts import posts_for_row
from hazards.selectors import with_keys
from hazards.states import (
    AssignmentKind,
    AssignmentState,
    InstructionState,
    Level,
    PlanState,
    ReturnState,
    ScheduleReason,
    State,
    SupportKind,
    SupportState,
)
from hazards.supervision_section import ListingView, read_listings
from hazards.wording import Line, describe_data
from organizations.keys import unit_key
from organizations.models import User

PLAN_PARTS: dict[str, Text] = {
    "goal": gettext_lazy("目标任务"),
    "responsibility": gettext_lazy("责任落实"),
    "measures": gettext_lazy("措施落实"),
    "funding": gettext_lazy("资金落实"),
    "deadline": gettext_lazy("时限落实"),
    "contingency": gettext_lazy("预案落实"),
}


@dataclass(frozen=True)
class Milestone:
    on: date
    what: str
    done_on: date | None

    @property
    def is_done(self) -> bool:
        return self.done_on is not None


@dataclass(frozen=True)
class PartView:
    """A unit's part beside the lead's, with the files it handed in."""

    part: Assignment
    files: list[Evidence]
    handler: str

    @property
    def is_control(self) -> bool:
        return bool(self.part.kind == AssignmentKind.CONTROL)

    @property
    def is_due(self) -> bool:
        return not self.is_control and self.part.state in (AssignmentState.SENT, AssignmentState.SIGNED)

    @property
    def state_label(self) -> str:
        if self.is_control and self.part.state == AssignmentState.SIGNED:
            return str(_("管控中"))
        labels = {AssignmentState.SIGNED: _("配合中")}
        return str(labels.get(AssignmentState(self.part.state), AssignmentState(self.part.state).label))


@dataclass(frozen=True)
class PlanView:
    plan: RectificationPlan
    parts: list[tuple[str, str]]
    milestones: list[Milestone]

    @property
    def is_open(self) -> bool:
        return self.plan.state in (PlanState.DRAFT, PlanState.IN_REVIEW)


@dataclass(frozen=True)
class CountersignView:
    """What waits for a second person, with all that he would agree to."""

    row: Countersign
    label: str
    effect: str
    proposer: str
    lines: list[Line]
    files: list[Upload]
    # Who may agree.
    seconds: list[str]


@dataclass(frozen=True)
class ScheduleView:
    reason: str
    note: str
    year: str
    until_on: date | None
    proof_on: date | None
    milestones: list[Milestone]
    # What is owed next and by when (the last day in time); nothing while nobody works on it.
    next_on: date | None
    next_what: str


@dataclass(frozen=True)
class Sections:
    parts: list[PartView] = field(default_factory=list)
    plan: PlanView | None = None
    countersign: CountersignView | None = None
    supports: list[tuple[str, SupportRequest]] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    readings: list[ReadingGrant] = field(default_factory=list)
    # Those merged into it, and the one it was merged into, where the reader may see them.
    absorbed: list[Hazard] = field(default_factory=list)
    master: Hazard | None = None
    schedule: ScheduleView | None = None
    extensions: ExtensionsView | None = None
    suspensions: list[SuspensionView] = field(default_factory=list)
    listings: list[ListingView] = field(default_factory=list)
    double_report: list[tuple[str, str]] = field(default_factory=list)

    @property
    def n_parts(self) -> int:
        return sum(not one.is_control for one in self.parts)


def read_sections(case: Case, events: Sequence[HazardEvent], evidence: Sequence[Evidence]) -> Sections:
    """Reads the small rows once for page and rules alike."""
    hazard, has_rows = case.hazard, case.hazard.has_small_rows
    return Sections(
        parts=_parts(case, evidence),
        plan=_plan(case) if has_rows else None,
        countersign=_countersign(case, events) if case.countersign else None,
        supports=_supports(case) if has_rows else [],
        instructions=_instructions(case) if has_rows else [],
        readings=_readings(case) if hazard.guest_keys else [],
        absorbed=_absorbed(case) if any(event.action == "absorb" for event in events) else [],
        master=with_keys(case.keys).filter(pk=hazard.merged_into_id).first() if hazard.merged_into_id else None,
        schedule=_schedule(hazard),
        extensions=read_extensions(case) if has_rows or (case.lead and case.lead.first_limit_on) else None,
        suspensions=read_suspensions(case, events) if has_rows else [],
        listings=read_listings(case, events) if has_rows else [],
        double_report=_double_report(hazard),
    )


def _parts(case: Case, evidence: Sequence[Evidence]) -> list[PartView]:
    people = {one.handler_id for one in case.parts if one.handler_id}
    handlers = User.objects.in_bulk(people) if people else {}
    return [
        PartView(
            one, [file for file in evidence if file.part_id == one.pk],
            handlers[one.handler_id].name if one.handler_id else one.handler_name,
        )
        for one in case.parts
    ]  # fmt: skip


def _supports(case: Case) -> list[tuple[str, SupportRequest]]:
    """(what was needed, the request), newest first"""
    rows = SupportRequest.objects.filter(hazard=case.hazard).select_related("to_unit").order_by("-id")
    found = list(rows)
    case.__dict__["support"] = next((row for row in found if row.state == SupportState.OPEN), None)
    return [(str(SupportKind(row.kind).label), row) for row in found]


def _instructions(case: Case) -> list[Instruction]:
    rows = Instruction.objects.filter(hazard=case.hazard).select_related("to_unit").order_by("id")
    found = list(rows)
    case.__dict__["instructions"] = [row for row in found if row.state == InstructionState.OPEN]
    return found[::-1]


def _plan(case: Case) -> PlanView | None:
    plan = case.plan
    if plan is None:
        return None
    parts = [(str(label), getattr(plan, name)) for name, label in PLAN_PARTS.items()]
    return PlanView(plan, [(label, text) for label, text in parts if text], _milestones(plan.milestones))


def _milestones(rows: object) -> list[Milestone]:
    if not isinstance(rows, list):
        return []
    return [
        Milestone(date.fromisoformat(row["on"]), row["what"], _day(row.get("done_on")))
        for row in rows
        if isinstance(row, dict)
    ]


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def _countersign(case: Case, events: Sequence[HazardEvent]) -> CountersignView | None:
    row = case.countersign
    assert row is not None
    asked = [
        event for event in events if event.action == "request_countersign" and event.data.get("what") == row.action
    ]
    told = asked[-1].data.get("asks", {}) if asked else {}
    action = ACTIONS[row.action]
    return CountersignView(
        row=row,
        label=str(action.label),
        effect=str(action.effect),
        proposer=f"{asked[-1].post_label}{asked[-1].actor_name}" if asked else row.proposer.name,
        lines=describe_data(row.action, told, case.at),
        files=list(Upload.objects.filter(pk__in=row.uploads).order_by("uploaded_at")) if row.uploads else [],
        seconds=[post.label for post in posts_for_row(case, "confirm_countersign", row)],
    )


def _readings(case: Case) -> list[ReadingGrant]:
    """To the bureau, which granted them, and to the reader himself."""
    rows = ReadingGrant.objects.filter(
        hazard=case.hazard, ended_at__isnull=True, until_on__gte=today(case.at)
    ).select_related("user", "granted_by")
    is_bureau = unit_key(case.bureau.pk) in case.keys
    return list(rows if is_bureau else rows.filter(user=case.actor))


def _absorbed(case: Case) -> list[Hazard]:
    return list(with_keys(case.keys).filter(merged_into=case.hazard.pk).order_by("pk"))


def _schedule(hazard: Hazard) -> ScheduleView | None:
    told = hazard.scheduled
    if not told:
        return None
    reason = dict(ScheduleReason.choices).get(str(told.get("reason", "")), "")
    owed = list_scheduled(hazard) if hazard.state == State.RECTIFYING else []
    return ScheduleView(
        reason=str(reason),
        note=str(told.get("note", "")),
        year=str(told.get("year", "")),
        until_on=_day(told.get("until_on")),
        proof_on=_day(told.get("proof_on")),
        milestones=_milestones(told.get("milestones")),
        next_on=last_day(owed[0][0]) if owed else None,
        next_what=owed[0][1] if owed else "",
    )


def _double_report(hazard: Hazard) -> list[tuple[str, str]]:
    """(whom, what was reported or that it still has to be); only where a 重大 asks for it."""
    if hazard.level != Level.MAJOR and not hazard.double_report:
        return []
    sides = (("department", _("向监管部门报告")), ("staff", _("向教职工报告")))
    return [(label, _reported(hazard.double_report.get(side))) for side, label in sides]


def _reported(told: object) -> str:
    if not isinstance(told, dict):
        return str(_("还没有登记，销号前须登记"))
    parts = [str(told.get(name, "")) for name in ("on", "to", "note")]
    return " · ".join(part for part in parts if part)


# --- words of the page --------------------------------------------------------------------------------------------


def return_words(part: Assignment) -> str:
    """What became of a unit's request to be rid of it; empty while it made none."""
    if part.return_state == ReturnState.NONE:
        return ""
    label = str(ReturnState(part.return_state).label)
    return f"{label}：{part.return_reason}" if part.return_reason else label


def issued_words(lead: Assignment) -> str:
    """「以县安委办名义函告」; empty for an order in the unit's own name."""
    kind = str(AssignmentKind(lead.kind).label)
    if lead.issued_as:
        return _("以“%(name)s”名义%(kind)s") % {"name": lead.issued_as, "kind": kind}
    return kind if lead.kind != AssignmentKind.ORDER else ""
