from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import WrongState
from hazards.data.assigning import MoveUnitData
from hazards.models import Assignment, Instruction, SupportRequest
from hazards.services.act import Act, verb
from hazards.services.parts import drop_part
from hazards.small import ClockRow
from hazards.states import AssignmentKind, AssignmentState
from organizations.models import Unit

_DONE = (AssignmentState.DONE, AssignmentState.CONFIRMED)
_PARTIES = ("unit", "handling_unit", "verifying_unit", "closing_unit", "referred_to", "proposed_lead", "paper_unit")


@verb("move_unit")
def move_hazard_to_successor(act: Act, data: MoveUnitData) -> None:
    """What a closed unit had goes on in the one it was merged into; people, limits and state stay.

    Called when units are merged. Raises WrongState where no party of the hazard was merged away.
    """
    if not follow_mergers(act):
        raise WrongState(_("没有撤并单位名下的事项。"))
    # A merger wins no time.
    act.keeps_due = True
    act.move()


def follow_mergers(act: Act) -> bool:
    """Put its successor wherever the hazard or a living row of it names a unit that was merged away; whether any was."""
    hazard, found = act.hazard, _Successors(act)
    for name in _PARTIES:
        if unit := found.of(getattr(hazard, f"{name}_id")):
            setattr(hazard, name, unit)
    for row in act.case.assignments:
        _follow_part(act, row, found)
    asked: list[SupportRequest | Instruction] = [*act.case.instructions]
    if act.case.support:
        asked.append(act.case.support)
    for other in asked:
        _follow_asked(act, other, found)
    for kept in [act.case.extension, *act.case.suspensions, act.case.supervision, *act.case.measures]:
        if kept is not None:
            _follow_row(act, kept, found)
    if found.any:
        _join_doubles(act)
    return found.any


# By which names the rows of the clock know units.
_NAMED = ("unit", "to_unit", "issuer_unit", "lister_unit", "supervisor_unit")


def _follow_row(act: Act, row: ClockRow, found: _Successors) -> None:
    for name in _NAMED:
        if (old := getattr(row, f"{name}_id", None)) and (unit := found.of(old)):
            act.touch(row)
            setattr(row, name, unit)


class _Successors:
    def __init__(self, act: Act) -> None:
        self.act = act
        self.any = False

    def of(self, unit_id: int | None) -> Unit | None:
        """The living unit at the end of its mergers; None for one that was never merged."""
        unit = self.act.case.unit(unit_id) if unit_id else None
        if unit is None or unit.merged_into_id is None:
            return None
        self.any = True
        self.act.notes.setdefault("old_unit", unit.name)
        last = unit
        while last.merged_into_id is not None:
            last = self.act.case.unit(last.merged_into_id)
        self.act.notes["new_unit"] = last.name
        return last


def _follow_part(act: Act, row: Assignment, found: _Successors) -> None:
    unit, issuer = found.of(row.unit_id), found.of(row.issuer_unit_id)
    if unit is None and issuer is None:
        return
    if row is not act.case.lead:
        act.touch(row)
    row.unit, row.issuer_unit = unit or row.unit, issuer or act.case.unit(row.issuer_unit_id)


def _join_doubles(act: Act) -> None:
    """Units that became one have one assignment: the lead's, else the one that has more left to do, with both tasks."""
    kept: dict[int, Assignment] = {}
    for row in act.case.assignments:
        if row.kind == AssignmentKind.CONTROL:
            continue
        other = kept.setdefault(row.unit_id, row)
        if other is row:
            continue
        stays, goes = (row, other) if other is not act.case.lead and other.state in _DONE else (other, row)
        if stays is not act.case.lead:
            act.touch(stays).requirements = f"{stays.requirements}；{goes.requirements}"[:500]
        kept[row.unit_id] = stays
        drop_part(act, goes)


def _follow_asked(act: Act, row: SupportRequest | Instruction, found: _Successors) -> None:
    if unit := found.of(row.to_unit_id):
        act.touch(row)
        row.to_unit = unit
