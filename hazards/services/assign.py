from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.assigning import AssignData
from hazards.routing import has_mandate
from hazards.services.act import Act, require, verb
from hazards.services.filing import new_lead, set_verifier
from hazards.services.handing import require_own_name
from hazards.services.parts import add_co_units, free_of_parts
from hazards.states import WITHIN_EDUCATION, Competence
from organizations.kinds import UnitKind


@verb("assign")
def assign_hazard(act: Act, data: AssignData) -> None:
    """Order one lead unit of one's own tree to rectify within a limit."""
    hazard = act.hazard
    if hazard.competence not in WITHIN_EDUCATION:
        raise Invalid.of(
            lead=_("责任归属为“%(whose)s”，教育系统不能直接交办，请用“函告主管部门”或“提请交办”。")
            % {"whose": Competence(hazard.competence).label}
        )
    require_own_name(act, data.issued_as)
    handling = act.case.unit(hazard.handling_unit_id)
    if handling.kind == UnitKind.CEN and not has_mandate(act.case, "assign", hazard.level):
        raise Invalid.of(lead=_("中心校未受委托交办这个等级，请用“报送上级”。"))
    free_of_parts(act, data.lead)
    new_lead(act, data.lead, limit_on=data.limit_on, requirements=data.requirements, issued_as=data.issued_as)
    add_co_units(act, data.co_units, data.co_task, issuer_unit_id=hazard.handling_unit_id, issued_as=data.issued_as)
    require(
        data.verifier is None or data.verifier.pk not in {data.lead.pk, *(unit.pk for unit in data.co_units)},
        verifier=_("参与整改的单位不能复查，请选别的单位。"),
    )
    set_verifier(act, data.verifier)
    act.move()
