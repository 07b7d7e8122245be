from __future__ import annotations

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from core.numbering import receipt_number
from deadlines.policies import policy_for
from hazards.data.reporting import ReportData
from hazards.models import Domain, Hazard
from hazards.routing import has_mandate
from hazards.services.act import Act, require, verb
from hazards.services.filing import LONGEST_LIMIT
from hazards.states import Channel, EvidenceStage, Level, Source
from organizations.kinds import CAMPUSES, COUNTY_BODIES, UnitKind
from organizations.models import Unit

_SOURCES: dict[str, Source] = {
    UnitKind.CEN: Source.CENTRAL,
    UnitKind.DEP: Source.DEPARTMENT,
    UnitKind.GOV: Source.DEPARTMENT,
    UnitKind.TWN: Source.TOWNSHIP,
}


@verb("report")
def report_hazard(act: Act, data: ReportData) -> None:
    """Make the hazard, give its receipt number, and choose who handles it."""
    open_file(act, unit=data.unit, place=data.place, domain=data.domain, description=data.description)
    hazard = act.hazard
    hazard.finder = data.finder or act.actor.name
    hazard.source_note = data.source_note
    hazard.interim_control = data.interim_control
    hazard.suspected_major = data.suspected_major
    hazard.is_restricted = data.domain.is_restricted
    hazard.channel = data.channel or Channel.NORMAL
    hazard.handling_unit_id = _choose_handling_unit(act)
    hazard.handling_action = act.action.name
    hazard.handling_since = act.at
    _take_paper(act, data)
    act.attach(data.photos, EvidenceStage.BEFORE)
    act.move()


def _take_paper(act: Act, data: ReportData) -> None:
    """A department's, township's or coordinating body's own paper with its limit. Source: regulation.md 2.10."""
    given = {"paper_name": data.paper_name, "paper_number": data.paper_number, "paper_limit_on": data.paper_limit_on}
    if not any(given.values()):
        return
    if act.post.unit_kind not in COUNTY_BODIES:
        refused = _("只有部门、乡镇和县级统筹机构填自己的文书。")
        raise Invalid.of(**{name: refused for name, value in given.items() if value})
    require(data.paper_name, paper_name=_("请填文书名称，例如：责令限期改正通知书。"))
    if data.paper_limit_on and data.paper_limit_on < act.occurred_on:
        raise Invalid.of(paper_limit_on=_("文书期限不能早于检查当天。"))
    if data.paper_limit_on and data.paper_limit_on > today(act.at) + LONGEST_LIMIT:
        raise Invalid.of(paper_limit_on=_("文书期限最长一年。"))
    hazard = act.hazard
    hazard.paper_unit_id = act.post.unit_id
    hazard.paper_name, hazard.paper_number = data.paper_name, data.paper_number
    hazard.paper_limit_on = data.paper_limit_on


def open_file(act: Act, *, unit: Unit, place: str, domain: Domain, description: str) -> None:
    """Fill in what every new hazard has."""
    hazard = act.hazard
    act.case.remember(unit)
    hazard.receipt_number = _draw_receipt_number(act)
    hazard.region_code = unit.prefecture_code
    hazard.created_at = act.at
    hazard.unit, hazard.place, hazard.domain, hazard.description = unit, place, domain, description
    hazard.found_on = act.occurred_on
    hazard.policy_id = policy_for(act.case.bureau.pk, today(act.at))
    hazard.source = Source.SCHOOL if act.post.unit_kind in CAMPUSES else _SOURCES.get(act.post.unit_kind, Source.BUREAU)
    hazard.reporter, hazard.reporter_post_id = act.actor, act.post.id


def _draw_receipt_number(act: Act) -> str:
    number = receipt_number(today(act.at))
    while Hazard.objects.filter(receipt_number=number).exists():
        number = receipt_number(today(act.at))
    return number


def _choose_handling_unit(act: Act) -> int:
    """The campus for what its own people found, a central school where mandated, else the bureau."""
    hazard, case = act.hazard, act.case
    if hazard.is_restricted or hazard.suspected_major or hazard.channel == Channel.DIRECT:
        return case.bureau.pk
    if hazard.source == Source.SCHOOL:
        return hazard.unit_id
    if hazard.source == Source.CENTRAL and has_mandate(case, "file", Level.GENERAL):
        return act.post.unit_id
    return case.bureau.pk
