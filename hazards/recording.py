"""Who may enter what another did on paper or by phone (代录), and whose act it may be."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.actions import ACTIONS, Action, Party
from hazards.case import Case
from hazards.permitted import RECORDERS, party_unit
from hazards.policies import ROW_ACTIONS, ROW_PARTIES, Decision, decide
from hazards.row_posts import RULINGS, askers_of, proposers_of, row_unit, rows_for
from hazards.small import Row
from hazards.states import AssignmentKind
from organizations.kinds import EDUCATION_TREE
from organizations.posts import HeldPost, OpenPost

# Personal acts, and those that no person asks for, are entered by nobody else.
_NEVER_RECORDED = frozenset(
    {Party.ANYONE, Party.CAMPUS_STAFF, Party.REPORTER, Party.LAST_ACTOR, Party.CLOCK, Party.ANY_PARTY}
)


def decide_recorded(case: Case, action_name: str) -> tuple[Decision, tuple[OpenPost, ...]]:
    """Whether the actor may enter what another did (代录), by which of his posts; and whose act it may be.

    The office that issued, the coordinator for county units, a central school for its schools. Nobody enters a
    judgement of his own unit's work, nor agrees in another's name to what he proposed.
    """
    action = ACTIONS[action_name]
    if action.party in _NEVER_RECORDED or case.hazard.is_restricted:
        return Decision((), (_("本人"),)), ()
    decision = decide(case, action_name)
    units = acting_units(case, action)
    mine = [post for post in case.held if post.kind in RECORDERS.get(post.unit_kind, ())]
    posts = tuple(post for post in mine if any(records_for(case, post, unit_id) for unit_id in units))
    if action.bars_rectifiers or action.party is Party.SECOND:
        posts = tuple(post for post in posts if not _judges_own(case, post, action))
    if action.name in RULINGS:
        posts = tuple(post for post in posts if rows_recorded_by(case, action.name, post))
    return Decision(posts, (_("交办单位、县级协调员、中心校"),)), decision.open_posts


def acting_units(case: Case, action: Action) -> set[int]:
    """The units whose act it is: of the party, or of each row that it may be about."""
    if action.party in ROW_PARTIES or action.name in ROW_ACTIONS:
        found = {row_unit(case, action.name, row) for row in rows_for(case, action.name)}
    elif action.party is Party.ISSUER_OR_LEAD:
        found = {party_unit(case, Party.ISSUER), party_unit(case, Party.LEAD)}
    elif action.party is Party.CONTROL:
        found = {party_unit(case, Party.LEAD), case.hazard.unit_id}
    elif action.party is Party.SUPERIOR:
        found = {case.bureau.pk}
    else:
        found = {party_unit(case, action.party)}
    return {unit_id for unit_id in found if unit_id is not None}


def records_for(case: Case, post: HeldPost, unit_id: int) -> bool:
    """Whether the holder of a post may enter what a unit did."""
    unit = case.unit(unit_id)
    # A leader of the own body; its other posts act themselves. Then what lies below, schools or departments.
    if post.unit_id in (unit_id, *unit.path):
        return True
    if unit.kind in EDUCATION_TREE:
        return False
    given = [row for row in case.assignments if row.kind != AssignmentKind.CONTROL]
    bodies = {row.issuer_unit_id for row in given if row.unit_id == unit_id} | {case.hazard.referred_to_id or 0}
    if post.unit_id in bodies:
        return True
    # What a county body ruled on paper, and what nobody there can enter, the bureau that asked it enters.
    rules = unit_id in {case.hazard.referred_to_id, *(row.issuer_unit_id for row in given)}
    is_vacant = not any(case.directory.nearest([body], RECORDERS) for body in bodies if body)
    return (rules or is_vacant) and post.unit_id == case.bureau.pk


def rows_recorded_by(case: Case, action_name: str, post: HeldPost) -> list[Row]:
    """The rows about which the holder of a post may enter what their units did."""
    rows = ((row, row_unit(case, action_name, row)) for row in rows_for(case, action_name))
    mine = {case.actor.pk, post.delegator_id}
    found = [row for row, unit_id in rows if unit_id and records_for(case, post, unit_id)]
    # Who asked does not type the answer either.
    return [row for row in found if action_name not in RULINGS or not mine & askers_of(row)]


def _judges_own(case: Case, post: HeldPost, action: Action) -> bool:
    hazard = case.hazard
    if action.party is Party.SECOND:
        # Who proposed, or stands behind the proposal, does not type the consent to it.
        return case.countersign is not None and case.actor.pk in proposers_of(case, case.countersign)
    return case.actor.pk in hazard.rectifiers or (case.lead is not None and case.lead.unit_id == post.unit_id)
