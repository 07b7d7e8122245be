"""How a case goes to a unit: whose duty it is, in whose name, by letter or by order, and what changes with a new lead."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from hazards.limits import last_day, step_due
from hazards.models import Assignment
from hazards.services.act import Act, require
from hazards.services.filing import LONGEST_LIMIT, new_lead, set_verifier
from hazards.services.parts import add_control_part, end_lead, free_of_parts, kind_for
from hazards.states import WITHIN_EDUCATION, AssignmentKind, Competence
from organizations.kinds import CAMPUSES, EDUCATION_TREE, UnitKind
from organizations.models import Unit

# From so many transfers on the units should sit down together. Source: process.md a.4 T16.
MANY_TRANSFERS = 2

_WHOSE = {
    UnitKind.DEP: Competence.DEPARTMENT,
    UnitKind.TWN: Competence.TOWNSHIP,
    UnitKind.SVC: Competence.OWNER,
}


def whose_duty(unit: Unit) -> Competence:
    """What the competence is when a unit leads: who orders it has decided that."""
    if unit.kind in CAMPUSES:
        return Competence.SCHOOL
    return _WHOSE.get(UnitKind(unit.kind), Competence.BUREAU)


def require_outside_duty(act: Act) -> None:
    """Raises Invalid where the education tree is competent itself."""
    competence = act.hazard.competence
    if competence in WITHIN_EDUCATION:
        raise Invalid(_("责任归属为“%(whose)s”，请直接交办。") % {"whose": Competence(competence).label})


def require_own_name(act: Act, issued_as: str) -> None:
    """One issues in the name of a body that sits in the unit by whose post one acts, or in one's own."""
    if issued_as and not act.on_behalf:
        require(
            issued_as in act.post.unit_issuing_names,
            issued_as=_("%(unit)s不能以这个名义发文，请重选。") % {"unit": act.post.unit_name},
        )


def notice_day(act: Act, reply_on: date | None) -> date:
    """The day until which a letter is to be answered. Raises Invalid for one that has passed or is over a year away."""
    if reply_on is None:
        return last_day(step_due(act.hazard, "notice", act.at))
    if reply_on < today(act.at):
        raise Invalid.of(reply_on=_("回复日期不能早于今天。"))
    if reply_on > today(act.at) + LONGEST_LIMIT:
        raise Invalid.of(reply_on=_("回复日期最长一年。"))
    return reply_on


def hand_to(act: Act, unit: Unit, *, limit_on: date | None, requirements: str = "") -> Assignment:
    """A new lead in place of the present one, from the same issuer, with a limit of its own; the age stays.

    A request of the present lead to be rid of it is answered with that. Raises Invalid for the present lead itself.
    """
    old, hazard = act.lead, act.hazard
    if unit.pk == old.unit_id:
        raise Invalid.of(lead=_("现在就由%(unit)s牵头，请选另一个单位。") % {"unit": unit.name})
    require(
        not hazard.is_restricted or unit.kind in EDUCATION_TREE,
        lead=_("敏感事项不交校外单位办理；须公安等部门处理的，请直接报告。"),
    )
    was_outside = act.case.is_outside
    end_lead(act)
    act.case.remember(unit)
    free_of_parts(act, unit)
    kind = kind_for(act, unit, old.issuer_unit_id)
    lead = new_lead(
        act, unit, limit_on=limit_on, requirements=requirements or old.requirements, issuer_unit_id=old.issuer_unit_id,
        kind=kind, issued_as=old.issued_as, reply_on=notice_day(act, None) if kind == AssignmentKind.REQUEST else None,
    )  # fmt: skip
    if unit.kind not in EDUCATION_TREE or was_outside:
        hazard.competence = whose_duty(unit)
    if act.case.is_outside != was_outside or hazard.verifying_unit_id == unit.pk:
        set_verifier(act)
    if act.case.is_outside:
        add_control_part(act, "")
    hazard.n_transfers += 1
    # What the unit before did badly is not the new one's.
    hazard.least_colour = ""
    act.notes["from_lead"], act.notes["to_lead"] = old.unit.name, unit.name
    if hazard.n_transfers >= MANY_TRANSFERS:
        act.notes["advice"] = _("已转办 %(n)d 次，建议召开协调会") % {"n": hazard.n_transfers}
    return lead


def lead_from_county(
    act: Act, unit: Unit, *, requirements: str, limit_on: date | None, issued_as: str = ""
) -> Assignment:
    """An order of the body that was asked; the campus keeps people safe meanwhile."""
    hazard = act.hazard
    lead = new_lead(
        act, unit, limit_on=limit_on, requirements=requirements, issuer_unit_id=hazard.referred_to_id,
        kind=AssignmentKind.ORDER, issued_as=issued_as,
    )  # fmt: skip
    hazard.competence = whose_duty(unit)
    free_of_parts(act, unit)
    add_control_part(act, "")
    set_verifier(act)
    return lead
