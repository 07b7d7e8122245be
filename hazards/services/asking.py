"""Who asks, for what another decides: he does not decide about it himself, whoever enters it (ADR 12, 14)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import NotAllowed
from hazards.models import Extension, Suspension
from hazards.row_posts import askers_of
from hazards.services.act import Act
from organizations.models import User


@dataclass(frozen=True)
class Asks:
    """Whose request it is, none where he has no account; and his delegate, where one made it in his name."""

    asked_by: User | None
    asked_through: User | None = None


def who_asks(act: Act) -> Asks:
    if act.on_behalf:
        return Asks(act.on_behalf.person)
    if act.post.delegator_id:
        return Asks(User.objects.get(pk=act.post.delegator_id), act.actor)
    return Asks(act.actor)


def require_other(act: Act, row: Extension | Suspension) -> None:
    """Raises NotAllowed where who decides, stands behind the decision or enters it is who asked."""
    decided_by = act.on_behalf.person.pk if act.on_behalf and act.on_behalf.person else None
    if {act.actor.pk, act.post.delegator_id, decided_by} & askers_of(row):
        raise NotAllowed(_("申请人和审批人须是两个人，代理人不算第二个人；请由其他有权审批的人办理。"))
