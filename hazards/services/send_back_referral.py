from __future__ import annotations

from hazards.data.assigning import SendBackReferralData
from hazards.services.act import Act, verb


@verb("send_back_referral")
def send_referral_back(act: Act, data: SendBackReferralData) -> None:
    """The county rules whose duty it is and orders nobody; the education tree goes on from there."""
    act.hazard.competence = data.competence
    act.hazard.proposed_lead = None
    act.move()
