from __future__ import annotations

from django.utils.translation import gettext as _

from core.clock import today
from hazards.data.rectifying import SignPartData
from hazards.inputs import belongs_to
from hazards.models import Assignment
from hazards.services.act import Act, require, verb
from organizations.kinds import EDUCATION_TREE
from organizations.models import User


@verb("sign_part")
def sign_hazard_part(act: Act, data: SignPartData) -> None:
    """Accept a co-unit's part and name who works on it."""
    part = act.row(data.part, "part")
    require(data.handler or (data.handler_name and not _has_people(act, part)), handler=_("请选择本单位的经办人。"))
    require(
        data.handler is None or _serves(act, part, data.handler),
        handler=_("经办人须是%(unit)s的人员。") % {"unit": part.unit.name},
    )
    part.handler, part.handler_name = data.handler, data.handler_name
    part.sign()
    if data.handler:
        act.add_rectifiers(data.handler.pk)
    act.notes["co_unit"] = part.unit.name
    act.move()


def _has_people(act: Act, part: Assignment) -> bool:
    """Whether its people have accounts by which they can be named."""
    unit = act.case.unit(part.unit_id)
    return act.on_behalf is None and unit.has_accounts and unit.kind in EDUCATION_TREE


def _serves(act: Act, part: Assignment, user: User) -> bool:
    """Of the unit, or of the one that acts for it where it has no staff of its own."""
    return any(belongs_to(user, unit_id, today(act.at)) for unit_id in (part.unit_id, act.post.unit_id))
