from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.reporting import ReturnForSupplementData
from hazards.services.act import Act, verb

# Source: process.md a.4 T04.
MAX_SUPPLEMENTS = 2


@verb("return_for_supplement")
def return_hazard_for_supplement(act: Act, data: ReturnForSupplementData) -> None:
    """Ask the reporter for what is missing, twice at most."""
    hazard = act.hazard
    if hazard.n_supplements >= MAX_SUPPLEMENTS:
        raise Invalid(_("已退回补充 %(n)d 次，不能再退；请直接建档或不予登记。") % {"n": MAX_SUPPLEMENTS})
    hazard.n_supplements += 1
    act.move()
