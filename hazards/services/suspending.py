"""Something out of use: how it begins, what it demands every day, and what must hold before it is used again.

Source: process.md a.5 (suspension), a.4 T08, T28; requirements.md 1.6; regulation.md 2.3 (7), (8), 2.10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from core.clock import SHANGHAI
from core.errors import Invalid
from hazards.case import Case
from hazards.data.reporting import FileData
from hazards.limits import step_due
from hazards.models import Category, Suspension, Upload
from hazards.services.act import Act
from hazards.services.extending import acting_unit
from hazards.services.issuing import issue_paper
from hazards.states import Appraisal, EvidenceStage, State
from hazards.states_clock import SuspensionKind, SuspensionState
from organizations.kinds import CAMPUSES, UnitKind
from organizations.models import Unit

GUARD, RESUME_DECISION = "guard", "resume_decision"
RUNNING = frozenset({SuspensionState.IN_FORCE, SuspensionState.RESUME_REQUESTED})
_SAFE = frozenset({Appraisal.A, Appraisal.B})
MOST_SCOPE, MOST_REASON = 200, 500


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is out of use, and how it is kept so."""

    kind: str
    scope: str
    reason: str
    guard: str
    pupils: str = ""
    order_number: str = ""
    # Of the warning signs.
    photos: Sequence[Upload] = ()
    is_mandatory: bool = False


def begin_suspension(act: Act, order: Order, *, issuer: Unit | None = None) -> Suspension:
    """Out of use from today; the campus proves every day that it stays so. Raises Invalid for the same scope twice."""
    case, hazard = act.case, act.hazard
    running = case.suspensions
    if any(row.kind == order.kind and row.scope == order.scope for row in running):
        raise Invalid.of(scope=_("“%(scope)s”已在停用中。") % {"scope": order.scope})
    row = Suspension(
        hazard=hazard,
        kind=order.kind,
        scope=order.scope[:MOST_SCOPE],
        reason=order.reason[:MOST_REASON],
        order_number=order.order_number,
        from_on=act.occurred_on,
        guard=order.guard[:MOST_SCOPE],
        pupils=order.pupils,
        issuer_unit=issuer or issuer_of(act),
        unit=case.unit(hazard.unit_id),
        is_mandatory=order.is_mandatory,
        opened_at=act.at,
        due_at=next_proof(act, act.occurred_on),
    )
    act.touch(row)
    hazard.is_suspended = True
    case.__dict__["suspensions"] = [*running, row]
    hazard.interim_control = hazard.interim_control or _("已停用%(scope)s") % {"scope": row.scope}
    act.attach(order.photos, EvidenceStage.CONTROL)
    _issue_order(act, row)
    return row


def _issue_order(act: Act, row: Suspension) -> None:
    """What has the number of a paper already needs no other."""
    if row.order_number:
        return
    fields = {
        "object": row.scope,
        "scope": f"{row.get_kind_display()}（{row.scope}）",
        "reason": row.reason.rstrip("。"),
        "from_on": row.from_on,
        "guard": row.guard,
        "pupils": row.pupils,
    }
    addressee = row.unit if row.unit_id != row.issuer_unit_id else None
    document = issue_paper(act, "suspension_order", row, issuer=row.issuer_unit, addressee=addressee, fields=fields)
    if document is not None:
        row.order_number = document.number


def issuer_of(act: Act) -> Unit:
    """The campus for itself; a central school or the bureau by order. Source: regulation.md 2.10."""
    if not act.actor.pk:
        return act.case.unit(act.hazard.handling_unit_id)
    unit = acting_unit(act)
    if unit.pk == act.hazard.unit_id or unit.kind in (UnitKind.CEN, UnitKind.EDU):
        return unit
    return act.case.unit(act.hazard.unit_id) if unit.kind in CAMPUSES else act.case.bureau


def next_proof(act: Act, on: date) -> datetime:
    """The first moment too late for the proof that follows one of that day."""
    noon = datetime.combine(on, time(12), tzinfo=SHANGHAI)
    return step_due(act.hazard, GUARD, noon)


def settle(act: Act) -> None:
    """Say on the file whether anything is still out of use."""
    rows = [row for row in act.case.suspensions if row.state in RUNNING]
    act.hazard.is_suspended = bool(rows)
    act.case.__dict__["suspensions"] = rows


def may_be_used_again(case: Case) -> bool:
    """The work was verified, or a building was appraised as safe. Source: process.md a.5."""
    hazard = case.hazard
    is_safe = hazard.appraisal in _SAFE or (hazard.is_reappraised and hazard.appraisal != Appraisal.D)
    return hazard.state == State.VERIFIED or is_safe


def require_usable(act: Act) -> None:
    if not may_be_used_again(act.case):
        raise Invalid(_("整改还没有复查合格，也没有B级以上的鉴定，不能恢复使用。"))


def end_for_good(act: Act, words: str) -> None:
    """All that is out of use is never used again: its object is gone."""
    for row in act.case.suspensions:
        act.touch(row).make_permanent()
        row.opinion, row.ended_on = words[:MOST_REASON], act.occurred_on
    settle(act)


def say_suspended(case: Case) -> str:
    """What is out of use, in words; empty where nothing is."""
    return "、".join(row.scope for row in case.suspensions)


# --- what must be out of use from filing on -----------------------------------------------------------------------


def demanded_kind(category: Category | None, bus: str = "") -> str:
    """The kind of what the type of hazard demands to be out of use; empty for most. Source: requirements.md 1.6."""
    if bus:
        return SuspensionKind.VEHICLE
    return category.suspends if category is not None else ""


def suspend_at_filing(act: Act, data: FileData) -> None:
    """Stop use in the act of filing where the type demands it and nothing is out of use yet.

    Raises Invalid naming what an order lacks. Source: process.md a.4 T08.
    """
    kind = demanded_kind(data.category, data.bus)
    if not kind or any(row.kind == kind for row in act.case.suspensions):
        return
    wanted = {
        "suspend_scope": data.suspend_scope,
        "suspend_guard": data.suspend_guard,
        "suspend_photos": data.suspend_photos,
    }
    lacking = {name: [_("这一类隐患必须立即停用，请填写。")] for name, value in wanted.items() if not value}
    if lacking:
        raise Invalid(fields=lacking)
    order = Order(
        kind=kind,
        scope=data.suspend_scope,
        reason=act.hazard.description,
        guard=data.suspend_guard,
        photos=data.suspend_photos,
        is_mandatory=True,
    )
    begin_suspension(act, order, issuer=act.case.unit(act.hazard.handling_unit_id))
