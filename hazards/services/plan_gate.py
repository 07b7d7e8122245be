from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.models import Hazard
from hazards.states import Level


def needs_plan(hazard: Hazard) -> bool:
    return hazard.level != Level.GENERAL


def require_plan(hazard: Hazard) -> None:
    """Invariant 7: from 较大 up no progress and no submission without an approved plan."""
    if needs_plan(hazard):
        raise Invalid(_("较大及以上隐患须先有经批准的整改方案（五落实），方案审批本版尚未开通。"))
