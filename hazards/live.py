"""Open pages learn that a hazard moved: its number and the number of its last event, nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from core.calendars import WorkCalendar
from deadlines.calendars import calendar_of
from hazards.models import Hazard, HazardEvent
from notifications.hooks import LiveHint
from notifications.push import push_live
from organizations.keys import unit_key
from organizations.models import Unit

TOPIC = "hazard"
# Events that were given a smaller id by an act that ended later are still found this far back.
OVERLAP = 200
MOST = 500


def tell_pages(hazard: Hazard, keys: Collection[int]) -> None:
    """After the commit; `keys` are those of whoever could see it before or can now."""
    number, seq = hazard.number, hazard.last_seq
    transaction.on_commit(lambda: push_live(TOPIC, number, seq, keys))


def live_since(event_id: int) -> tuple[int, Sequence[LiveHint]]:
    """(the last event's id, what moved after that one, a little more for those that came late); at most MOST."""
    rows = (
        HazardEvent.objects.filter(pk__gt=event_id - OVERLAP)
        .order_by("-pk")
        .values_list("pk", "seq", "hazard__file_number", "hazard__receipt_number", "hazard__visible_to")[:MOST]
    )
    found = list(rows)
    hints = [LiveHint(TOPIC, filed or receipt, seq, tuple(keys)) for _pk, seq, filed, receipt, keys in reversed(found)]
    return (found[0][0] if found else event_id), hints


def working_hours(user_id: int) -> WorkCalendar:
    """Of the unit that a person belongs to; of the country where he belongs to none."""
    path = Unit.objects.filter(people=user_id).values_list("path", flat=True).first()
    return calendar_of(path or [])


def unit_paths(hazard_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """The units where each of them is, as far as they may see it; a confidential one is nowhere."""
    rows = Hazard.objects.filter(pk__in=hazard_ids, is_restricted=False)
    return {
        pk: [unit_id for unit_id in path if unit_key(unit_id) in keys]
        for pk, path, keys in rows.values_list("pk", "unit__path", "visible_to")
    }
