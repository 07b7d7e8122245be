"""Who was told of an act, and whether it was the right people."""

from __future__ import annotations

from core.clock import today
from hazards.models import Hazard, HazardEvent
from hazards.selectors import in_scope
from notifications.models import OutboxMessage
from notifications.texts import say_messages
from organizations.models import User
from organizations.posts import present_holdings
from tests.support.district import District
from workflows.models import HazardTask, SideTask


def told_of(d: District, hazard: Hazard, seq: int) -> dict[str, OutboxMessage]:
    """By the name that the cast has in tests."""
    names = {user.pk: name for name, user in d.people.items()}
    rows = OutboxMessage.objects.filter(subject_id=hazard.pk, event_seq=seq)
    return {names.get(row.recipient_id, str(row.recipient_id)): row for row in rows}


def open_turns(hazard: Hazard) -> dict[tuple[str, int], int]:
    """{(table, task): post}"""
    return {
        (model.__name__, task): post
        for model in (HazardTask, SideTask)
        for task, post in model.objects.filter(hazard=hazard, finished__isnull=True).values_list("pk", "post_id")
    }


def check_told(d: District, hazard: Hazard, before: dict[tuple[str, int], int]) -> None:
    """Of the last event: never who did it, everyone whose turn it began, nobody who could not open the file."""
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    rows = list(OutboxMessage.objects.filter(subject_id=hazard.pk, event_seq=event.seq))
    recipients = {row.recipient_id for row in rows}
    assert len(recipients) == len(rows), "told twice"
    doer = event.data.get("countersigned_by", {}).get("id") or event.actor_id
    assert doer not in recipients, "told of his own act"
    gone = {row.recipient_id for row in rows if row.payload.get("gone")}
    for row in rows:
        assert row.recipient_id not in gone or row.payload.keys() == {"number", "gone"}
    for user in User.objects.filter(pk__in=recipients - gone):
        assert in_scope(user, d.at).filter(pk=hazard.pk).exists(), f"{user} was told of what he can't open"
    began = {post for task, post in open_turns(hazard).items() if before.get(task) != post}
    owing = set(present_holdings(today(d.at)).filter(post_id__in=began).values_list("user_id", flat=True))
    assert owing - {doer} <= recipients, "a turn began and its holder was not told"
    said = say_messages(rows)
    assert all(said[row.pk].title and said[row.pk].link for row in rows)
    if hazard.is_restricted:
        hidden = [word for word in (hazard.place, hazard.description, hazard.unit.name) if word]
        for row in rows:
            assert not any(word in f"{row.payload}{said[row.pk]}" for word in hidden), "a confidential matter was told"
