from __future__ import annotations

from django.utils.translation import gettext as _

from deadlines.models import Deadline
from hazards.data.clock import AdoptPolicyData
from hazards.models import Assignment, RectificationPlan
from hazards.reckoning import RECKONED
from hazards.services.act import Act, require, verb


@verb("adopt_policy")
def adopt_hazard_policy(act: Act, data: AdoptPolicyData) -> None:
    """Move a hazard to another version of limits and ladders (改用新规则).

    The present step has the new limit from now on, unless it is late: what is late stays late. Days that papers name
    stand. Rungs that would have come before are not fired.
    """
    hazard, policy_id = act.hazard, int(data.policy)
    require(policy_id != hazard.policy_id, policy=_("现在用的就是这一版。"))
    hazard.policy_id = policy_id
    if hazard.due_at is not None and hazard.due_at > act.at:
        act.moves_due = True
    _renew_turns(act)
    act.move()


def _renew_turns(act: Act) -> None:
    """Turns whose limit is reckoned begin anew, unless late; where a row tells a moment of its own, that stands."""
    running = Deadline.objects.filter(subject_id=act.hazard.pk, state=Deadline.State.ARMED, kind__in=RECKONED)
    in_time = set(running.filter(due_at__gt=act.at).values_list("row_id", flat=True))
    act.opens_turns = True
    rows: list[Assignment | RectificationPlan | None] = [*act.case.assignments, act.case.plan]
    for row in rows:
        if row is not None and row.pk in in_time:
            act.touch(row)
