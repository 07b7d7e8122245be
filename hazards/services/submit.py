from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.rectifying import SubmitData
from hazards.services.act import Act, require, verb
from hazards.services.part_gate import require_parts
from hazards.services.plan_gate import COMMITMENTS, require_plan
from hazards.states import EvidenceStage
from organizations.kinds import HEAD_POSTS


@verb("submit")
def submit_hazard(act: Act, data: SubmitData) -> None:
    """Report the work as done with proof of it; the rectification clock stops."""
    hazard = act.hazard
    require_plan(act.case)
    require_parts(act.case)
    require(data.photos or _has_after_photo(act), photos=_("请上传整改后的照片，复查人要看。"))
    hazard.commitments = {name: getattr(data, name) for name in COMMITMENTS}
    hazard.cost = data.cost
    act.lead.submitted_at = act.at
    act.lead.finish()
    # A head who signs what others did is no rectifier.
    if act.post.kind not in HEAD_POSTS:
        act.add_rectifiers(act.actor.pk)
    act.attach(data.photos, EvidenceStage.AFTER)
    act.move()


def _has_after_photo(act: Act) -> bool:
    return act.hazard.evidence.filter(
        stage=EvidenceStage.AFTER, round=act.hazard.round, withdrawn_seq__isnull=True, part__isnull=True
    ).exists()
