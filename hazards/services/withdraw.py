from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import DateField, DateTimeField, Model
from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.corrections import WithdrawData
from hazards.models import Assignment, Evidence, HazardEvent, Measure, Supervision
from hazards.services.act import Act, verb
from hazards.services.measures import drop_draft
from hazards.services.seal import require_unsealed
from hazards.services.supervision_papers import void_opinions
from hazards.small import BY_NAME
from hazards.states import NEW, TERMINAL, State

# What stays although the act is undone: a number once given is used.
_KEPT = frozenset({"file_number", "receipt_number"})


def is_undoable(event: HazardEvent) -> bool:
    """Only an act that moved the state, none from new or from an end, and no withdrawal of a withdrawal."""
    is_alone = "countersigned_by" not in event.data and event.actor_id is not None
    left_none = event.from_state in (NEW, event.to_state, *TERMINAL)
    return is_alone and not left_none and event.action != "withdraw"


@verb("withdraw")
def withdraw_last_act(act: Act, data: WithdrawData) -> None:
    """Undo one's own last act, as long as nothing followed: its state, fields and assignment go back."""
    hazard = act.hazard
    require_unsealed(act)
    last = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    if not is_undoable(last):
        raise Invalid(_("只有改变了状态的一步才能撤回；上报和已撤回的不能再撤回。"))
    act.notes["withdrawn_seq"] = last.seq
    act.notes["withdrawn_action"] = last.action
    # The clock of the step goes on as if the act had not been: withdrawing wins no time.
    act.keeps_due = True
    act.afterwards.append(lambda seq: _withdraw_evidence(last, seq))
    _undo_lead(act, last)
    _undo_rows(act, last)
    for name, (old, _new) in last.changes.items():
        if name != "state" and name not in _KEPT and "." not in name and name != "lead_assignment_id":
            setattr(hazard, name, _typed(hazard, name, old))
    hazard.withdraw(State(last.from_state))


def _withdraw_evidence(last: HazardEvent, seq: int) -> None:
    """What the undone act brought proves nothing any more."""
    brought = Evidence.objects.filter(hazard_id=last.hazard_id, seq=last.seq, withdrawn_seq__isnull=True)
    brought.update(withdrawn_seq=seq)


def _undo_lead(act: Act, last: HazardEvent) -> None:
    """Cancel the assignment that the act made and put back the one before, or undo what it changed on it."""
    hazard = act.hazard
    if "lead_assignment_id" in last.changes:
        _parts = act.case.parts
        canceled = act.case.lead
        if canceled is not None:
            canceled.cancel()
            canceled.save(force_update=True)
        old_id = last.changes["lead_assignment_id"][0]
        hazard.lead_assignment = Assignment.objects.select_related("unit").get(pk=old_id) if old_id else None
        return
    changed = {
        name.removeprefix("lead."): old for name, (old, _new) in last.changes.items() if name.startswith("lead.")
    }
    if "return_state" in changed:
        act.touch(act.lead)
    for name, old in changed.items():
        if name == "state":
            act.lead.restore(old)
        elif name == "return_state":
            act.lead.restore_return(old)
        else:
            setattr(act.lead, name, _typed(act.lead, name, old))


def _undo_rows(act: Act, last: HazardEvent) -> None:
    """Small rows that the act made end; those that it changed get back what they were."""
    rows: dict[tuple[str, int], dict[str, list[Any]]] = {}
    for name, change in last.changes.items():
        machine, _dot, rest = name.partition(".")
        # A proposal that ended with the act is made anew, if it is still wanted.
        if machine in BY_NAME and machine != "countersign":
            pk, _dot, field_name = rest.partition(".")
            rows.setdefault((machine, int(pk)), {})[field_name] = change
    for (machine, pk), changes in rows.items():
        row: Any = _living_row(act, machine, pk)
        act.touch(row)
        if changes["state"][0] is None if "state" in changes else False:
            row.cancel() if machine == "part" else row.end()
            if isinstance(row, Measure):
                drop_draft(act, row)
            continue
        if isinstance(row, Supervision):
            void_opinions(act, row, since=last.recorded_at)
        for field_name, (old, _new) in changes.items():
            if field_name == "state":
                row.restore(old)
            elif field_name == "return_state":
                row.restore_return(old)
            else:
                setattr(row, field_name, _typed(row, field_name, old))
    act.case.forget_rows()


def _living_row(act: Act, machine: str, pk: int) -> Any:
    """The row as the case holds it, else from the database: the lead put back is the case's own."""
    case = act.case
    known: list[Any] = [
        *case.assignments, case.plan, case.support, *case.instructions, case.extension, *case.suspensions, case.supervision,
        *case.measures,
    ]  # fmt: skip
    model: Any = BY_NAME[machine].model
    for row in known:
        if isinstance(row, model) and row.pk == pk:
            return row
    return model.objects.get(pk=pk)


def _typed(row: Model, name: str, value: Any) -> Any:
    """A logged JSON value as the field holds it."""
    field = row._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
    if value is not None and isinstance(field, DateTimeField):
        return datetime.fromisoformat(value)
    if value is not None and isinstance(field, DateField):
        return date.fromisoformat(value)
    return value
