from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.reporting import SelfHandleData
from hazards.services.act import Act, require, verb
from hazards.services.filing import (
    give_file_number,
    is_schools_own,
    new_lead,
    prefill_commitments,
    require_matching,
    set_verifier,
)  # fmt: skip
from hazards.services.suspending import demanded_kind
from hazards.states import Competence, Level


@verb("self_handle")
def self_handle_hazard(act: Act, data: SelfHandleData) -> None:
    """File, assign to the school itself and sign in one act (自行整改)."""
    hazard = act.hazard
    if not is_schools_own(hazard):
        raise Invalid(_("只有本校发现、本校办理的隐患才能自行整改。"))
    require(not hazard.suspected_major, suspected_major=_("疑似重大隐患请用“报送上级”。"))
    require_matching(hazard.domain, data.category, hazard)
    require(
        not demanded_kind(data.category),
        category=_("这一类隐患必须停用，不能自行整改；请先“停用”，再“报送上级”。"),
    )
    hazard.level, hazard.competence, hazard.category = Level.GENERAL, Competence.SCHOOL, data.category
    give_file_number(act)
    set_verifier(act)
    lead = new_lead(act, act.case.unit(hazard.unit_id), limit_on=data.limit_on, requirements=data.measures)
    lead.leader, lead.handler = data.leader, data.handler
    lead.sign()
    hazard.interim_control = data.interim_control
    act.add_rectifiers(data.handler.pk)
    prefill_commitments(
        act, leader=data.leader, handler=data.handler, measures=data.measures, contingency=data.interim_control
    )
    act.move()
