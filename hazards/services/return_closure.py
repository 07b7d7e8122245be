from __future__ import annotations

from hazards.data.verifying import ReturnClosureData
from hazards.services.act import Act, verb
from hazards.services.supervised import doubt_acceptance
from hazards.states import ELIMINATIONS


@verb("return_closure")
def return_hazard_closure(act: Act, data: ReturnClosureData) -> None:
    """Doubt the evidence and have it verified again."""
    act.lead.doubt()
    act.hazard.verifiers = []
    doubt_acceptance(act)
    if act.hazard.closure_type in ELIMINATIONS:
        # A leader's decision in doubt is taken anew or the work goes on.
        act.hazard.closure_type = ""
    act.move()
