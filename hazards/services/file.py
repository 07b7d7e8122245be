from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.actions import FileData
from hazards.routing import has_mandate
from hazards.services.act import Act, verb
from hazards.services.filing import (
    give_file_number,
    is_handled_by_campus,
    require_general_of_school,
    require_matching,
)  # fmt: skip
from hazards.states import Level
from organizations.kinds import UnitKind


@verb("file")
def file_hazard(act: Act, data: FileData) -> None:
    """Decide level, domain and whose duty it is; give the file number."""
    hazard = act.hazard
    require_matching(data.domain, data.category, hazard)
    if data.level == Level.MAJOR:
        raise Invalid.of(level=_("建档为重大须有判定标准条款和第二人会签，本版尚未开通；请先采取管控措施并电话报告。"))
    if is_handled_by_campus(hazard):
        require_general_of_school(data.level, data.competence)
    elif act.case.unit(hazard.handling_unit_id).kind == UnitKind.CEN and not has_mandate(act.case, "file", data.level):
        raise Invalid.of(level=_("中心校未受委托建档这个等级，请用“报送上级”。"))
    hazard.level, hazard.domain, hazard.category = data.level, data.domain, data.category
    hazard.competence = data.competence
    give_file_number(act)
    act.move()
