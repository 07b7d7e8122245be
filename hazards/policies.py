"""Who may do what: one answer for the service, the 403, the buttons on the page and the to-do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from hazards.actions import ACTIONS, Action, Party
from hazards.case import Case
from hazards.models import Assignment, Countersign, Hazard, HazardEvent
from hazards.permitted import kinds_for, party_unit, permitted_posts, recorders_of
from hazards.row_posts import own_posts_for_row, recorders_for_row, row_unit, rows_for
from hazards.small import Row
from hazards.states import Channel, State
from organizations.kinds import COUNTY_BODIES, PARTS_OF_BUREAU, PostKind, UnitKind
from organizations.posts import HeldPost, OpenPost

# A section acts beside the office in its own field (业务科室).
SECTION_ACTIONS = frozenset({"assign", "pass_verification", "fail_verification", "return_submission"})
# What the named handler may do beside the posts of the lead unit (整改责任人).
HANDLER_ACTIONS = frozenset(
    {"submit", "report_progress", "record_control", "add_evidence", "save_plan", "submit_plan", "finish_part"}
)
# Whose acts are about one of the small rows.
ROW_PARTIES = frozenset(
    {
        Party.PART,
        Party.PART_OR_LEAD,
        Party.REVIEWER,
        Party.SUPPORTER,
        Party.INSTRUCTED,
        Party.SECOND,
        Party.DECIDER,
        Party.TARGET,
    }  # fmt: skip
)
ROW_ACTIONS = frozenset({"confirm_part", "return_part", "rule_return"})
_BUREAU_LEADERS = frozenset({PostKind.LEADER, PostKind.CHIEF})
_COUNTY_LEADERS = frozenset({PostKind.COORDINATOR, PostKind.COUNTY_SUPERVISOR})

_UNFILED = frozenset({State.REPORTED, State.RETURNED})
# What one does as the reporter, whatever the state.
_REPORTER_ACTIONS = frozenset({"report", "supplement", "add_evidence", "withdraw_evidence"})
# Before these only the bureau and the reporter know of a report past the school.
_KNOWN_TO_SCHOOL = frozenset({State.ASSIGNED, State.RECTIFYING, State.SUBMITTED, State.VERIFIED})


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


def rows_of_post(case: Case, action_name: str, posts: frozenset[int] | None) -> list[Row]:
    """The rows that an action by one of these posts may be about; None for any post."""
    rows = rows_for(case, action_name)
    if posts is None:
        return rows
    found = []
    for row in rows:
        if (
            posts & _own_of(case, own_posts_for_row(case, action_name, row))
            or _is_handler_of(case, action_name, row)
            or _may_take_back(case, action_name, row)
        ):
            found.append(row)
    return found


def _own_of(case: Case, posts: Sequence[OpenPost]) -> set[int]:
    """Those of the posts by which the actor himself may act: another who holds the same may be barred."""
    return {post.id for post in posts if any(holder.user_id == case.actor.pk for holder in post.holders)}


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
        case Party.CAMPUS:
            # The school itself, at once; or its bureau by order.
            return _decide_by(case, action, Party.CAMPUS, Party.BUREAU)
        case Party.BUREAU | Party.ISSUER if action.name in ("remind", "set_limit"):
            return _decide_by(case, action, Party.ISSUER, Party.BUREAU)
        case Party.HANDLING if action.name == "regrade":
            return _decide_by(case, action, Party.HANDLING, Party.BUREAU)
        case _:
            if action.party in ROW_PARTIES or action.name in ROW_ACTIONS:
                return _decide_rows(case, action)
            return _decide_party(case, action)


def _decide_rows(case: Case, action: Action) -> Decision:
    """By any row that the action may be about; which of them is chosen with the rest of the form."""
    open_posts: dict[int, OpenPost] = {}
    posts: dict[int, HeldPost] = {}
    labels: dict[str, None] = {}
    for row in rows_for(case, action.name):
        found = own_posts_for_row(case, action.name, row)
        open_posts.update({post.id: post for post in found})
        labels.update(dict.fromkeys(_row_labels(case, action.name, row, found)))
        mine = _own_of(case, found)
        own = [post for post in case.held if post.id in mine]
        if not own and _is_handler_of(case, action.name, row):
            own = list(_held_in(case, row.unit_id) or case.held[:1]) if isinstance(row, Assignment) else []
        own = own or list(_may_take_back(case, action.name, row))
        posts.update({post.id: post for post in own})
    return Decision(tuple(posts.values()), tuple(labels), tuple(open_posts.values()))


def _row_labels(case: Case, action_name: str, row: Row, posts: Sequence[OpenPost]) -> list[str]:
    recorders = [] if posts else recorders_for_row(case, action_name, row)
    unit_id = row_unit(case, action_name, row)
    return [_without_account(case, unit_id, recorders)] if recorders and unit_id else [post.label for post in posts]


def _decide_superior(case: Case) -> Decision:
    """Leaders of the bureau, and of the county bodies that take part."""
    bodies = {case.hazard.referred_to_id, *(row.issuer_unit_id for row in case.assignments)}
    posts = [
        post
        for post in case.held
        if (post.kind in _BUREAU_LEADERS and post.unit_id == case.bureau.pk)
        or (post.kind in _COUNTY_LEADERS and post.unit_id in bodies)
    ]
    # Whose order another may enter: the bureau's leaders.
    leaders = [post for post in case.directory.posts_in([case.bureau.pk]) if post.kind in _BUREAU_LEADERS]
    return Decision(tuple(posts), (_("局领导、县级协调员"),), tuple(leaders))


def decide_as(case: Case, action_name: str, party: Party) -> Decision:
    """The same for one of the parties whose act it may be."""
    return _decide_party(case, replace(ACTIONS[action_name], party=party))


def _decide_by(case: Case, action: Action, *parties: Party) -> Decision:
    """Whoever of several parties may: the bureau raises the level of what a school handles itself, and so takes it over."""
    decisions = [_decide_party(case, replace(action, party=party)) for party in parties]
    posts = dict.fromkeys(post for decision in decisions for post in decision.posts)
    open_posts = {post.id: post for decision in decisions for post in decision.open_posts}
    return Decision(tuple(posts), tuple(post.label for post in open_posts.values()), tuple(open_posts.values()))


def _decide_amend(case: Case, action: Action) -> Decision:
    """Who handles it, who gave the assignment, and before filing who reported it."""
    hazard, decided = case.hazard, _decide_by(case, action, Party.HANDLING, Party.ISSUER)
    if not decided.posts and hazard.state in _UNFILED and hazard.reporter_id == case.actor.pk:
        own = [post for post in case.held if post.id == hazard.reporter_post_id] or case.held[:1]
        return replace(decided, posts=tuple(own))
    return decided


def _decide_issuer_or_lead(case: Case, action: Action) -> Decision:
    """The issuer changes who takes part, the lead unit its own people."""
    decisions = [decide_as(case, action.name, party) for party in (Party.ISSUER, Party.LEAD)]
    posts = dict.fromkeys(post for decision in decisions for post in decision.posts)
    open_posts = {post.id: post for decision in decisions for post in decision.open_posts}
    return Decision(tuple(posts), tuple(post.label for post in open_posts.values()), tuple(open_posts.values()))


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
    return (_without_account(case, unit_id, recorders),)


def _without_account(case: Case, unit_id: int, recorders: Sequence[OpenPost]) -> str:
    said = {"unit": case.unit(unit_id).name, "post": recorders[0].label}
    return _("%(unit)s（未开通账号，由%(post)s代录）") % said


def _section_posts(case: Case, action: Action) -> list[HeldPost]:
    """The actor's posts in a section of the acting bureau that has the hazard's domain in its field."""
    hazard, unit_id = case.hazard, party_unit(case, action.party)
    if hazard.is_restricted or (action.bars_rectifiers and case.actor.pk in hazard.rectifiers):
        return []
    # Nor may who stands in for one who did the work.
    barred = hazard.rectifiers if action.bars_rectifiers else ()
    return [
        post
        for post in case.held
        if post.unit_kind == UnitKind.SEC
        and post.unit_parent_id == unit_id
        and hazard.domain.code in post.unit_duty_domains
        and post.delegator_id not in barred
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
