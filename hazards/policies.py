"""Who may do what: one answer for the service, the 403, the buttons on the page and the to-do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from core.cached_rows import cached_rows
from hazards.actions import ACTIONS, Action, Party
from hazards.case import Case
from hazards.models import ActorRule, Assignment, Countersign, Hazard, HazardEvent, Instruction, SupportRequest
from hazards.small import AWAITED_BY, Row, machines_of
from hazards.states import AssignmentKind, AssignmentState, Channel, Level, State
from organizations.kinds import COUNTY_BODIES, EDUCATION_TREE, PARTS_OF_BUREAU, PostKind, UnitKind
from organizations.posts import HeldPost, OpenPost

# A section acts beside the office in its own field (业务科室).
SECTION_ACTIONS = frozenset({"assign", "pass_verification", "fail_verification", "return_submission"})
# What the named handler may do beside the posts of the lead unit (整改责任人).
HANDLER_ACTIONS = frozenset(
    {"submit", "report_progress", "record_control", "add_evidence", "save_plan", "submit_plan", "finish_part"}
)
# Who enters what a unit or leader did on paper or by phone (代录): the posts of an office, by kind of its unit.
RECORDERS: Mapping[str, tuple[str, ...]] = {
    UnitKind.EDU: (PostKind.OFFICE_CLERK, PostKind.OFFICE_DIRECTOR),
    UnitKind.GOV: (PostKind.COORDINATOR,),
    UnitKind.CEN: (PostKind.CENTRAL_SAFETY, PostKind.CENTRAL_HEAD),
}
# Whose acts are about one of the small rows.
_ROW_PARTIES = frozenset(
    {Party.PART, Party.PART_OR_LEAD, Party.REVIEWER, Party.SUPPORTER, Party.INSTRUCTED, Party.SECOND}
)
_ROW_ACTIONS = frozenset({"confirm_part", "return_part", "rule_return"})
# Personal acts, and those that no person asks for, are entered by nobody else.
_NEVER_RECORDED = frozenset(
    {Party.ANYONE, Party.CAMPUS_STAFF, Party.REPORTER, Party.LAST_ACTOR, Party.CLOCK, Party.ANY_PARTY}
)
_RETURNABLE = frozenset({AssignmentState.DONE, AssignmentState.CONFIRMED})
_BUREAU_LEADERS = frozenset({PostKind.LEADER, PostKind.CHIEF})
_COUNTY_LEADERS = frozenset({PostKind.COORDINATOR, PostKind.COUNTY_SUPERVISOR})

_UNFILED = frozenset({State.REPORTED, State.RETURNED})
# What one does as the reporter, whatever the state.
_REPORTER_ACTIONS = frozenset({"report", "supplement", "add_evidence", "withdraw_evidence"})
# Before these only the bureau and the reporter know of a report past the school.
_KNOWN_TO_SCHOOL = frozenset({State.ASSIGNED, State.RECTIFYING, State.SUBMITTED, State.VERIFIED})

# The rows of the rules by which the bureau's leaders decide an appeal against its own rejection.
APPEAL_RULE = "appeal.decide"

KindsByUnit = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Decision:
    """Which of the actor's posts may act; when none, who may."""

    posts: tuple[HeldPost, ...]
    permitted: tuple[str, ...]
    # The same posts, where the act is a unit's: whose act another may enter for them.
    open_posts: tuple[OpenPost, ...] = ()

    @property
    def is_allowed(self) -> bool:
        return bool(self.posts)

    @property
    def refusal(self) -> str:
        if not self.permitted:
            return _("现在没有岗位可以进行这项操作，请联系教育局安全办。")
        return _("这一步由%(posts)s办理，您的岗位不能办理。") % {"posts": "、".join(self.permitted)}


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
    """Who owes the entries for a unit that has no accounts: the office that gave it the assignment, else the bureau's."""
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


def rows_for(case: Case, action_name: str) -> list[Row]:
    """The small rows of the case that an action may be about."""
    match action_name:
        case "request_return":
            return [row for row in case.assignments if _is_asked(case, row)]
        case "return_part":
            # Also one that was confirmed before: a failed verification may show that it is not done.
            return [row for row in case.parts if row.kind != AssignmentKind.CONTROL and row.state in _RETURNABLE]
        case "return_plan":
            action_name = "approve_plan"
        case "decline_countersign":
            action_name = "confirm_countersign"
    return [row for row in case_rows(case, action_name) if action_name in _awaited(case, row)]


def _is_asked(case: Case, row: Assignment) -> bool:
    """A control part is the school's own duty and is returned to nobody."""
    return ("part", row.state) in machines_of(case.hazard, row) or row is case.lead


def case_rows(case: Case, action_name: str) -> Sequence[Row]:
    """Those of the machine that the action belongs to."""
    machine = next((name for (name, _state), awaited in AWAITED_BY.items() if awaited == action_name), "")
    match machine:
        case "part":
            return case.parts
        case "return":
            return case.assignments
        case "plan":
            return [case.plan] if case.plan else []
        case "countersign":
            return [case.countersign] if case.countersign else []
        case "support":
            return [case.support] if case.support else []
        case "instruction":
            return case.instructions
        case _:
            return []


def _awaited(case: Case, row: Row) -> set[str]:
    return {AWAITED_BY[one] for one in machines_of(case.hazard, row) if one in AWAITED_BY}


def posts_for_row(case: Case, action_name: str, row: Row) -> list[OpenPost]:
    """The posts that may do an action on one small row, the one that owes it first."""
    unit_id = row_unit(case, action_name, row)
    if isinstance(row, Countersign):
        return _seconds(case, row)
    if unit_id is None:
        return []
    action = ACTIONS[action_name]
    found = nearest_posts(case, unit_id, action_name, barred_from(case, action))
    if found or not isinstance(row, Assignment):
        return found
    issuer = case.lead.issuer_unit_id if action.party is Party.LEAD and case.lead else row.issuer_unit_id
    return recording_posts(case, unit_id, issuer)


def row_unit(case: Case, action_name: str, row: Row) -> int | None:
    """The unit whose posts act on a small row."""
    match ACTIONS[action_name].party:
        case Party.PART | Party.PART_OR_LEAD:
            return row.unit_id if isinstance(row, Assignment) else None
        case Party.ISSUER:
            return row.issuer_unit_id if isinstance(row, Assignment) else None
        case Party.LEAD:
            return case.lead.unit_id if case.lead else None
        case Party.REVIEWER:
            return case.lead.issuer_unit_id if case.lead else None
        case Party.SUPPORTER | Party.INSTRUCTED:
            return row.to_unit_id if isinstance(row, SupportRequest | Instruction) else None
        case Party.SECOND:
            return case.bureau.pk
        case _:
            return None


def _seconds(case: Case, row: Countersign) -> list[OpenPost]:
    """Who may agree: the named person by any post of his, else the post that the rules name; never who proposed."""
    hazard, action = case.hazard, ACTIONS[row.action]
    barred = {*_proposers(case, row), *(hazard.rectifiers if action.bars_rectifiers else ())}
    if row.second_id:
        return case.directory.posts_of(row.second_id, barred)
    return seconds_for(case, row.action, barred)


def _proposers(case: Case, row: Countersign) -> set[int]:
    """Who proposed, and for whom he stood in."""
    held = [post for post in case.directory.posts_of(row.proposer_id) if post.id == row.proposer_post_id]
    behind = {holder.delegator_id for post in held for holder in post.holders if holder.delegator_id}
    return {row.proposer_id, *behind}


def seconds_for(case: Case, action_name: str, barred: Collection[int]) -> list[OpenPost]:
    """The posts that agree to an act under dual control, by the rules of `<action>.second`."""
    return nearest_posts(case, case.bureau.pk, f"{action_name}.second", barred)


def rows_of_post(case: Case, action_name: str, posts: frozenset[int] | None) -> list[Row]:
    """The rows that an action by one of these posts may be about; None for any post."""
    rows = rows_for(case, action_name)
    if posts is None:
        return rows
    found = []
    for row in rows:
        mine = {post.id for post in posts_for_row(case, action_name, row)}
        if posts & mine or _is_handler_of(case, action_name, row) or _may_take_back(case, action_name, row):
            found.append(row)
    return found


def _is_handler_of(case: Case, action_name: str, row: Row) -> bool:
    return action_name in HANDLER_ACTIONS and isinstance(row, Assignment) and row.handler_id == case.actor.pk


def _may_take_back(case: Case, action_name: str, row: Row) -> tuple[HeldPost, ...]:
    """Who asked for a second person, and who may do the act that he proposed: it must not wait for one who is gone."""
    if action_name != "decline_countersign" or not isinstance(row, Countersign):
        return ()
    if row.proposer_id == case.actor.pk:
        return tuple(case.held[:1])
    return decide(case, row.action).posts


def decide(case: Case, action_name: str) -> Decision:
    """Whether the actor may do an action on the hazard as it stands, and by which of his posts."""
    action = ACTIONS[action_name]
    match action.party:
        case Party.CAMPUS_STAFF:
            return Decision(_held_in(case, case.hazard.unit_id), (_("本校教职工"),))
        case Party.REPORTER:
            return _decide_reporter(case, action)
        case Party.LAST_ACTOR:
            return _decide_last_actor(case)
        case Party.CONTROL:
            return _decide_control(case)
        case Party.ANY_PARTY:
            return _decide_any_party(case)
        case Party.CLOCK:
            return Decision((), (_("系统"),))
        case Party.SUPERIOR:
            return _decide_superior(case)
        case Party.ISSUER_OR_LEAD:
            return _decide_issuer_or_lead(case, action)
        case Party.HANDLING if action.name == "amend":
            return _decide_amend(case, action)
        case _:
            if action.party in _ROW_PARTIES or action.name in _ROW_ACTIONS:
                return _decide_rows(case, action)
            return _decide_party(case, action)


def _decide_rows(case: Case, action: Action) -> Decision:
    """By any row that the action may be about; which of them is chosen with the rest of the form."""
    open_posts: dict[int, OpenPost] = {}
    posts: dict[int, HeldPost] = {}
    for row in rows_for(case, action.name):
        found = posts_for_row(case, action.name, row)
        open_posts.update({post.id: post for post in found})
        mine = {post.id for post in found if any(holder.user_id == case.actor.pk for holder in post.holders)}
        own = [post for post in case.held if post.id in mine]
        if not own and _is_handler_of(case, action.name, row):
            own = list(_held_in(case, row.unit_id) or case.held[:1]) if isinstance(row, Assignment) else []
        own = own or list(_may_take_back(case, action.name, row))
        posts.update({post.id: post for post in own})
    return Decision(tuple(posts.values()), tuple(p.label for p in open_posts.values()), tuple(open_posts.values()))


def _decide_superior(case: Case) -> Decision:
    """Leaders of the bureau, and of the county bodies that take part."""
    bodies = {case.hazard.referred_to_id, *(row.issuer_unit_id for row in case.assignments)}
    posts = [
        post
        for post in case.held
        if (post.kind in _BUREAU_LEADERS and post.unit_id == case.bureau.pk)
        or (post.kind in _COUNTY_LEADERS and post.unit_id in bodies)
    ]
    return Decision(tuple(posts), (_("局领导、县级协调员"),))


def decide_as(case: Case, action_name: str, party: Party) -> Decision:
    """The same for one of the parties whose act it may be."""
    return _decide_party(case, replace(ACTIONS[action_name], party=party))


def _decide_amend(case: Case, action: Action) -> Decision:
    """Who handles it, who gave the assignment, and before filing who reported it."""
    hazard = case.hazard
    decisions = [_decide_party(case, replace(action, party=party)) for party in (Party.HANDLING, Party.ISSUER)]
    posts = dict.fromkeys(post for decision in decisions for post in decision.posts)
    if not posts and hazard.state in _UNFILED and hazard.reporter_id == case.actor.pk:
        posts = dict.fromkeys([post for post in case.held if post.id == hazard.reporter_post_id] or case.held[:1])
    open_posts = {post.id: post for decision in decisions for post in decision.open_posts}
    return Decision(tuple(posts), tuple(post.label for post in open_posts.values()), tuple(open_posts.values()))


def _decide_issuer_or_lead(case: Case, action: Action) -> Decision:
    """The issuer changes who takes part, the lead unit its own people."""
    decisions = [decide_as(case, action.name, party) for party in (Party.ISSUER, Party.LEAD)]
    posts = dict.fromkeys(post for decision in decisions for post in decision.posts)
    open_posts = {post.id: post for decision in decisions for post in decision.open_posts}
    return Decision(tuple(posts), tuple(post.label for post in open_posts.values()), tuple(open_posts.values()))


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
    posts = tuple(post for post in mine if any(_records_for(case, post, unit_id) for unit_id in units))
    if action.bars_rectifiers or action.party is Party.SECOND:
        posts = tuple(post for post in posts if not _judges_own(case, post, action))
    return Decision(posts, (_("交办单位、县级协调员、中心校"),)), decision.open_posts


def acting_units(case: Case, action: Action) -> set[int]:
    """The units whose act it is: of the party, or of each row that it may be about."""
    if action.party in _ROW_PARTIES or action.name in _ROW_ACTIONS:
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


def _records_for(case: Case, post: HeldPost, unit_id: int) -> bool:
    unit = case.unit(unit_id)
    if post.unit_id == unit_id:
        # A leader of the own body; its other posts act themselves.
        return True
    if post.unit_id in unit.path:
        return True
    if unit.kind in EDUCATION_TREE:
        return False
    bodies = {row.issuer_unit_id for row in case.assignments} | {case.hazard.referred_to_id or 0}
    if post.unit_id in bodies:
        return True
    # What a county body ruled on paper, and what nobody there can enter, the bureau that asked it enters.
    asks_bureau = unit_id in bodies or not any(case.directory.nearest([body], RECORDERS) for body in bodies if body)
    return asks_bureau and post.unit_id == case.bureau.pk


def _judges_own(case: Case, post: HeldPost, action: Action) -> bool:
    hazard = case.hazard
    if action.party is Party.SECOND:
        return case.countersign is not None and case.countersign.proposer_id == case.actor.pk
    return case.actor.pk in hazard.rectifiers or (case.lead is not None and case.lead.unit_id == post.unit_id)


def _decide_party(case: Case, action: Action) -> Decision:
    open_posts = permitted_posts(case, action)
    mine = {post.id for post in open_posts if any(h.user_id == case.actor.pk for h in post.holders)}
    posts = [post for post in case.held if post.id in mine]
    if not posts and action.name in SECTION_ACTIONS:
        posts = _section_posts(case, action)
    if not posts and action.name in HANDLER_ACTIONS and case.lead and case.lead.handler_id == case.actor.pk:
        posts = list(_held_in(case, case.lead.unit_id))
    return Decision(tuple(posts), _labels(case, action, open_posts), tuple(open_posts))


def _labels(case: Case, action: Action, open_posts: Sequence[OpenPost]) -> tuple[str, ...]:
    """The posts that may; for a unit without accounts who enters it for that unit."""
    recorders = () if open_posts else recorders_of(case, action.party)
    unit_id = party_unit(case, action.party)
    if not recorders or unit_id is None:
        return tuple(post.label for post in open_posts)
    said = {"unit": case.unit(unit_id).name, "post": recorders[0].label}
    return (_("%(unit)s（未开通账号，由%(post)s代录）") % said,)


def _section_posts(case: Case, action: Action) -> list[HeldPost]:
    """The actor's posts in a section of the acting bureau that has the hazard's domain in its field."""
    hazard, unit_id = case.hazard, party_unit(case, action.party)
    if hazard.is_restricted or (action.bars_rectifiers and case.actor.pk in hazard.rectifiers):
        return []
    return [
        post
        for post in case.held
        if post.unit_kind == UnitKind.SEC
        and post.unit_parent_id == unit_id
        and hazard.domain.code in post.unit_duty_domains
    ]


def _held_in(case: Case, unit_id: int) -> tuple[HeldPost, ...]:
    return tuple(post for post in case.held if post.unit_id == unit_id)


def _decide_reporter(case: Case, action: Action) -> Decision:
    hazard = case.hazard
    if action.name == "appeal" and hazard.reporter_id != case.actor.pk:
        return Decision((), (_("上报人"),))
    if hazard.reporter_id == case.actor.pk and case.held:
        own = [post for post in case.held if post.id == hazard.reporter_post_id]
        return Decision(tuple(own or case.held[:1]), ())
    fallback = reporter_fallback(case, action)
    posts = [post for post in case.held if post.id in {p.id for p in fallback}]
    return Decision(tuple(posts), (_("上报人"), *(post.label for post in fallback)))


def reporter_fallback(case: Case, action: Action) -> list[OpenPost]:
    """Who supplements where the reporter no longer holds a post: those who handle for the campus."""
    hazard = case.hazard
    kinds = kinds_for(action.name, hazard.rule_level, is_restricted=hazard.is_restricted)
    return case.directory.nearest(case.path(hazard.handling_unit_id), kinds)


def _decide_last_actor(case: Case) -> Decision:
    last = HazardEvent.objects.filter(hazard=case.hazard, seq=case.hazard.last_seq).first()
    if last is None or last.actor_id != case.actor.pk:
        is_told = last and not tells_reporter(case.hazard, last)
        return Decision((), (f"{last.post_label}{last.actor_name}" if last and is_told else _("上一步的办理人"),))
    own = tuple(post for post in case.held if post.id == last.post_id)
    return Decision(own, (f"{last.post_label}{last.actor_name}",))


def tells_reporter(hazard: Hazard, event: HazardEvent) -> bool:
    """Whether the name of its actor would tell the school who reported past it.

    What the reporter did later by a post of the lead unit stands under his name: blanked, it would give him away.
    """
    if hazard.channel != Channel.DIRECT or event.actor_id != hazard.reporter_id:
        return False
    return event.action in _REPORTER_ACTIONS or event.from_state not in _KNOWN_TO_SCHOOL


def _decide_control(case: Case) -> Decision:
    """Who works on it, who handles it, and the campus itself, which may always stop use of its own rooms."""
    actions = [ACTIONS["submit"], ACTIONS["file"]]
    decisions = [_decide_party(case, action) for action in actions]
    campus = kinds_for("submit", case.hazard.rule_level, is_restricted=case.hazard.is_restricted)
    at_campus = case.directory.nearest(case.path(case.hazard.unit_id), campus)
    own = [post for post in case.held if post.id in {p.id for p in at_campus}]
    posts = dict.fromkeys([*decisions[0].posts, *decisions[1].posts, *own])
    labels = dict.fromkeys([*decisions[0].permitted, *decisions[1].permitted, *(p.label for p in at_campus)])
    return Decision(tuple(posts), tuple(labels), (*decisions[0].open_posts, *decisions[1].open_posts, *at_campus))


def _decide_any_party(case: Case) -> Decision:
    hazard = case.hazard
    control = _decide_control(case)
    if control.is_allowed:
        return control
    if hazard.reporter_id == case.actor.pk:
        return Decision(tuple(case.held[:1]), control.permitted)
    if hazard.state == State.SUBMITTED:
        verifying = _decide_party(case, ACTIONS["pass_verification"])
        return Decision(verifying.posts, control.permitted + verifying.permitted)
    return control


def posts_for_report(held: Sequence[HeldPost], unit_path: Sequence[int]) -> tuple[HeldPost, ...]:
    """The posts by which one may report on a campus: of its own staff, of its superiors, of county bodies."""
    posts = [
        post
        for post in held
        if post.unit_id in unit_path
        or post.unit_kind in COUNTY_BODIES
        or (post.unit_kind in PARTS_OF_BUREAU and post.unit_parent_id in unit_path)
    ]
    # A county body has no height among the units over the campus.
    in_tree = [post for post in posts if post.unit_kind not in COUNTY_BODIES]
    nearest = max((len(post.unit_path) for post in in_tree), default=0)
    return tuple(post for post in posts if post not in in_tree or len(post.unit_path) == nearest)
