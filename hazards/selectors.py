"""Reads. Every one starts from what the user may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotFound
from hazards import fsm
from hazards.actions import ACTIONS, Action, Party
from hazards.case import Case
from hazards.inputs import Ask, Field, Kind, PeopleOptions, fields_for
from hazards.inquiry import without_lapsed
from hazards.models import Assignment, Evidence, Hazard, HazardEvent, ReadingGrant
from hazards.moot import cannot_help
from hazards.numbers import by_number
from hazards.options import people_of_parts
from hazards.permitted import RECORDERS
from hazards.policies import decide, decide_as, rows_of_post, tells_reporter
from hazards.recording import acting_units, decide_recorded
from hazards.routing import awaited_action
from hazards.search import as_query
from hazards.services.change_parties import OF_LEAD
from hazards.services.part_gate import say_open_parts
from hazards.services.plan_gate import is_waiting_for_plan, needs_plan
from hazards.services.supervising import say_listed
from hazards.services.suspending import say_suspended
from hazards.states import (
    OPEN,
    AssignmentState,
    Channel,
    PlanState,
    ReturnState,
    State,
)
from hazards.states_clock import SupervisionState, SuspensionState
from hazards.unissued import without_drafts
from organizations.keys import duty_key, unit_key
from organizations.kinds import PERSONAL_POSTS, PostKind, UnitKind
from organizations.models import Post, Unit, User
from organizations.posts import HeldPost, keys_of, list_held_posts

_NAMES_REPORTER = frozenset({"finder", "reporter_id", "reporter_post_id"})


def in_scope(user: User, at: datetime, *, held: Sequence[HeldPost] | None = None) -> QuerySet[Hazard]:
    """The hazards that a user may read: for lists, files, exports, API and sockets alike."""
    posts = list_held_posts(user, at) if held is None else held
    keys = keys_of(user, posts)
    return without_lapsed(with_keys(keys), user, keys, posts, at)


def with_keys(keys: Sequence[int]) -> QuerySet[Hazard]:
    return Hazard.objects.filter(visible_to__overlap=list(keys)).defer("search")


def counted_for(user: User, at: datetime, *, held: Sequence[HeldPost] | None = None) -> QuerySet[Hazard]:
    """Hazards that a user may count: of his units' subtrees, restricted ones too. Yields numbers only, never rows.

    What was merged is counted by its master alone. One reported past the school is not even counted by who may not see it.
    """
    posts = list_held_posts(user, at) if held is None else held
    within = Q(reporter=user)
    for post in posts:
        if post.kind not in PERSONAL_POSTS:
            top = post.unit_parent_id if post.unit_kind == UnitKind.SEC else post.unit_id
            within |= Q(unit__path__contains=[top])
    unseen = Q(channel=Channel.DIRECT) & ~Q(visible_to__overlap=keys_of(user, posts))
    return Hazard.objects.filter(within).exclude(state=State.MERGED).exclude(unseen)


def count_by_state(user: User, at: datetime, *, held: Sequence[HeldPost] | None = None) -> dict[str, int]:
    """{state: n} of what the user may count; states without any are left out."""
    rows = counted_for(user, at, held=held).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def count_scheduled(user: User, at: datetime, *, held: Sequence[HeldPost] | None = None) -> int:
    """How many of what is open take years by a leader's decision (列入治理计划); their states count them too."""
    return counted_for(user, at, held=held).filter(state__in=OPEN).exclude(scheduled={}).count()


def find_by_number(hazards: QuerySet[Hazard], number: str) -> QuerySet[Hazard]:
    """The hazard of a receipt or file number; both stay valid."""
    return hazards.filter(**by_number(number))


def access_hazard(user: User, number: str, at: datetime) -> Case:
    """The hazard in the hands of a user who may read it. Raises NotFound otherwise."""
    held = list_held_posts(user, at)
    hazard = find_by_number(in_scope(user, at, held=held), number).select_related("unit", "lead_assignment").first()
    if hazard is None:
        raise NotFound
    case = Case(hazard=hazard, actor=user, at=at, held=held)
    _read_around(case)
    return case


# What a file names: units, posts with their units, people; by where the id stands.
_OF_HAZARD = (
    ("handling_unit", "verifying_unit", "closing_unit", "referred_to", "proposed_lead", "paper_unit"),
    ("reporter_post", "responsible_post"),
    ("reporter",),
)
_OF_LEAD = (("unit", "issuer_unit"), ("issuer_post",), ("leader", "handler"))


def _read_around(case: Case) -> None:
    """Read by one statement each for units, posts and people: planning a single one with all its joins takes longer."""
    rows: list[tuple[Hazard | Assignment, tuple[tuple[str, ...], ...]]] = [(case.hazard, _OF_HAZARD)]
    if case.lead:
        rows.append((case.lead, _OF_LEAD))
    named = [(row, name, kind) for row, kinds in rows for kind, names in enumerate(kinds) for name in names]
    ids: list[set[int]] = [set(case.hazard.unit.path), set(), set()]
    for row, name, kind in named:
        if pk := getattr(row, f"{name}_id"):
            ids[kind].add(pk)
    posts, people = Post.objects.in_bulk(ids[1]), User.objects.in_bulk(ids[2])
    units = Unit.objects.in_bulk(ids[0] | {post.unit_id for post in posts.values()})
    for post in posts.values():
        post.unit = units[post.unit_id]
    found: tuple[dict[int, Any], ...] = (units, posts, people)
    for row, name, kind in named:
        setattr(row, name, found[kind].get(getattr(row, f"{name}_id")))
    for unit in units.values():
        case.remember(unit)


@dataclass(frozen=True)
class PossibleAction:
    """An action that the user may do now, with the posts he may act by and the fields to fill in."""

    action: Action
    posts: tuple[HeldPost, ...]
    fields: tuple[Field, ...]
    initial: dict[str, object]
    # The act that the state waits for, owed by a post of this user.
    is_awaited: bool


def list_possible_actions(case: Case) -> list[PossibleAction]:
    """What the user may do now: the awaited act first, rare ones last."""
    awaited = awaited_action(case)
    found = []
    for action in ACTIONS.values():
        if action.name == "report" or not fsm.is_legal(case.hazard, action.name) or cannot_help(case, action):
            continue
        decision = decide(case, action.name)
        if decision.is_allowed:
            action = replace(action, is_rare=True) if _is_aside(case, action.name) else action
            found.append(possible_action(case, action, decision.posts, is_awaited=action.name == awaited))
    return sorted(found, key=lambda possible: (not possible.is_awaited, possible.action.is_rare))


def _is_aside(case: Case, action_name: str) -> bool:
    """Possible here, and seldom of use: a plan where none is needed, more work of a co-unit that is confirmed."""
    match action_name:
        case "save_plan":
            return case.plan is None and not needs_plan(case)
        case "delist":
            return case.hazard.listing != SupervisionState.PASSED
        case "return_part":
            return not any(part.state == AssignmentState.DONE for part in case.parts)
        case "rule_resume":
            # Unasked it is of use for an order that was an error.
            return not any(row.state == SuspensionState.RESUME_REQUESTED for row in case.suspensions)
        case _:
            return False


def possible_action(
    case: Case, action: Action, posts: tuple[HeldPost, ...], *, is_awaited: bool, for_any: bool = False
) -> PossibleAction:
    """`for_any` where another's act is entered: then of the rows of the case any may be meant, not only one's own."""
    ask = Ask(actor=case.actor, hazard=case.hazard, at=case.at, held=tuple(case.held))
    mine = None if for_any else frozenset(post.id for post in posts)
    asked = [field for field in fields_for(action.data, ask) if _is_his(case, action, field, for_any=for_any)]
    fields = tuple(_of_own_rows(case, action, field, mine) for field in asked)
    initial = {field.name: field.initial(ask) for field in fields if field.initial}
    return PossibleAction(_as_said_here(case, action), posts, fields, initial, is_awaited)


# What an act means where a unit outside the education tree leads.
_OUTSIDE_EFFECTS = {
    "submit": gettext_lazy("报办理结果，请学校确认效果"),
    "pass_verification": gettext_lazy("确认已解决，交销号单位销号"),
    "fail_verification": gettext_lazy("仍未解决，退回办理单位继续办理"),
    "close": gettext_lazy("移交办结，归档"),
}


def _as_said_here(case: Case, action: Action) -> Action:
    effect = _OUTSIDE_EFFECTS.get(action.name)
    return replace(action, effect=effect) if effect and case.is_outside else action


def _is_his(case: Case, action: Action, field: Field, *, for_any: bool) -> bool:
    """Of what two parties may change each is shown his own."""
    if action.name != "change_parties" or for_any or field.name == "reason":
        return True
    party = Party.LEAD if field.name in OF_LEAD else Party.ISSUER
    return decide_as(case, action.name, party).is_allowed


# Fields by which one says which of several rows is meant.
WHICH_ROW = frozenset({"part", "instruction", "measure", "suspension"})


def _of_own_rows(case: Case, action: Action, field: Field, mine: frozenset[int] | None) -> Field:
    """A field that asks which row is meant offers those that these posts may act on, one for people theirs alone."""
    offered = field.options
    if field.options is people_of_parts:
        units = [row.unit_id for row in rows_of_post(case, action.name, mine) if isinstance(row, Assignment)]
        return replace(field, options=PeopleOptions(lambda ask: units))
    if field.kind is not Kind.ROW or field.name not in WHICH_ROW or offered is None:
        return field
    ids = [row.pk for row in rows_of_post(case, action.name, mine)]
    return replace(field, options=lambda ask: offered(ask).filter(pk__in=ids))


@dataclass(frozen=True)
class RecordableAction:
    """An act of others that the reader may enter (代录): by which of his posts, and whose it is."""

    action: Action
    posts: tuple[HeldPost, ...]
    whose: str
    # Somebody with an account holds such a post.
    has_accounts: bool
    # The state waits for it, and a post of the reader owes the entry.
    is_awaited: bool


def list_recordable_actions(case: Case) -> list[RecordableAction]:
    """What the reader may enter for others now, beside what he may do himself; the awaited act first."""
    if not any(post.kind in RECORDERS.get(post.unit_kind, ()) for post in case.held):
        return []
    awaited, found = awaited_action(case), []
    owes = case.hazard.responsible_post_id in {post.id for post in case.held}
    for action in ACTIONS.values():
        if not fsm.is_legal(case.hazard, action.name):
            continue
        decision, open_posts = decide_recorded(case, action.name)
        if not decision.is_allowed or decide(case, action.name).is_allowed or cannot_help(case, action):
            continue
        units = sorted(acting_units(case, action))
        whose = [post.label for post in open_posts] or [case.unit(unit_id).name for unit_id in units]
        is_awaited = owes and action.name == awaited
        found.append(
            RecordableAction(action, decision.posts, "、".join(dict.fromkeys(whose)), bool(open_posts), is_awaited)
        )
    return sorted(found, key=lambda one: (not one.is_awaited, one.action.is_rare))


def say_blocked(case: Case) -> str:
    """Why the work can't be told of, or the case not be closed yet, in a sentence; empty where it can."""
    if case.hazard.is_suspended and case.hazard.state in (State.SUBMITTED, State.VERIFIED):
        return _("停用解除后才能销号：%(scope)s。") % {"scope": say_suspended(case)}
    if case.hazard.listing and case.hazard.state == State.VERIFIED:
        return _("销号前还须办完：%(what)s。") % {"what": say_listed(case)}
    if case.hazard.state != State.RECTIFYING:
        return ""
    if case.lead is not None and case.lead.return_state == ReturnState.REQUESTED:
        return _("退办申请审核后才能提请复查。")
    if is_waiting_for_plan(case):
        in_review = case.plan is not None and case.plan.state == PlanState.IN_REVIEW
        first = _("整改方案正在审核，") if in_review else _("请先编制整改方案并报审，")
        return first + _("批准后才能填报进展、提请复查。")
    parts = say_open_parts(case)
    return _("等配合单位办完才能提请复查：%(parts)s。") % {"parts": parts} if parts else ""


def list_events(case: Case) -> list[HazardEvent]:
    """The timeline, oldest first; who reported past the school is not told to the school, nor of measures that are drafts."""
    events = list(HazardEvent.objects.filter(hazard=case.hazard).order_by("seq"))
    without_drafts(case, events)
    if hides_reporter(case):
        for event in events:
            if tells_reporter(case.hazard, event):
                event.actor_name, event.post_label = _("（保密）"), ""
                event.data = _without_reporter(event.data)
                event.changes = _without_reporter(event.changes)
    return events


def _without_reporter(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in _NAMES_REPORTER}


def hides_reporter(case: Case) -> bool:
    """A reporter who went past his school is named to himself and to the bureau only."""
    hazard = case.hazard
    if hazard.channel != Channel.DIRECT or hazard.reporter_id == case.actor.pk:
        return False
    return {unit_key(case.bureau.pk), duty_key(case.bureau.pk)}.isdisjoint(case.keys)


def may_take_archive(case: Case) -> bool:
    """Who may seal, and for whom the case was opened to read; not who may not learn who reported past his school."""
    if case.hazard.sealed_at is None or hides_reporter(case):
        return False
    if decide(case, "seal").is_allowed:
        return True
    reads = any(post.kind == PostKind.INVESTIGATOR for post in case.held)
    grants = ReadingGrant.objects.filter(hazard=case.hazard, user=case.actor, ended_at__isnull=True)
    return reads and grants.exists()


def list_evidence(case: Case) -> list[Evidence]:
    return list(Evidence.objects.filter(hazard=case.hazard).select_related("upload").order_by("id"))


def similar_hazards(user: User, at: datetime, *, unit_id: int, text: str, limit: int = 5) -> list[Hazard]:
    """Open hazards of the unit, visible to the user, that share most pairs of signs with the text."""
    query = as_query(text, any_of=True)
    if not query:
        return []
    found = (
        in_scope(user, at)
        .filter(unit_id=unit_id, state__in=OPEN, search=SearchQuery(query, search_type="raw", config="simple"))
        .order_by("-id")[:50]
    )
    wanted = set(as_query(text, any_of=True).split(" | "))
    ranked = sorted(
        found, key=lambda h: -len(wanted & set(as_query(h.place + h.description, any_of=True).split(" | ")))
    )
    return ranked[:limit]
