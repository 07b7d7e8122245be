from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.corrections import AmendData
from hazards.services.act import Act, verb
from hazards.services.filing import require_matching
from hazards.services.seal import require_unsealed
from hazards.services.suspending import demanded_kind
from hazards.states import State


@verb("amend")
def amend_hazard(act: Act, data: AmendData) -> None:
    """Correct what the file says; old and new stand in the event. A blank field stays as it is."""
    hazard = act.hazard
    require_unsealed(act)
    before = (hazard.place, hazard.description, hazard.domain_id, hazard.category_id)
    domain = data.domain or hazard.domain
    category = data.category or (hazard.category if domain.pk == hazard.domain_id else None)
    require_matching(domain, category, hazard)
    hazard.place = data.place or hazard.place
    hazard.description = data.description or hazard.description
    hazard.domain, hazard.category = domain, category
    if hazard.state not in (State.REPORTED, State.RETURNED) and demanded_kind(category) and not hazard.is_suspended:
        raise Invalid.of(category=_("这一类隐患必须停用，请先“停用”，再更正类别。"))
    if (hazard.place, hazard.description, hazard.domain_id, hazard.category_id) == before:
        raise Invalid(_("没有改动，请至少更正一项。"))
    act.move()
