from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.rectifying import AddEvidenceData
from hazards.services.act import Act, verb
from hazards.states import EvidenceStage

# Enough for a year of works, few enough to read.
MAX_FILES_PER_HAZARD = 200


@verb("add_evidence")
def add_hazard_evidence(act: Act, data: AddEvidenceData) -> None:
    if act.hazard.evidence.count() + len(data.photos) > MAX_FILES_PER_HAZARD:
        raise Invalid.of(photos=_("一条隐患最多 %(n)d 个文件。") % {"n": MAX_FILES_PER_HAZARD})
    act.attach(data.photos, EvidenceStage(data.stage))
    act.move()
