from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.clock import SuspendData
from hazards.services.act import Act, require, verb
from hazards.services.suspending import Order, begin_suspension, demanded_kind
from hazards.states_clock import SuspensionKind


@verb("suspend")
def suspend_use(act: Act, data: SuspendData) -> None:
    """Stop use at once: the campus of its own, its superiors by order. Source: process.md a.5, regulation.md 2.10."""
    if data.kind == SuspensionKind.SCHOOL:
        require(data.order_number, order_number=_("整校停课由政府决定，请填决定文号。"))
        require(data.pupils, pupils=_("请写明停课期间师生怎样安置。"))
    order = Order(
        kind=data.kind,
        scope=data.scope,
        reason=data.reason,
        guard=data.guard,
        pupils=data.pupils,
        order_number=data.order_number,
        photos=data.photos,
        is_mandatory=demanded_kind(act.hazard.category) == data.kind,
    )
    begin_suspension(act, order)
    act.move()
