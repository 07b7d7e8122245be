"""The second half of every act: who is next, save, event, evidence, flow."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC

from django.contrib.postgres.search import SearchVector
from django.db.models import Model, Value
from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from core.prepared import insert_row, write_rows
from hazards import log
from hazards.audience import guest_keys_of, keys_for, may_name_guests
from hazards.hooks import Advance, advance_flow
from hazards.inputs import as_json
from hazards.live import tell_pages
from hazards.models import Assignment, Evidence, Hazard, HazardEvent
from hazards.notice_rows import messages_of
from hazards.routing import next_step
from hazards.search import as_vector_text
from hazards.services.act import Act, turn_of
from hazards.services.measures import drop_draft
from hazards.services.sides import move_sides
from hazards.services.supervised import begin_anew
from hazards.services.timing import clock_statements, set_clock
from hazards.small import is_lead
from hazards.states import NEW, TERMINAL, AssignmentKind, AssignmentState, CountersignState, PlanState, State
from hazards.states_clock import MeasureState
from notifications.outbox import put_messages

# A change of one of these changes who may read the hazard.
_PARTY_FIELDS = frozenset(
    {
        "lead_assignment_id", "handling_unit_id", "verifying_unit_id", "closing_unit_id", "lead.leader_id", "lead.handler_id",
        "lead.unit_id", "lead.issuer_unit_id", "domain_id", "unit_id", "paper_unit_id", "referred_to_id", "proposed_lead_id", "merged_into_id",
    }
)  # fmt: skip
# Beside the fields of the log: what every act moves on or may.
_MOVED_ON = (
    "version", "last_seq", "last_hash", "last_recorded_at", "last_occurred_on", "responsible_post_id", "due_at", "visible_to",
    "guest_keys",
)  # fmt: skip
_TEXT_FIELDS = frozenset({"place", "description", "file_number", "receipt_number", "unit_id"})


def record(act: Act, data: object) -> HazardEvent:
    """Write the act down: hazard, lead assignment, event, evidence; then let the flow advance."""
    hazard = act.hazard
    is_new = hazard.pk is None
    seen_by = [] if is_new else hazard.visible_to
    from_state = NEW if is_new else str(act.turn.state)
    hazard.last_seq += 1
    if act.action.moves_version:
        hazard.version = hazard.last_seq
    hazard.last_recorded_at = max(act.at, hazard.last_recorded_at or act.at)
    hazard.last_occurred_on = act.occurred_on
    if hazard.has_small_rows or act.touched:
        _end_what_is_moot(act)
        hazard.has_small_rows = True
    _resolve_next(act, is_new)
    set_clock(act)
    if is_new:
        _set_audience(act)
        _set_search(hazard)
        new_lead, hazard.lead_assignment = hazard.lead_assignment, None
        hazard.save(force_insert=True)
        hazard.lead_assignment = new_lead
        _forget_search(hazard)
    _insert_lead(act)
    row_changes = _write_touched(act)
    changes = log.differences(act.before, log.snapshot(hazard, act.case.lead))
    if not is_new:
        names_others = any(may_name_guests(one.row, is_new=not one.before) for one in act.touched)
        has_new_guests = (
            names_others or act.readers_changed or (hazard.is_restricted and act.turn.state != hazard.state)
        )
        if has_new_guests:
            hazard.guest_keys = guest_keys_of(hazard, today(act.at))
        if has_new_guests or _PARTY_FIELDS & changes.keys():
            _set_audience(act)
        if _TEXT_FIELDS & changes.keys():
            _set_search(hazard)
    event = _build_event(act, from_state, {**as_json(data), **_around(act), **act.notes}, {**changes, **row_changes})
    hazard.last_hash = event.hash
    _write(act, event, changes)
    _attach(act, event)
    moves = move_sides(act, event)
    for step in act.afterwards:
        step(event.seq)
    put_messages(messages_of(act, event, moves, seen_by))
    tell_pages(hazard, {*hazard.visible_to, *seen_by})
    return event


def _around(act: Act) -> dict[str, object]:
    """Who else stands behind the act, and that it came after the file was sealed."""
    around: dict[str, object] = {}
    if act.on_behalf:
        around["on_behalf"] = act.on_behalf.as_json()
    if act.second:
        around["countersigned_by"] = act.second.as_json()
    if act.hazard.sealed_at and act.action.name != "seal":
        around["after_seal"] = True
    return around


def _end_what_is_moot(act: Act) -> None:
    """A proposal does not outlive the turn it was made in, nor any small row the case."""
    case, hazard = act.case, act.hazard
    is_over = hazard.state in TERMINAL
    moved = turn_of(hazard) != act.turn or act.before.get("level") != hazard.level
    asked = case.countersign
    if asked and moved and asked.pk and asked.state == CountersignState.OPEN:
        act.touch(asked).end()
    if act.turn.state == State.RECTIFYING and hazard.state != State.RECTIFYING and case.extension:
        # Who has told that it is done, or no longer works on it, wants no more time.
        act.touch(case.extension).end()
    begin_anew(act)
    if act.new_lead is not None and act.turn.lead_assignment_id is not None:
        # Who confirms what is done is another unit now.
        for part in case.parts:
            if part.pk != act.turn.lead_assignment_id and part.state == AssignmentState.DONE:
                act.touch(part)
    if not is_over or act.turn.state in TERMINAL:
        return
    for part in case.parts:
        act.touch(part)
        if hazard.state == State.CLOSED and part.kind == AssignmentKind.CONTROL:
            part.settle()
        elif hazard.state != State.CLOSED and part.state != AssignmentState.CANCELED:
            part.cancel()
    if case.plan and case.plan.state != PlanState.APPROVED:
        act.touch(case.plan).end()
    if case.support:
        act.touch(case.support).end()
    for instruction in case.instructions:
        act.touch(instruction).end()
    _end_rows_of_clock(act)
    if case.lead and case.lead.return_state == "requested":
        act.touch(case.lead)


def _end_rows_of_clock(act: Act) -> None:
    """What was asked or drafted is moot; what was issued stays on file. A closed case has neither listing nor suspension."""
    case, hazard = act.case, act.hazard
    if case.extension:
        act.touch(case.extension).end()
    for suspension in case.suspensions:
        act.touch(suspension).end()
    if case.supervision:
        act.touch(case.supervision).end()
    hazard.is_suspended, hazard.listing = False, ""
    for measure in case.measures:
        if measure.state == MeasureState.DRAFT:
            act.touch(measure).end()
            drop_draft(act, measure)
        elif measure.state != MeasureState.SETTLED:
            act.touch(measure).settle()


def _write_touched(act: Act) -> dict[str, list[object]]:
    """Insert and update the small rows; gives what changed in them. The lead's own changes stand under `lead.`."""
    changes: dict[str, list[object]] = {}
    new_parts = [row for one in act.touched if isinstance(row := one.row, Assignment) and row._state.adding]
    Assignment.objects.bulk_create(new_parts)
    for one in act.touched:
        row = one.row
        if is_lead(act.hazard, row):
            # A lead that was put back was not the lead when the act began: what changed in it stands under another's name.
            if act.turn.lead_assignment_id != row.pk and not row._state.adding and one.before:
                row.save(force_update=True)
            continue
        if row._state.adding and row.pk:
            insert_row(row)
        elif row._state.adding:
            row.save(force_insert=True)
        if not one.before:
            changes.update(log.differences({}, log.snapshot_row(row)))
            continue
        changed = log.differences(one.before, log.snapshot_row(row))
        if changed:
            row.save(force_update=True, update_fields=[name.rsplit(".", 1)[1].removesuffix("_id") for name in changed])
            changes.update(changed)
    return changes


def _resolve_next(act: Act, is_new: bool) -> None:
    """Who must act next and by when; a change of people alone moves no due moment."""
    hazard, before = act.hazard, act.turn
    step = next_step(act.case, since=act.at)
    same_turn = (
        not is_new
        and act.new_lead is None
        and before.state == hazard.state
        and before.round == hazard.round
        and act.before["handling_unit_id"] == hazard.handling_unit_id
    )
    hazard.responsible_post_id = step.post_id
    if (not same_turn or act.moves_due) and not act.keeps_due:
        hazard.due_at, hazard.due_by = step.due_at, step.due_by


def _set_audience(act: Act) -> None:
    hazard, case = act.hazard, act.case
    is_own = hazard.reporter_post_id == act.post.id
    reporter_unit = case.unit(act.post.unit_id) if is_own else case.reporter_unit
    hazard.visible_to = keys_for(hazard, case.lead, case.unit(hazard.unit_id), case.bureau, reporter_unit)


def _set_search(hazard: Hazard) -> None:
    words = as_vector_text(
        hazard.place, hazard.description, hazard.receipt_number, hazard.file_number or "", hazard.unit.name
    )
    hazard.search = SearchVector(Value(words), config="simple")


def _write(act: Act, event: HazardEvent, changes: Collection[str]) -> None:
    """What the act changed in the lead assignment and the hazard, what every act moves on, the flow, and the event."""
    hazard, lead = act.hazard, act.case.lead
    of_lead = [name.removeprefix("lead.") for name in changes if name.startswith("lead.")]
    is_written = lead is act.new_lead
    updates: list[tuple[Model, Collection[str]]] = [(lead, of_lead)] if lead and of_lead and not is_written else []
    of_hazard = {*_MOVED_ON, *(name for name in changes if not name.startswith("lead."))}
    if "search" in hazard.__dict__:
        hazard.save(force_update=True, update_fields={*of_hazard, "search"})
        _forget_search(hazard)
    else:
        updates.append((hazard, of_hazard))
    step = Advance(
        hazard=hazard, before=act.turn, after=turn_of(hazard), event=event, opened_at=hazard.last_recorded_at,
        acted_post_id=act.acted_post_id, moves_due="due_at" in changes,
    )  # fmt: skip
    moves = [move for advance in advance_flow if (move := advance(step))]
    write_rows(updates=updates, beside=[*moves, *clock_statements(act)], insert=event)


def _forget_search(hazard: Hazard) -> None:
    """Leave the vector to the database: a deferred field is not written again."""
    hazard.__dict__.pop("search", None)


def _insert_lead(act: Act) -> None:
    """A new lead assignment; the hazard names it."""
    lead = act.case.lead
    if lead is not None and lead._state.adding:
        lead.hazard = act.hazard
        lead.save(force_insert=True)
        act.hazard.lead_assignment = lead


def _build_event(act: Act, from_state: str, data: dict[str, object], changes: dict[str, list[object]]) -> HazardEvent:
    hazard = act.hazard
    assert hazard.last_recorded_at is not None
    event = HazardEvent(
        hazard=hazard,
        region_code=hazard.region_code,
        seq=hazard.last_seq,
        kind=act.action.event,
        action=act.action.name,
        actor=act.actor if act.actor.pk else None,
        actor_name=act.actor.name,
        post_id=act.post.id or None,
        post_label=act.post.label,
        from_state=from_state,
        to_state=hazard.state,
        recorded_at=hazard.last_recorded_at.astimezone(UTC),
        occurred_on=act.occurred_on,
        late_reason=act.late_reason,
        data=data,
        changes=changes,
        prev_hash=hazard.last_hash,
    )
    event.hash = log.seal(event)
    return event


def _attach(act: Act, event: HazardEvent) -> None:
    if not act.attached:
        return
    if len({upload.pk for upload, _stage, _round in act.attached}) != len(act.attached):
        raise Invalid.of(after_photos=_("同一个文件不能既作整改前又作整改后，请分别上传。"))
    Evidence.objects.bulk_create(
        Evidence(
            hazard=act.hazard,
            upload=upload,
            part=act.part,
            stage=stage,
            round=round_no,
            seq=event.seq,
            added_at=event.recorded_at,
        )
        for upload, stage, round_no in act.attached
    )
