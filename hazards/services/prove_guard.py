from __future__ import annotations

from hazards.data.clock import ProveGuardData
from hazards.models import Suspension
from hazards.services.act import Act, verb
from hazards.services.scheduling import renew_proof
from hazards.services.suspending import next_proof
from hazards.states import EvidenceStage
from hazards.states_clock import SuspensionState


@verb("prove_guard")
def prove_suspension_guarded(act: Act, data: ProveGuardData) -> None:
    """Say that it is still out of use and watched; owed every day, also on rest days. A second one a day moves nothing."""
    row: Suspension = act.row(data.suspension, "suspension")
    act.notes["scope"] = row.scope
    if row.guarded_on is None or row.guarded_on < act.occurred_on:
        row.guarded_on = act.occurred_on
        # While resuming is asked for, the limit is that of the answer.
        if row.state == SuspensionState.IN_FORCE:
            row.due_at = max(row.due_at, next_proof(act, act.occurred_on))
    if data.photos:
        renew_proof(act)
    act.attach(data.photos, EvidenceStage.CONTROL)
    act.move()
