"""What is legal for extension, suspension, supervision and measures."""

from __future__ import annotations

from django.db import models
from django_fsm import GET_STATE, FSMField, transition

from hazards.states_clock import (
    ExtensionState,
    MeasureState,
    SupervisionState,
    SuspensionState,
    UnitMeasureState,
    UnitSupervisionState,
)


class ExtensionMachine(models.Model):
    state = FSMField(default=ExtensionState.REQUESTED, choices=ExtensionState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=ExtensionState.REQUESTED, target=ExtensionState.GRANTED)
    def grant(self) -> None: ...

    @transition(field=state, source=ExtensionState.REQUESTED, target=ExtensionState.REFUSED)
    def refuse(self) -> None: ...

    @transition(field=state, source=ExtensionState.REQUESTED, target=ExtensionState.WITHDRAWN)
    def take_back(self) -> None: ...

    @transition(field=state, source="*", target=ExtensionState.ENDED)
    def end(self) -> None: ...

    @transition(field=state, source="*", target=GET_STATE(lambda _row, to: to, states=list(ExtensionState)))
    def restore(self, to: str) -> None: ...


class SuspensionMachine(models.Model):
    state = FSMField(default=SuspensionState.IN_FORCE, choices=SuspensionState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=SuspensionState.IN_FORCE, target=SuspensionState.RESUME_REQUESTED)
    def ask_resume(self) -> None: ...

    @transition(
        field=state,
        source=[SuspensionState.IN_FORCE, SuspensionState.RESUME_REQUESTED],
        target=SuspensionState.LIFTED,
    )
    def lift(self) -> None: ...

    @transition(field=state, source=SuspensionState.RESUME_REQUESTED, target=SuspensionState.IN_FORCE)
    def refuse_resume(self) -> None: ...

    @transition(
        field=state,
        source=[SuspensionState.IN_FORCE, SuspensionState.RESUME_REQUESTED],
        target=SuspensionState.PERMANENT,
    )
    def make_permanent(self) -> None: ...

    @transition(field=state, source="*", target=SuspensionState.ENDED)
    def end(self) -> None: ...

    @transition(field=state, source="*", target=GET_STATE(lambda _row, to: to, states=list(SuspensionState)))
    def restore(self, to: str) -> None: ...


class SupervisionMachine(models.Model):
    state = FSMField(default=SupervisionState.PROPOSED, choices=SupervisionState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=SupervisionState.PROPOSED, target=SupervisionState.DECLINED)
    def decline(self) -> None: ...

    @transition(field=state, source=SupervisionState.PROPOSED, target=SupervisionState.LISTED)
    def impose(self) -> None: ...

    @transition(field=state, source=SupervisionState.LISTED, target=SupervisionState.ACCEPTANCE_REQUESTED)
    def ask_acceptance(self) -> None: ...

    @transition(
        field=state,
        source=[SupervisionState.ACCEPTANCE_REQUESTED, SupervisionState.PASSED],
        target=SupervisionState.LISTED,
    )
    def fail_acceptance(self) -> None: ...

    # A leader's decision ends the work wherever it stood (消除办结).
    @transition(
        field=state,
        source=[SupervisionState.LISTED, SupervisionState.ACCEPTANCE_REQUESTED],
        target=SupervisionState.PASSED,
    )
    def pass_acceptance(self) -> None: ...

    # What the closing authority doubts is accepted anew.
    @transition(field=state, source=SupervisionState.PASSED, target=SupervisionState.ACCEPTANCE_REQUESTED)
    def doubt(self) -> None: ...

    @transition(field=state, source=SupervisionState.PASSED, target=SupervisionState.DELISTED)
    def delist(self) -> None: ...

    # What was listed by mistake.
    @transition(
        field=state,
        source=[SupervisionState.LISTED, SupervisionState.ACCEPTANCE_REQUESTED, SupervisionState.PASSED],
        target=SupervisionState.DELISTED,
    )
    def revoke(self) -> None: ...

    @transition(field=state, source="*", target=SupervisionState.ENDED)
    def end(self) -> None: ...

    @transition(field=state, source="*", target=GET_STATE(lambda _row, to: to, states=list(SupervisionState)))
    def restore(self, to: str) -> None: ...


class MeasureMachine(models.Model):
    state = FSMField(default=MeasureState.DRAFT, choices=MeasureState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=MeasureState.DRAFT, target=MeasureState.DECLINED)
    def decline(self) -> None: ...

    # An interview is called; it is still to be held.
    @transition(field=state, source=MeasureState.DRAFT, target=MeasureState.ISSUED)
    def call(self) -> None: ...

    @transition(field=state, source=[MeasureState.DRAFT, MeasureState.ISSUED], target=MeasureState.AWAITING_REPLY)
    def await_reply(self) -> None: ...

    @transition(
        field=state,
        source=[MeasureState.DRAFT, MeasureState.ISSUED, MeasureState.AWAITING_REPLY],
        target=MeasureState.SETTLED,
    )
    def settle(self) -> None: ...

    @transition(
        field=state,
        source=[MeasureState.ISSUED, MeasureState.AWAITING_REPLY, MeasureState.SETTLED],
        target=MeasureState.WITHDRAWN,
    )
    def take_back(self) -> None: ...

    @transition(field=state, source="*", target=MeasureState.ENDED)
    def end(self) -> None: ...

    @transition(field=state, source="*", target=GET_STATE(lambda _row, to: to, states=list(MeasureState)))
    def restore(self, to: str) -> None: ...


class UnitMeasureMachine(models.Model):
    state = FSMField(default=UnitMeasureState.DRAFT, choices=UnitMeasureState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=UnitMeasureState.DRAFT, target=UnitMeasureState.DECLINED)
    def decline(self) -> None: ...

    @transition(field=state, source=UnitMeasureState.DRAFT, target=UnitMeasureState.ISSUED)
    def issue(self) -> None: ...

    @transition(field=state, source=UnitMeasureState.ISSUED, target=UnitMeasureState.REPLIED)
    def answer(self) -> None: ...

    @transition(
        field=state, source=[UnitMeasureState.ISSUED, UnitMeasureState.REPLIED], target=UnitMeasureState.WITHDRAWN
    )
    def take_back(self) -> None: ...


class UnitSupervisionMachine(models.Model):
    state = FSMField(default=UnitSupervisionState.PROPOSED, choices=UnitSupervisionState.choices, protected=True)

    class Meta:
        abstract = True

    @transition(field=state, source=UnitSupervisionState.PROPOSED, target=UnitSupervisionState.DECLINED)
    def decline(self) -> None: ...

    @transition(field=state, source=UnitSupervisionState.PROPOSED, target=UnitSupervisionState.LISTED)
    def impose(self) -> None: ...

    @transition(field=state, source=UnitSupervisionState.LISTED, target=UnitSupervisionState.PASSED)
    def pass_check(self) -> None: ...

    # The lister doubts the check.
    @transition(field=state, source=UnitSupervisionState.PASSED, target=UnitSupervisionState.LISTED)
    def doubt(self) -> None: ...

    @transition(field=state, source=UnitSupervisionState.PASSED, target=UnitSupervisionState.DELISTED)
    def delist(self) -> None: ...
