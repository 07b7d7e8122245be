"""Which posts the rules let do an action for a unit: the one that owes it first."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.cached_rows import cached_rows
from hazards.actions import Action, Party
from hazards.case import Case
from hazards.models import ActorRule
from hazards.states import Level, State
from organizations.kinds import EDUCATION_TREE, PostKind, UnitKind
from organizations.posts import OpenPost

# Who enters what a unit or leader did on paper or by phone (代录): the posts of an office, by kind of its unit.
RECORDERS: Mapping[str, tuple[str, ...]] = {
    UnitKind.EDU: (PostKind.OFFICE_CLERK, PostKind.OFFICE_DIRECTOR),
    UnitKind.GOV: (PostKind.COORDINATOR,),
    UnitKind.CEN: (PostKind.CENTRAL_SAFETY, PostKind.CENTRAL_HEAD),
}
# The rows of the rules by which the bureau's leaders decide an appeal against its own rejection.
APPEAL_RULE = "appeal.decide"

KindsByUnit = Mapping[str, tuple[str, ...]]


@cached_rows(seconds=60)
def _rules() -> dict[tuple[str, str, bool], dict[str, tuple[str, ...]]]:
    """{(action, level, is_restricted): {unit kind: post kinds}}"""
    rules: dict[tuple[str, str, bool], dict[str, tuple[str, ...]]] = {}
    for row in ActorRule.objects.all():
        rules.setdefault((row.action, row.level, row.is_restricted), {})[row.unit_kind] = tuple(row.post_kinds)
    return rules


def kinds_for(action: str, level: str, *, is_restricted: bool) -> KindsByUnit:
    """Post kinds by unit kind; rows of the level go before rows for every level."""
    rules = _rules()
    return {**rules.get((action, "", is_restricted), {}), **rules.get((action, level, is_restricted), {})}


def party_unit(case: Case, party: Party) -> int | None:
    """The unit whose posts act for a party; None while there is no such party."""
    hazard = case.hazard
    match party:
        case Party.HANDLING:
            return hazard.handling_unit_id
        case Party.LEAD:
            return case.lead.unit_id if case.lead else None
        case Party.VERIFYING:
            return hazard.verifying_unit_id
        case Party.CLOSING:
            return hazard.closing_unit_id
        case Party.COUNTY:
            return hazard.referred_to_id
        case Party.CLAIMANT:
            return hazard.proposed_lead_id
        case Party.ISSUER:
            return case.lead.issuer_unit_id if case.lead else None
        case Party.PAPER:
            return hazard.paper_unit_id
        case Party.BUREAU:
            return case.bureau.pk
        case Party.CAMPUS:
            return hazard.unit_id
        case _:
            return None


def barred_from(case: Case, action: Action) -> Collection[int]:
    """Who did the work judges nothing of it; from 较大 up who verified does not close."""
    hazard = case.hazard
    if _is_appealed(case, action):
        return case.rejection.people if case.rejection else ()
    if not action.bars_rectifiers:
        return ()
    if action.party is Party.CLOSING and hazard.rule_level != Level.GENERAL:
        return {*hazard.rectifiers, *hazard.verifiers}
    return hazard.rectifiers


def nearest_posts(case: Case, unit_id: int, action: str, barred: Collection[int] = ()) -> list[OpenPost]:
    """The posts of a unit, else of its next superior, that the rules let do an action."""
    hazard = case.hazard
    kinds = kinds_for(action, hazard.rule_level, is_restricted=hazard.is_restricted)
    # Nobody above a department acts for it, nor the bureau in which a county body sits.
    path = case.path(unit_id) if case.unit(unit_id).kind in EDUCATION_TREE else [unit_id]
    return case.directory.nearest(path, kinds, barred)


def recording_posts(case: Case, unit_id: int, issuer_unit_id: int) -> list[OpenPost]:
    """Who owes the entries for a unit that has no accounts: the office that gave it the assignment, else the bureau's.

    Nobody for what is confidential: only the named confidants know of it.
    """
    if case.hazard.is_restricted:
        return []
    unit = case.unit(unit_id)
    start = issuer_unit_id if unit.kind not in EDUCATION_TREE else unit.parent_id or issuer_unit_id
    found = case.directory.nearest(case.path(start), RECORDERS)
    return found or case.directory.nearest(case.path(case.bureau.pk), RECORDERS)


def recorders_of(case: Case, party: Party) -> list[OpenPost]:
    """Who owes the entries for a party whose unit has no accounts; empty where a party's posts are never recorded so."""
    if party is Party.LEAD and case.lead:
        return recording_posts(case, case.lead.unit_id, case.lead.issuer_unit_id)
    if party is Party.COUNTY and case.hazard.referred_to_id:
        return recording_posts(case, case.hazard.referred_to_id, case.hazard.referred_to_id)
    return []


def permitted_posts(case: Case, action: Action) -> list[OpenPost]:
    """The posts that may do an action of a unit's party, the one that owes it first."""
    unit_id = party_unit(case, action.party)
    name = APPEAL_RULE if _is_leaders_appeal(case, action) else action.name
    return nearest_posts(case, unit_id, name, barred_from(case, action)) if unit_id else []


def _is_appealed(case: Case, action: Action) -> bool:
    """A report once rejected waits for another to decide."""
    hazard = case.hazard
    is_second_look = hazard.n_appeals > 0 and hazard.state == State.REPORTED and not hazard.is_restricted
    return action.party is Party.HANDLING and is_second_look


def _is_leaders_appeal(case: Case, action: Action) -> bool:
    """What the bureau itself rejected has no unit above: its leader decides."""
    if not _is_appealed(case, action) or case.rejection is None:
        return False
    return case.rejection.unit_id == case.hazard.handling_unit_id
