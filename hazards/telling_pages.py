"""告知记录 of a hazard: who may read which part of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from core.clock import today
from hazards.case import Case
from hazards.selectors import hides_reporter
from notifications.models import OutboxMessage
from notifications.told import MOST_EXPORTED, Page, Told, list_told, of_kind, view_told
from organizations.kinds import HEAD_POSTS, PostKind, UnitKind
from organizations.posts import present_holdings

# Who reads the whole record of a hazard that he may read, by kind of unit; of the bureau that answers for it.
_OF_BUREAU = frozenset({PostKind.OFFICE_CLERK, PostKind.OFFICE_DIRECTOR, PostKind.LEADER, PostKind.CHIEF})
_OF_COUNTY = frozenset({PostKind.COORDINATOR})


@dataclass(frozen=True)
class Reach:
    """Of everybody, or of the people of these units."""

    is_whole: bool
    units: frozenset[int] = frozenset()

    @property
    def is_any(self) -> bool:
        return self.is_whole or bool(self.units)


def reach_of(case: Case) -> Reach:
    """By the posts of the one who looks; of what is confidential confidants alone, the school's of his own unit."""
    bureau = case.bureau.pk
    if case.hazard.is_restricted:
        duties = {post.unit_id for post in case.held if post.kind == PostKind.CONFIDANT}
        return Reach(bureau in duties, frozenset(duties))
    is_whole = any(
        (post.kind in _OF_BUREAU and post.unit_id == bureau)
        or (post.kind in _OF_COUNTY and post.unit_kind == UnitKind.GOV)
        for post in case.held
    )
    return Reach(is_whole, frozenset(post.unit_id for post in case.held if post.kind in HEAD_POSTS))


def told_of(case: Case, reach: Reach, which: str = "") -> QuerySet[OutboxMessage]:
    """The messages about it that the one who looks may read of."""
    messages = of_kind(OutboxMessage.objects.filter(subject_id=case.hazard.pk), which)
    if not reach.is_whole:
        holders = present_holdings(today(case.at)).filter(post__unit__in=reach.units).values("user")
        messages = messages.filter(Q(recipient__unit__in=reach.units) | Q(recipient__in=holders))
    if hides_reporter(case):
        messages = messages.exclude(recipient=case.hazard.reporter_id)
    return messages


def list_told_of(case: Case, reach: Reach, which: str, before: int | None) -> Page:
    page = list_told(told_of(case, reach, which), before)
    return Page([_without_names(case, one) for one in page.rows], page.older)


def list_all_told_of(case: Case, reach: Reach, which: str) -> list[Told]:
    """For the file to keep; the newest so many."""
    rows = told_of(case, reach, which).select_related("recipient__unit").order_by("-pk")[:MOST_EXPORTED]
    return [_without_names(case, one) for one in view_told(list(rows))]


def _without_names(case: Case, one: Told) -> Told:
    """Who reported past the school may be the one who did it."""
    return replace(one, said=replace(one.said, sentence="")) if hides_reporter(case) else one
