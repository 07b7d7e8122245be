"""What is legal: every action of a hazard as a transition. The only module that knows django_fsm.

A method here is named as its action; it moves the state and nothing else. Guards, effects and the
log live in the service of the same name.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import models
from django_fsm import GET_STATE, FSMField, can_proceed, transition

from hazards.states import NEW, OPEN, AssignmentState, State

# States that a withdrawal can lead back to: all that some withdrawable act leaves.
_LEFT_BY_ACTS = [
    State.REPORTED,
    State.RETURNED,
    State.FILED,
    State.ASSIGNED,
    State.RECTIFYING,
    State.SUBMITTED,
    State.VERIFIED,
]


class HazardMachine(models.Model):
    state = FSMField(default=NEW, choices=State.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=NEW, target=State.REPORTED)
    def report(self) -> None: ...

    @transition(field=state, source=State.REPORTED, target=State.RETURNED)
    def return_for_supplement(self) -> None: ...

    @transition(field=state, source=State.RETURNED, target=State.REPORTED)
    def supplement(self) -> None: ...

    @transition(field=state, source=State.REPORTED, target=State.REJECTED)
    def reject(self) -> None: ...

    @transition(field=state, source=State.REPORTED, target=State.FILED)
    def file(self) -> None: ...

    @transition(field=state, source=State.REPORTED, target=State.RECTIFYING)
    def self_handle(self) -> None: ...

    @transition(field=state, source=[NEW, State.REPORTED], target=State.SUBMITTED)
    def fix_on_spot(self) -> None: ...

    @transition(field=state, source=State.SUBMITTED, target=State.CLOSED)
    def confirm_and_close(self) -> None: ...

    @transition(field=state, source=State.FILED, target=State.ASSIGNED)
    def assign(self) -> None: ...

    @transition(field=state, source=State.ASSIGNED, target=State.RECTIFYING)
    def sign(self) -> None: ...

    @transition(field=state, source=State.RECTIFYING, target=State.SUBMITTED)
    def submit(self) -> None: ...

    @transition(field=state, source=State.SUBMITTED, target=State.RECTIFYING)
    def return_submission(self) -> None: ...

    @transition(field=state, source=State.SUBMITTED, target=State.RECTIFYING)
    def fail_verification(self) -> None: ...

    @transition(field=state, source=State.SUBMITTED, target=State.VERIFIED)
    def pass_verification(self) -> None: ...

    @transition(field=state, source=State.VERIFIED, target=State.SUBMITTED)
    def return_closure(self) -> None: ...

    @transition(field=state, source=State.VERIFIED, target=State.CLOSED)
    def close(self) -> None: ...

    # From `assigned` on a second person must agree, which the service says.
    @transition(field=state, source=list(OPEN), target=State.VOIDED)
    def void(self) -> None: ...

    @transition(
        field=state,
        source=list(OPEN),
        target=GET_STATE(lambda _hazard, to: to, states=_LEFT_BY_ACTS),
    )
    def withdraw(self, to: str) -> None: ...

    # Actions that leave the main state.

    @transition(field=state, source=[State.REPORTED, State.FILED], target=None)
    def escalate(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def amend(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def record_control(self) -> None: ...

    @transition(field=state, source=State.RECTIFYING, target=None)
    def report_progress(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def add_evidence(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def withdraw_evidence(self) -> None: ...


class AssignmentMachine(models.Model):
    state = FSMField(default=AssignmentState.SENT, choices=AssignmentState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=AssignmentState.SENT, target=AssignmentState.SIGNED)
    def sign(self) -> None: ...

    @transition(field=state, source=AssignmentState.SIGNED, target=AssignmentState.DONE)
    def finish(self) -> None: ...

    @transition(field=state, source=[AssignmentState.DONE, AssignmentState.CONFIRMED], target=AssignmentState.SIGNED)
    def resume(self) -> None: ...

    @transition(field=state, source=AssignmentState.DONE, target=AssignmentState.CONFIRMED)
    def confirm(self) -> None: ...

    @transition(field=state, source=AssignmentState.CONFIRMED, target=AssignmentState.DONE)
    def doubt(self) -> None: ...

    @transition(field=state, source="*", target=AssignmentState.CANCELED)
    def cancel(self) -> None: ...

    @transition(
        field=state,
        source=[AssignmentState.SIGNED, AssignmentState.DONE, AssignmentState.CONFIRMED],
        target=GET_STATE(lambda _assignment, to: to, states=list(AssignmentState)),
    )
    def restore(self, to: str) -> None: ...


def is_legal(hazard: HazardMachine, action: str) -> bool:
    """Whether the state of the hazard lets the action begin."""
    return can_proceed(getattr(hazard, action), check_conditions=False)


def move(hazard: HazardMachine, action: str) -> None:
    """Make the transition of an action that has one fixed target."""
    step: Callable[[], None] = getattr(hazard, action)
    step()


def list_transitions() -> list[tuple[str, str, str | None]]:
    """(action, source, target) of every transition; target None leaves the state; withdraw once per source and target."""
    rows: list[tuple[str, str, str | None]] = []
    for name, method in vars(HazardMachine).items():
        meta = getattr(method, "_django_fsm", None)
        if meta is None:
            continue
        for source, step in meta.transitions.items():
            if isinstance(step.target, GET_STATE):
                rows.extend((name, str(source), str(target)) for target in step.target.allowed_states)
            else:
                rows.append((name, str(source), str(step.target) if step.target else None))
    return rows
