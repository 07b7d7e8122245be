"""What is legal for the small rows beside the main state; `hazards.small` says whom each state awaits."""

from __future__ import annotations

from django.db import models
from django_fsm import GET_STATE, FSMField, transition

from hazards.states import AssignmentState, CountersignState, InstructionState, PlanState, ReturnState, SupportState


class AssignmentMachine(models.Model):
    state = FSMField(default=AssignmentState.SENT, choices=AssignmentState.choices, protected=True)
    # Beside the state: one may sign while the request is open.
    return_state = FSMField(default=ReturnState.NONE, choices=ReturnState.choices, blank=True, protected=True)

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

    # A leader's decision ends the work wherever it stood.
    @transition(field=state, source="*", target=AssignmentState.CONFIRMED)
    def settle(self) -> None: ...

    @transition(field=state, source="*", target=GET_STATE(lambda _assignment, to: to, states=list(AssignmentState)))
    def restore(self, to: str) -> None: ...

    @transition(field=return_state, source=ReturnState.NONE, target=ReturnState.REQUESTED)
    def ask_return(self) -> None: ...

    @transition(field=return_state, source=ReturnState.REQUESTED, target=ReturnState.KEPT)
    def keep(self) -> None: ...

    @transition(field=return_state, source=ReturnState.REQUESTED, target=ReturnState.GRANTED)
    def grant_return(self) -> None: ...

    @transition(field=return_state, source="*", target=GET_STATE(lambda _assignment, to: to, states=list(ReturnState)))
    def restore_return(self, to: str) -> None: ...


class PlanMachine(models.Model):
    state = FSMField(default=PlanState.DRAFT, choices=PlanState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=PlanState.DRAFT, target=PlanState.IN_REVIEW)
    def submit(self) -> None: ...

    @transition(field=state, source=PlanState.IN_REVIEW, target=PlanState.DRAFT)
    def give_back(self) -> None: ...

    @transition(field=state, source=PlanState.IN_REVIEW, target=PlanState.APPROVED)
    def approve(self) -> None: ...

    # An approved plan that must be changed is reviewed again.
    @transition(field=state, source=PlanState.APPROVED, target=PlanState.DRAFT)
    def revise(self) -> None: ...

    @transition(field=state, source="*", target=PlanState.ENDED)
    def end(self) -> None: ...

    @transition(field=state, source="*", target=GET_STATE(lambda _plan, to: to, states=list(PlanState)))
    def restore(self, to: str) -> None: ...


class CountersignMachine(models.Model):
    state = FSMField(default=CountersignState.OPEN, choices=CountersignState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=CountersignState.OPEN, target=CountersignState.CONFIRMED)
    def confirm(self) -> None: ...

    @transition(field=state, source=CountersignState.OPEN, target=CountersignState.DECLINED)
    def decline(self) -> None: ...

    @transition(field=state, source=CountersignState.OPEN, target=CountersignState.LAPSED)
    def lapse(self) -> None: ...

    @transition(field=state, source=CountersignState.OPEN, target=CountersignState.CANCELED)
    def end(self) -> None: ...


class SupportMachine(models.Model):
    state = FSMField(default=SupportState.OPEN, choices=SupportState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=SupportState.OPEN, target=SupportState.GRANTED)
    def grant(self) -> None: ...

    @transition(field=state, source=SupportState.OPEN, target=SupportState.DECLINED)
    def decline(self) -> None: ...

    @transition(field=state, source=SupportState.OPEN, target=SupportState.ENDED)
    def end(self) -> None: ...

    @transition(field=state, source="*", target=GET_STATE(lambda _support, to: to, states=list(SupportState)))
    def restore(self, to: str) -> None: ...


class InstructionMachine(models.Model):
    state = FSMField(default=InstructionState.OPEN, choices=InstructionState.choices, protected=True)

    class Meta:
        abstract = True

    # The field that holds the words is called `reply`.
    @transition(field=state, source=InstructionState.OPEN, target=InstructionState.REPLIED)
    def answer(self) -> None: ...

    @transition(field=state, source=InstructionState.OPEN, target=InstructionState.ENDED)
    def end(self) -> None: ...

    @transition(field=state, source="*", target=GET_STATE(lambda _row, to: to, states=list(InstructionState)))
    def restore(self, to: str) -> None: ...
