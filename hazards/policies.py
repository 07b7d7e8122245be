"""Who may do what: one answer for the service, the 403, the buttons on the page and the to-do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.cached_rows import cached_rows
from hazards.actions import ACTIONS, Action, Party
from hazards.case import Case
from hazards.models import ActorRule, Hazard, HazardEvent
from hazards.states import Channel, State
from organizations.kinds import COUNTY_BODIES, PARTS_OF_BUREAU, UnitKind
from organizations.posts import HeldPost, OpenPost

# A section acts beside the office in its own field (业务科室).
SECTION_ACTIONS = frozenset({"assign", "pass_verification", "fail_verification", "return_submission"})
# What the named handler may do beside the posts of the lead unit (整改责任人).
HANDLER_ACTIONS = frozenset({"submit", "report_progress", "record_control", "add_evidence"})

# What one does as the reporter, whatever the state.
_REPORTER_ACTIONS = frozenset({"report", "supplement", "add_evidence", "withdraw_evidence"})
# Before these only the bureau and the reporter know of a report past the school.
_KNOWN_TO_SCHOOL = frozenset({State.ASSIGNED, State.RECTIFYING, State.SUBMITTED, State.VERIFIED})

KindsByUnit = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Decision:
    """Which of the actor's posts may act; when none, who may."""

    posts: tuple[HeldPost, ...]
    permitted: tuple[str, ...]

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
        case _:
            return None


def permitted_posts(case: Case, action: Action) -> list[OpenPost]:
    """The posts that may do an action of a unit's party, the one that owes it first."""
    unit_id = party_unit(case, action.party)
    if unit_id is None:
        return []
    hazard = case.hazard
    kinds = kinds_for(action.name, hazard.rule_level, is_restricted=hazard.is_restricted)
    barred = hazard.rectifiers if action.bars_rectifiers else ()
    return case.directory.nearest(case.path(unit_id), kinds, barred)


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
        case _:
            return _decide_party(case, action)


def _decide_party(case: Case, action: Action) -> Decision:
    open_posts = permitted_posts(case, action)
    mine = {post.id for post in open_posts if any(h.user_id == case.actor.pk for h in post.holders)}
    posts = [post for post in case.held if post.id in mine]
    if not posts and action.name in SECTION_ACTIONS:
        posts = _section_posts(case, action)
    if not posts and action.name in HANDLER_ACTIONS and case.lead and case.lead.handler_id == case.actor.pk:
        posts = list(_held_in(case, case.lead.unit_id))
    return Decision(tuple(posts), tuple(post.label for post in open_posts))


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
    return Decision(tuple(posts), tuple(labels))


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
    nearest = max((len(post.unit_path) for post in posts), default=0)
    return tuple(post for post in posts if len(post.unit_path) == nearest)
