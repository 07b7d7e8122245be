from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.verifying import PassVerificationData
from hazards.services.act import Act, require, verb
from hazards.states import EvidenceStage, Level


@verb("pass_verification")
def pass_hazard_verification(act: Act, data: PassVerificationData) -> None:
    """Find the work good and pass it on for closure."""
    require(data.photos or act.hazard.level == Level.GENERAL, photos=_("较大及以上隐患复查须有现场照片。"))
    act.lead.confirm()
    act.attach(data.photos, EvidenceStage.VERIFICATION)
    act.move()
