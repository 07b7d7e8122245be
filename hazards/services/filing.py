"""What several verbs share: file numbers, whose duty, who verifies, a new lead assignment, commitments."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from core.cached_rows import cached_rows
from core.clock import local, today
from core.errors import Invalid
from core.numbering import file_number, next_number
from hazards.limits import end_of, last_day, step_due
from hazards.models import Assignment, Category, Domain, Hazard, VerifierRule
from hazards.services.act import Act
from hazards.states import AssignmentKind, Level, Source, State
from hazards.states_clock import IN_FORCE
from organizations.models import Unit, User

# What takes longer is scheduled, not assigned. Source: process.md a.3 (listed: one year at most).
LONGEST_LIMIT = timedelta(days=366)


def give_file_number(act: Act) -> None:
    """The next number of the county and year; a hazard that has one from a withdrawn filing keeps it."""
    hazard = act.hazard
    if hazard.file_number:
        return
    unit, year = act.case.unit(hazard.unit_id), local(act.at).year
    # A campus right below a prefecture has no county.
    code = unit.region_code or unit.prefecture_code or "000000"
    hazard.file_number = file_number(code, year, next_number(f"file:{code}:{year}"))


def is_handled_by_campus(hazard: Hazard) -> bool:
    return hazard.handling_unit_id == hazard.unit_id


def is_schools_own(hazard: Hazard) -> bool:
    """Found by the school and still in its own hands."""
    return is_handled_by_campus(hazard) and hazard.source == Source.SCHOOL


def require_matching(domain: Domain, category: Category | None, hazard: Hazard) -> None:
    """The category is of the domain, and a matter never turns confidential or public by a change of domain."""
    if category and category.domain_id != domain.pk:
        raise Invalid.of(category=_("类别不属于所选领域“%(domain)s”，请重选。") % {"domain": domain.name})
    if domain.is_restricted != hazard.is_restricted:
        raise Invalid.of(domain=_("敏感事项与一般隐患不能互改领域，请重新上报。"))


@cached_rows(seconds=60)
def _verifier_rules() -> dict[tuple[str, str], VerifierRule]:
    return {(row.level, row.source): row for row in VerifierRule.objects.all()}


def set_verifier(act: Act, chosen: Unit | None = None) -> None:
    """Who verifies and closes, by rule of level, of who handles and of who rectifies; source process.md a.6."""
    hazard = act.hazard
    source = Source.SCHOOL if is_schools_own(hazard) else ""
    if act.case.is_outside:
        source = VerifierRule.OUTSIDE
    rules = _verifier_rules()
    rule = rules.get((hazard.level, source)) or rules[(hazard.level, "")]
    units = {
        VerifierRule.Party.CAMPUS: hazard.unit_id,
        VerifierRule.Party.ISSUER: hazard.handling_unit_id,
        VerifierRule.Party.OFFICE: act.case.bureau.pk if rule_needs_bureau(rule) else None,
    }
    hazard.verifying_unit_id = chosen.pk if chosen else units[VerifierRule.Party(rule.verifier)]
    hazard.closing_unit_id = units[VerifierRule.Party(rule.closer)]
    hazard.closes_in_one_act = rule.in_one_act and chosen is None
    give_to_lister(act)


def give_to_lister(act: Act) -> None:
    """What is listed is verified by who listed it and closed by the bureau; an outside unit's result as ever.

    Source: process.md a.6.
    """
    hazard, case = act.hazard, act.case
    if hazard.listing not in IN_FORCE or case.lead is None or case.is_outside:
        return
    hazard.verifying_unit_id = hazard.closing_unit_id = case.bureau.pk
    hazard.closes_in_one_act = False


def rule_needs_bureau(rule: VerifierRule) -> bool:
    return VerifierRule.Party.OFFICE in (rule.verifier, rule.closer)


def new_lead(
    act: Act, unit: Unit, *, limit_on: date | None, requirements: str, step: str = State.RECTIFYING,
    issuer_unit_id: int | None = None, kind: AssignmentKind = AssignmentKind.ORDER, issued_as: str = "",
    reply_on: date | None = None,
) -> Assignment:  # fmt: skip
    """An assignment to the lead, with the limit given, else that of the finder's paper or of the rules.

    The issuer is the handling unit where no other is named. Raises Invalid for a limit past that of a legal paper.
    """
    hazard = act.hazard
    paper = hazard.paper_limit_on
    if limit_on and paper and limit_on > paper >= today(act.at):
        raise Invalid.of(
            limit_on=_("不能晚于%(paper)s的期限 %(day)s；只有发文单位能变更。")
            % {"paper": hazard.paper_name or _("法定文书"), "day": paper.isoformat()}
        )
    if limit_on is None and paper and paper >= today(act.at):
        limit_on = paper
    limit_day, due_at = limit_of(hazard, act.at, limit_on, step)
    lead = Assignment(
        hazard=hazard,
        unit=unit,
        kind=kind,
        issued_as=issued_as,
        reply_on=reply_on,
        issuer_unit_id=issuer_unit_id or hazard.handling_unit_id,
        issuer_post_id=act.acted_post_id or act.post.id,
        requirements=requirements,
        assigned_at=act.at,
        limit_on=limit_day,
        due_at=due_at,
    )
    act.give_to(lead)
    keep_term(act, limit_day)
    return lead


def keep_term(act: Act, limit_on: date) -> None:
    """The term of the bureau's or county's own listing does not end before the limit that the lead has now.

    Else who is within his limit would miss the term. What another body named is a fact that stays.
    """
    row = act.case.supervision
    if row is None or row.state not in IN_FORCE or row.is_external or row.term_on is None or row.term_on >= limit_on:
        return
    act.touch(row).term_on = limit_on
    act.notes["term"] = limit_on.isoformat()


def limit_of(hazard: Hazard, at: datetime, limit_on: date | None, step: str) -> tuple[date, datetime]:
    """(last day in time, first late moment). Raises Invalid for a day that has passed or is over a year away."""
    if limit_on is None:
        due_at = step_due(hazard, step, at)
        return last_day(due_at), due_at
    if limit_on < today(at):
        raise Invalid.of(limit_on=_("整改期限不能早于今天。"))
    if limit_on > today(at) + LONGEST_LIMIT:
        raise Invalid.of(limit_on=_("整改期限最长一年。"))
    return limit_on, end_of(limit_on)


def prefill_commitments(act: Act, *, leader: User, handler: User, measures: str, contingency: str) -> None:
    """五落实 in their short form, to be confirmed or changed when submitting."""
    act.hazard.commitments = {
        "responsibility": _("责任领导%(leader)s，经办人%(handler)s") % {"leader": leader.name, "handler": handler.name},
        "measures": measures,
        "funding": _("按实际支出列支"),
        "deadline": _("%(day)s前完成") % {"day": act.lead.limit_on.isoformat()},
        "contingency": contingency,
    }


def require_general_of_school(level: str, competence: str) -> None:
    """A school settles by itself only what is 一般 and its own duty; all else goes up."""
    errors: dict[str, str] = {}
    if level != Level.GENERAL:
        errors["level"] = _("学校只办理一般隐患，较大及以上请用“报送上级”。")
    if competence != "school":
        errors["competence"] = _("不属于本校职责，请用“报送上级”。")
    if errors:
        raise Invalid.of(**errors)
