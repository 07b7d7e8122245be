from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import WrongState
from hazards.data.rectifying import SubmitData
from hazards.services.act import Act, require, verb
from hazards.services.part_gate import require_parts
from hazards.services.plan_gate import COMMITMENTS, require_plan
from hazards.services.scheduling import reach_all
from hazards.services.supervised import ask_acceptance
from hazards.states import EvidenceStage, ReturnState


@verb("submit")
def submit_hazard(act: Act, data: SubmitData) -> None:
    """Report the work as done with proof of it; the rectification clock stops.

    An outside unit tells its result (办理结果回复): proof and commitments are its own affair.
    """
    require_no_return_request(act)
    require_plan(act.case)
    require_parts(act.case)
    hazard, lead = act.hazard, act.lead
    if act.case.is_outside:
        lead.result = data.report
    else:
        require(data.photos or _has_after_photo(act), photos=_("请上传整改后的照片，复查人要看。"))
        hazard.commitments = {name: getattr(data, name) for name in COMMITMENTS}
    if data.cost is not None:
        hazard.cost = data.cost
    reach_all(act)
    lead.submitted_at = act.at
    lead.finish()
    ask_acceptance(act)
    act.add_doer()
    if not hazard.rectifiers and not act.on_behalf:
        # Nobody is named who did it, as after 视为送达: then the head who reports it stands for the work.
        act.add_rectifiers(act.actor.pk, *([act.post.delegator_id] if act.post.delegator_id else []))
    act.attach(data.photos, EvidenceStage.AFTER)
    act.move()


def require_no_return_request(act: Act) -> None:
    """Who has asked to be rid of it has not done it."""
    if act.lead.return_state == ReturnState.REQUESTED:
        issuer = act.case.unit(act.lead.issuer_unit_id).name
        raise WrongState(_("已申请退办，请等%(issuer)s审核后再提请复查。") % {"issuer": issuer})


def _has_after_photo(act: Act) -> bool:
    return act.hazard.evidence.filter(
        stage=EvidenceStage.AFTER, round=act.hazard.round, withdrawn_seq__isnull=True, part__isnull=True
    ).exists()
