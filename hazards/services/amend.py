from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.corrections import AmendData
from hazards.services.act import Act, verb
from hazards.services.filing import require_matching
from hazards.services.seal import require_unsealed


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
    if (hazard.place, hazard.description, hazard.domain_id, hazard.category_id) == before:
        raise Invalid(_("没有改动，请至少更正一项。"))
    act.move()
