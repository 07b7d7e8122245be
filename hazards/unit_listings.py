"""Listed units and areas as lists show them: what each waits for, and what of it is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hazards.models import UnitSupervision
from hazards.services.unit_supervisions import own_units
from hazards.states_clock import UnitSupervisionState
from hazards.supervision_board import Due
from organizations.posts import HeldPost

_HIDDEN = (UnitSupervisionState.PROPOSED, UnitSupervisionState.DECLINED)


@dataclass(frozen=True)
class UnitRow:
    row: UnitSupervision
    dues: list[Due]
    is_missed: bool


def readable_rows(held: Sequence[HeldPost]) -> QuerySet[UnitSupervision]:
    """Of the bureau, who supervises, and once it is listed the unit with those over it."""
    own = own_units(held)
    by_desk = Q(bureau_id__in=own) | Q(supervisor_unit_id__in=own)
    is_out = Q(unit__path__overlap=list(own)) & ~Q(state__in=_HIDDEN)
    return UnitSupervision.objects.filter(by_desk | is_out).select_related("unit", "bureau", "supervisor_unit")


def view_row(row: UnitSupervision, on: date) -> UnitRow:
    running = row.state == UnitSupervisionState.LISTED
    days = [(_("督办期限"), row.term_on), (_("下次报告"), row.report_due_on), (_("下次督办"), row.visit_due_on)]
    dues = [Due(label, day, day < on) for label, day in days if day is not None] if running else []
    is_missed = row.is_missed or (running and row.term_on is not None and row.term_on < on)
    return UnitRow(row, sorted(dues, key=lambda due: due.on), is_missed)


def list_late(held: Sequence[HeldPost], on: date) -> list[UnitRow]:
    """Those of which a report, a visit or the term is late, for 我的逾期; each row tells only what is late."""
    late = Q(term_on__lt=on) | Q(report_due_on__lt=on) | Q(visit_due_on__lt=on)
    rows = readable_rows(held).filter(late, state=UnitSupervisionState.LISTED).order_by("term_on", "pk")
    views = [view_row(row, on) for row in rows]
    return [UnitRow(one.row, [due for due in one.dues if due.is_late], one.is_missed) for one in views]
