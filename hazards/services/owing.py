"""What a unit owes on a hazard just now: the step, its limit, the posts that can do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hazards.actions import ACTIONS
from hazards.case import Case
from hazards.routing import awaited_action, list_awaited_posts
from hazards.row_posts import case_rows, posts_for_row
from hazards.small import AWAITED_BY, Row, machines_of
from hazards.states import AssignmentState, State
from organizations.kinds import HEAD_POSTS, PostKind
from organizations.posts import OpenPost

_RUNNING = frozenset({State.ASSIGNED, State.RECTIFYING})
_WORKING = frozenset({AssignmentState.SENT, AssignmentState.SIGNED})
# Who speaks for a unit that has no head post.
_SPEAKERS = HEAD_POSTS | {PostKind.OFFICE_DIRECTOR, PostKind.COORDINATOR, PostKind.CONFIDANT}


@dataclass(frozen=True)
class Owed:
    # In words: the act that is waited for.
    step: str
    due_at: datetime | None
    posts: tuple[OpenPost, ...]


def what_is_owed(case: Case, unit_id: int) -> Owed | None:
    """Of the main line first, then of the small rows; None where the unit owes nothing."""
    return next(_list_owed(case, unit_id), None)


def _list_owed(case: Case, unit_id: int) -> Iterator[Owed]:
    hazard, lead = case.hazard, case.lead
    action = awaited_action(case)
    if action and hazard.responsible_post and hazard.responsible_post.unit_id == unit_id:
        posts = tuple(post for post in list_awaited_posts(case) if post.unit_id == unit_id)
        yield Owed(str(ACTIONS[action].label), hazard.due_at, posts)
    elif lead is not None and lead.unit_id == unit_id and hazard.state in _RUNNING:
        # Who enters it for a unit without accounts holds the to-do, not the duty.
        yield Owed(str(ACTIONS[action].label), lead.due_at, ())
    for machine, row in _list_rows(case):
        for name, state in machines_of(hazard, row):
            awaited = AWAITED_BY.get((name, state))
            if name != machine or awaited is None:
                continue
            posts = tuple(posts_for_row(case, awaited, row))
            is_parts = name == "part" and getattr(row, "unit_id", None) == unit_id and state in _WORKING
            if is_parts or (posts and posts[0].unit_id == unit_id):
                mine = tuple(post for post in posts if post.unit_id == unit_id)
                yield Owed(str(ACTIONS[awaited].label), getattr(row, "due_at", None), mine)


def _list_rows(case: Case) -> Iterator[tuple[str, Row]]:
    for machine in dict.fromkeys(name for name, _state in AWAITED_BY):
        first = next(action for (name, _state), action in AWAITED_BY.items() if name == machine)
        for row in case_rows(case, first):
            yield machine, row


def who_hears(case: Case, unit_id: int, owed: Owed | None = None) -> list[int]:
    """The users of a unit that are told: who can do what is owed, and its head; of what is restricted confidants alone."""
    posts = {post.id: post for post in (owed.posts if owed else ())}
    posts.update({post.id: post for post in case.directory.posts_in([unit_id]) if post.kind in _SPEAKERS})
    if case.hazard.is_restricted:
        posts = {pk: post for pk, post in posts.items() if post.kind == PostKind.CONFIDANT}
    else:
        posts = {pk: post for pk, post in posts.items() if post.kind != PostKind.CONFIDANT}
    return sorted({holder.user_id for post in posts.values() for holder in post.holders})
