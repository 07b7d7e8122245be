"""What is legal: every action of a hazard as a transition.

A method here is named as its action; it moves the state and nothing else. Guards, effects and the
log live in the service of the same name.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import models
from django_fsm import GET_STATE, FSMField, can_proceed, transition

from hazards.states import NEW, OPEN, State

# States that a withdrawal can lead back to: all that some withdrawable act leaves.
_LEFT_BY_ACTS = [
    State.REPORTED,
    State.RETURNED,
    State.FILED,
    State.REFERRED,
    State.ASSIGNED,
    State.RECTIFYING,
    State.SUBMITTED,
    State.VERIFIED,
]
_WITH_LEAD = [State.ASSIGNED, State.RECTIFYING, State.SUBMITTED, State.VERIFIED]
_DECIDED = [State.FILED, State.REFERRED, *_WITH_LEAD]
_ALL = list(State)


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

    # Outside the school.

    @transition(field=state, source=State.FILED, target=State.ASSIGNED)
    def notify(self) -> None: ...

    @transition(field=state, source=State.FILED, target=State.REFERRED)
    def refer(self) -> None: ...

    @transition(field=state, source=State.REFERRED, target=State.ASSIGNED)
    def assign_referred(self) -> None: ...

    @transition(field=state, source=State.REFERRED, target=State.ASSIGNED)
    def claim(self) -> None: ...

    @transition(field=state, source=State.REFERRED, target=State.FILED)
    def send_back_referral(self) -> None: ...

    # The letter was not answered in time, or who answered did nothing; the county is asked next.
    @transition(field=state, source=[State.ASSIGNED, State.RECTIFYING], target=State.FILED)
    def lapse_notice(self) -> None: ...

    @transition(field=state, source=State.ASSIGNED, target=State.RECTIFYING)
    def record_service(self) -> None: ...

    @transition(field=state, source=State.ASSIGNED, target=State.RECTIFYING)
    def deem_received(self) -> None: ...

    @transition(field=state, source=[State.ASSIGNED, State.RECTIFYING], target=State.ASSIGNED)
    def transfer(self) -> None: ...

    @transition(
        field=state,
        source=State.RECTIFYING,
        target=GET_STATE(lambda _hazard, to: to, states=[State.RECTIFYING, State.ASSIGNED, State.FILED]),
    )
    @transition(
        field=state,
        source=State.ASSIGNED,
        target=GET_STATE(lambda _hazard, to: to, states=[State.ASSIGNED, State.FILED]),
    )
    def rule_return(self, to: str) -> None: ...

    # Other ends, and the ways back.

    @transition(field=state, source=[State.RECTIFYING, State.SUBMITTED], target=State.VERIFIED)
    def eliminate(self) -> None: ...

    @transition(field=state, source=State.REJECTED, target=State.REPORTED)
    def appeal(self) -> None: ...

    @transition(field=state, source=[State.REPORTED, State.FILED, State.ASSIGNED], target=State.MERGED)
    def merge(self) -> None: ...

    @transition(
        field=state,
        source=State.MERGED,
        target=GET_STATE(lambda _hazard, to: to, states=[State.REPORTED, State.FILED]),
    )
    def unmerge(self, to: str) -> None: ...

    @transition(field=state, source=State.CLOSED, target=State.RECTIFYING)
    def reopen(self) -> None: ...

    # A 重大 whose second person did not answer is filed all the same, 待判定; other proposals end without effect.
    @transition(field=state, source=[*(state for state in OPEN if state != State.REPORTED), State.MERGED], target=None)
    @transition(
        field=state,
        source=State.REPORTED,
        target=GET_STATE(lambda _hazard, to: to, states=[State.REPORTED, State.FILED]),
    )
    def lapse_countersign(self, to: str) -> None: ...

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

    @transition(field=state, source=_DECIDED, target=None)
    def regrade(self) -> None: ...

    @transition(field=state, source=_DECIDED, target=None)
    def record_double_report(self) -> None: ...

    @transition(field=state, source=_DECIDED, target=None)
    def record_appraisal(self) -> None: ...

    @transition(field=state, source=[State.FILED, State.REFERRED, State.ASSIGNED, State.RECTIFYING], target=None)
    def move_paper_limit(self) -> None: ...

    @transition(field=state, source=_WITH_LEAD, target=None)
    def change_parties(self) -> None: ...

    @transition(field=state, source=[State.ASSIGNED, State.RECTIFYING], target=None)
    def request_return(self) -> None: ...

    @transition(field=state, source=[State.ASSIGNED, State.RECTIFYING], target=None)
    def sign_part(self) -> None: ...

    @transition(field=state, source=[State.ASSIGNED, State.RECTIFYING], target=None)
    def finish_part(self) -> None: ...

    @transition(field=state, source=[State.ASSIGNED, State.RECTIFYING], target=None)
    def confirm_part(self) -> None: ...

    @transition(field=state, source=[State.ASSIGNED, State.RECTIFYING], target=None)
    def return_part(self) -> None: ...

    @transition(field=state, source=State.RECTIFYING, target=None)
    def save_plan(self) -> None: ...

    @transition(field=state, source=State.RECTIFYING, target=None)
    def submit_plan(self) -> None: ...

    @transition(field=state, source=State.RECTIFYING, target=None)
    def return_plan(self) -> None: ...

    @transition(field=state, source=State.RECTIFYING, target=None)
    def approve_plan(self) -> None: ...

    @transition(field=state, source=[State.ASSIGNED, State.RECTIFYING], target=None)
    def request_support(self) -> None: ...

    @transition(field=state, source=[State.ASSIGNED, State.RECTIFYING], target=None)
    def answer_support(self) -> None: ...

    @transition(field=state, source=State.RECTIFYING, target=None)
    def schedule(self) -> None: ...

    @transition(field=state, source=State.SUBMITTED, target=None)
    def arrange_visit(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def instruct(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def reply_instruction(self) -> None: ...

    @transition(field=state, source=State.CLOSED, target=None)
    def look_back(self) -> None: ...

    @transition(field=state, source=_ALL, target=None)
    def seal(self) -> None: ...

    @transition(field=state, source=_ALL, target=None)
    def grant_reading(self) -> None: ...

    # A second person: `request` is written by the act that needs one.

    @transition(field=state, source=[*OPEN, State.MERGED], target=None)
    def request_countersign(self) -> None: ...

    @transition(field=state, source=[*OPEN, State.MERGED], target=None)
    def confirm_countersign(self) -> None: ...

    @transition(field=state, source=[*OPEN, State.MERGED], target=None)
    def decline_countersign(self) -> None: ...

    # Written by other acts or by the clock, never asked for by a person.

    @transition(field=state, source=list(OPEN), target=None)
    def absorb(self) -> None: ...

    @transition(field=state, source=_ALL, target=None)
    def release(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def move_unit(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def pass_on(self) -> None: ...

    @transition(field=state, source=_ALL, target=None)
    def lapse_reading(self) -> None: ...

    # The clock.

    @transition(field=state, source=list(OPEN), target=None)
    def remind(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def warn(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def propose_measure(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def draft_measure(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def decide_measure(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def record_interview(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def reply_measure(self) -> None: ...

    # What was wrong is taken back even after the case.
    @transition(field=state, source=[*OPEN, State.CLOSED], target=None)
    def withdraw_measure(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def suspend(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def prove_guard(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def request_resume(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def rule_resume(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def end_use(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def take_over(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def adopt_policy(self) -> None: ...

    @transition(field=state, source=list(OPEN), target=None)
    def recompute(self) -> None: ...

    @transition(field=state, source=_DECIDED, target=None)
    def propose_listing(self) -> None: ...

    @transition(field=state, source=_DECIDED, target=None)
    def draft_listing(self) -> None: ...

    @transition(field=state, source=_DECIDED, target=None)
    def list_overdue(self) -> None: ...

    @transition(field=state, source=_DECIDED, target=None)
    def decide_listing(self) -> None: ...

    @transition(field=state, source=_DECIDED, target=None)
    def record_listing(self) -> None: ...

    @transition(field=state, source=_DECIDED, target=None)
    def visit_supervision(self) -> None: ...

    @transition(field=state, source=_DECIDED, target=None)
    def delist(self) -> None: ...

    @transition(field=state, source=State.RECTIFYING, target=None)
    def request_extension(self) -> None: ...

    @transition(field=state, source=State.RECTIFYING, target=None)
    def withdraw_extension(self) -> None: ...

    @transition(field=state, source=State.RECTIFYING, target=None)
    def rule_extension(self) -> None: ...

    @transition(field=state, source=[State.ASSIGNED, State.RECTIFYING], target=None)
    def set_limit(self) -> None: ...

    @transition(field=state, source=[State.REPORTED, State.FILED], target=None)
    def escalate_overdue(self) -> None: ...


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
