"""Which group robots and systems hear of a message: of their own subtree, and never of what is confidential."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from notifications import hooks
from notifications.models import OutboxMessage, Outlet
from notifications.urgency import Urgency


def list_outlets(messages: Sequence[OutboxMessage]) -> list[tuple[OutboxMessage, Outlet]]:
    """Each outlet that is to hear of an occasion, with the most pressing message about it that it hears.

    By what the occasion is alone: no choice of a reader holds anything back from a group. Two statements, however many
    messages, none where nobody told where subjects lie.
    """
    by_occasion: defaultdict[str, list[OutboxMessage]] = defaultdict(list)
    for one in messages:
        if one.subject_id is not None:
            by_occasion[occasion_of(one)].append(one)
    if not by_occasion or not hooks.unit_paths_of:
        return []
    paths = hooks.unit_paths_of[0]({one.subject_id for one in messages if one.subject_id is not None})
    by_unit = _outlets_of({unit_id for path in paths.values() for unit_id in path})
    return [
        (max(heard, key=lambda one: one.urgency), outlet)
        for about in by_occasion.values()
        for unit_id in paths.get(about[0].subject_id or 0, ())
        for outlet in by_unit.get(unit_id, ())
        if (heard := [one for one in about if hears(outlet, one)])
    ]


def _outlets_of(unit_ids: set[int]) -> Mapping[int, list[Outlet]]:
    found: defaultdict[int, list[Outlet]] = defaultdict(list)
    if unit_ids:
        for outlet in Outlet.objects.filter(is_active=True, unit_id__in=unit_ids).order_by("pk"):
            found[outlet.unit_id].append(outlet)
    return found


def list_within(pairs: Sequence[tuple[Outlet, OutboxMessage]]) -> set[tuple[int, int]]:
    """(outlet, subject) where the subject lies in the outlet's subtree now; one statement."""
    subjects = {message.subject_id for _outlet, message in pairs if message.subject_id is not None}
    if not subjects or not hooks.unit_paths_of:
        return set()
    paths = hooks.unit_paths_of[0](subjects)
    return {
        (outlet.pk, message.subject_id)
        for outlet, message in pairs
        if message.subject_id is not None and outlet.unit_id in paths.get(message.subject_id, ())
    }


def hears(outlet: Outlet, message: OutboxMessage) -> bool:
    """The kinds it named; else warnings and what presses more."""
    return message.kind in outlet.kinds if outlet.kinds else message.urgency >= Urgency.WARNING


def occasion_of(message: OutboxMessage) -> str:
    """The same for all who are told of it: one event may be told to its readers as several kinds."""
    if message.event_seq is not None:
        return f"{message.subject_id}:{message.event_seq}"
    return f"{message.kind}:{message.subject_id}:{message.created_at:%Y%m%d%H%M%S%f}"
