"""挂牌督办: whom who may list, what a listing demands, and how it ends.

Source: process.md a.5 (listing), a.6, b.3; regulation.md 2.4, 2.7, 2.10; ledgers-documents-calendar.md (e) D-11.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from hazards.case import Case
from hazards.limits import end_of, get_limit, last_day, step_due
from hazards.models import Hazard, Supervision
from hazards.permitted import nearest_posts
from hazards.services.act import Act, require
from hazards.services.filing import LONGEST_LIMIT, give_to_lister
from hazards.services.measures import raise_rank
from hazards.services.parts import start_plan
from hazards.services.supervision_papers import issue_notice, write_announcement
from hazards.states import WITHIN_EDUCATION, Level, PlanState, Source, State
from hazards.states_clock import IN_FORCE, Authority, ListingTrigger, Rank, SupervisionState
from organizations.kinds import EDUCATION_TREE, UnitKind
from organizations.models import Unit

DECISION, TERM, PLAN, REPORT, VISIT = (
    "listing_decision",
    "listing_term",
    "listing_plan",
    "listing_report",
    "listing_visit",
)
DELISTING, HONOUR_BAN = "delisting", "honour_ban"
# 重大 of these domains is listed whatever anybody thinks of it. Source: process.md b.3 L-1, L-2; requirements.md C09, C10.
MANDATORY = {"02": ListingTrigger.FIRE, "09": ListingTrigger.CHEMICAL}
# Honours are out of reach for half a year from listing on. Source: regulation.md 2.7.
BAN_MONTHS = 6
_MOST_WORDS = 500
_OF_MAJOR = frozenset({ListingTrigger.FIRE, ListingTrigger.CHEMICAL, ListingTrigger.MAJOR})


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a lister decides beside the listing itself; the rules fill in what is left open."""

    term_on: date | None = None
    supervisor_unit: Unit | None = None
    supervisor: str = ""
    requirements: str = ""
    # Of a notice that is written already.
    number: str = ""
    is_public: bool = False
    opinion: str = ""


def say_not_listed(case: Case) -> str:
    """Why it can't be listed, in a sentence; empty where it can."""
    hazard = case.hazard
    if hazard.is_restricted:
        return _("敏感事项由专办员办理，不挂牌督办。")
    if hazard.listing:
        said = {"state": SupervisionState(hazard.listing).label}
        return _("已有一项挂牌督办（%(state)s），不能重复挂牌。") % said
    if hazard.state == State.VERIFIED:
        return _("已复查合格，不再挂牌；有疑问请用“销号退回”。")
    return ""


def may_be_recorded(case: Case) -> bool:
    """Another body's notice where nothing is listed or only by the bureau; its extension and acceptance where it listed."""
    return case.supervision is not None or not say_not_listed(case)


def is_of_bureau(case: Case) -> bool:
    """Whether the bureau lists it itself: a unit of its own works on it, or will. Source: regulation.md 2.10."""
    if case.lead is None:
        return case.hazard.competence in WITHIN_EDUCATION
    kind = case.unit(case.lead.unit_id).kind
    return kind in EDUCATION_TREE and kind != UnitKind.EDU


def is_listed_at_once(case: Case) -> bool:
    """By the standing authority of the rules: what the bureau's units owe and did not find themselves. At which levels, the
    ladder says. Source: architecture 4."""
    return case.hazard.source != Source.SCHOOL and is_of_bureau(case)


def county_body(case: Case) -> Unit | None:
    """The county's body that decides listings: the one that is asked already, else one with people."""
    hazard = case.hazard
    known = [hazard.referred_to_id, case.lead.issuer_unit_id if case.lead else None]
    asked = [case.unit(pk) for pk in known if pk]
    region = case.unit(hazard.unit_id).region_code
    others = Unit.objects.filter(kind=UnitKind.GOV, region_code=region, is_active=True).order_by("path", "pk")
    for unit in [*asked, *others]:
        case.remember(unit)
        if unit.kind == UnitKind.GOV and nearest_posts(case, unit.pk, "decide_listing"):
            return unit
    return None


def propose(act: Act, trigger: str, reason: str, *, authority: str = "", requirements: str = "") -> Supervision:
    """A 拟挂牌 that waits for its lister's decision.

    Raises Invalid where the bureau would list who is not its own.
    """
    case = act.case
    own = is_of_bureau(case)
    authority = authority or (Authority.SECTOR if own else Authority.COUNTY)
    require(
        own or authority != Authority.SECTOR,
        authority=_("部门、乡镇和校外单位只能提请县级挂牌。"),
    )
    lister = case.bureau if authority == Authority.SECTOR else county_body(case) or case.bureau
    row = Supervision(
        hazard=act.hazard,
        trigger=trigger,
        authority=authority,
        lister_unit=lister,
        lister_name=lister.name if lister.kind == UnitKind.GOV or authority == Authority.SECTOR else _("县级挂牌机关"),
        reason=reason[:_MOST_WORDS],
        requirements=requirements[:_MOST_WORDS],
        supervisor_unit=lister,
        opened_at=act.at,
        due_at=step_due(act.hazard, DECISION, act.at),
    )
    case.supervision = act.touch(row)
    show(act, row)
    act.notes["lister"] = row.lister_name
    return row


def impose(act: Act, row: Supervision, terms: Terms) -> None:
    """It is listed from now on: notice, term, plan, reports, visits, verified by its lister. Raises Invalid."""
    hazard, case = act.hazard, act.case
    row.impose()
    row.supervisor_unit = terms.supervisor_unit or row.supervisor_unit
    case.remember(row.supervisor_unit)
    row.supervisor = terms.supervisor or _supervisor(case, row.supervisor_unit)
    row.requirements = terms.requirements or row.requirements
    row.opinion, row.is_public = terms.opinion or row.opinion, terms.is_public
    row.listed_on = act.occurred_on
    row.term_on = term_of(act, row, terms.term_on)
    row.ban_until_on = months_later(row.listed_on, BAN_MONTHS)
    if hazard.state == State.SUBMITTED:
        row.ask_acceptance()
    show(act, row)
    row.plan_due_on = None if hazard.state == State.SUBMITTED else plan_due(act)
    renew_report(act, row)
    renew_visit(act, row)
    raise_rank(act, Rank.LISTED)
    give_to_lister(act)
    if hazard.state == State.RECTIFYING:
        start_plan(act)
    write_announcement(act, row)
    row.notice_number = terms.number or issue_notice(act, row)
    act.notes["term"] = row.term_on.isoformat()
    if row.notice_number:
        act.notes["paper_number"] = row.notice_number


def _supervisor(case: Case, unit: Unit) -> str:
    """Who leads where the listing was decided, else who visits. Raises Invalid where nobody is there to visit."""
    visitors = nearest_posts(case, unit.pk, "visit_supervision")
    require(visitors, supervisor_unit=_("%(unit)s没有可以督办的在岗人员，请另选。") % {"unit": unit.name})
    leaders = nearest_posts(case, unit.pk, "decide_listing") or visitors
    return next((holder.user_name for post in leaders for holder in post.holders), leaders[0].label)[:40]


def term_of(act: Act, row: Supervision, wanted: date | None) -> date:
    """The day named, else the limit that still lies ahead, else the time that the rules give. Raises Invalid.

    Never before the limit that was given: a served one is not shortened. A day that another body named is a fact.
    """
    lead, on = act.case.lead, today(act.at)
    if wanted is None:
        return lead.limit_on if lead and lead.limit_on > on else last_day(step_due(act.hazard, TERM, act.at))
    if row.is_external:
        return wanted
    require(wanted > on, term_on=_("督办期限须晚于今天。"))
    require(
        lead is None or wanted >= lead.limit_on,
        term_on=_("不能早于已定的整改期限 %(day)s。") % {"day": lead.limit_on.isoformat() if lead else ""},
    )
    # A plan of years may have given more.
    longest_on = max(on + LONGEST_LIMIT, lead.limit_on) if lead else on + LONGEST_LIMIT
    require(wanted <= longest_on, term_on=_("督办期限最长一年。"))
    return wanted


def plan_due(act: Act) -> date | None:
    """None where a plan stands already, and of who is asked for a result only."""
    plan = act.case.plan
    stands = plan is not None and plan.state == PlanState.APPROVED
    return None if stands or act.case.is_outside else last_day(step_due(act.hazard, PLAN, act.at))


def renew_report(act: Act, row: Supervision) -> None:
    """The first report follows the plan, each other one the last. Source: process.md a.3 (progress), a.5."""
    since = act.at
    plan = act.case.plan
    if row.plan_due_on and (plan is None or plan.state != PlanState.APPROVED):
        since = max(since, end_of(row.plan_due_on) - timedelta(days=1))
    row.report_due_on = last_day(step_due(act.hazard, REPORT, since))


def renew_visit(act: Act, row: Supervision) -> None:
    row.due_at = step_due(act.hazard, VISIT, act.at)
    row.visit_due_on = last_day(row.due_at)


def show(act: Act, row: Supervision) -> None:
    """The file tells the state of the listing that lives."""
    living = row.state in (SupervisionState.PROPOSED, *IN_FORCE)
    act.hazard.listing = str(row.state) if living else ""


def months_later(day: date, n: int) -> date:
    """The same day of a later month, its last day where it is shorter."""
    year, month = divmod(day.month - 1 + n, 12)
    first = date(day.year + year, month + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


def note_missed(act: Act, row: Supervision) -> bool:
    """Mark a term that passed unfinished; whether it was news. Source: regulation.md 2.7 (one year from expiry)."""
    if row.is_missed or row.term_on is None or act.occurred_on <= row.term_on:
        return False
    row.is_missed = True
    days = timedelta(days=get_limit(act.hazard, HONOUR_BAN).amount)
    row.ban_until_on = max(row.ban_until_on or row.term_on, row.term_on + days)
    act.notes["missed_term"] = row.term_on.isoformat()
    return True


# --- listed with filing and grading -------------------------------------------------------------------------------


def is_bound(row: Supervision, hazard: Hazard) -> bool:
    """What the bureau must list by its kind, while it is what it is. Source: process.md b.3 L-1, L-2."""
    is_mandatory = MANDATORY.get(hazard.domain.code) == row.trigger and hazard.level == Level.MAJOR
    return is_mandatory and row.authority == Authority.SECTOR and not row.is_external


def list_by_level(act: Act) -> None:
    """What a level brings: 重大 of fire and chemicals is listed at once, any other proposed to the leader.

    While the level is still to be judged, and where the bureau could only ask for it, it is proposed. Where nobody
    could decide or visit, the filing goes on without. Source: process.md b.3.
    """
    hazard, case = act.hazard, act.case
    if hazard.level != Level.MAJOR:
        _drop_proposal(act)
        return
    trigger = MANDATORY.get(hazard.domain.code, ListingTrigger.MAJOR)
    row = case.supervision
    if row is None:
        if say_not_listed(case) or not nearest_posts(case, case.bureau.pk, "decide_listing"):
            return
        row = propose(act, trigger, str(ListingTrigger(trigger).label))
    elif row.state == SupervisionState.PROPOSED and trigger in MANDATORY.values():
        # Whatever it was proposed for before, now it must be.
        act.touch(row).trigger = trigger
    if row.state == SupervisionState.PROPOSED and _stands_by_rule(act, row):
        act.touch(row).is_standing = True
        impose(act, row, Terms())


def _stands_by_rule(act: Act, row: Supervision) -> bool:
    is_certain = row.trigger in MANDATORY.values() and not act.hazard.level_is_pending
    return is_certain and row.authority == Authority.SECTOR and act.hazard.state != State.VERIFIED


def _drop_proposal(act: Act) -> None:
    """What was proposed for a level that it has no more."""
    row = act.case.supervision
    if row is not None and row.state == SupervisionState.PROPOSED and row.trigger in _OF_MAJOR:
        act.touch(row).end()
        show(act, row)


# --- the end of other things --------------------------------------------------------------------------------------


def require_unlisted(act: Act) -> None:
    """Raises Invalid while it is listed: it ends by 摘牌 first. Source: process.md a.4 T06, T32."""
    if act.hazard.listing in IN_FORCE:
        said = {"state": SupervisionState(act.hazard.listing).label}
        raise Invalid(_("%(state)s，不能办这一步；须先摘牌。") % said)


def say_listed(case: Case) -> str:
    """What of a listing must end before the case is closed; empty where nothing must."""
    match case.hazard.listing:
        case "":
            return ""
        case SupervisionState.PROPOSED:
            return _("拟挂牌督办的审批（由局领导或县级机构决定）")
        case SupervisionState.PASSED:
            return _("挂牌督办的摘牌（由挂牌单位办理）")
        case _:
            return _("挂牌督办的验收和摘牌")
