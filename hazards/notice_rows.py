"""The messages of one act, made from its event."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from hazards.hooks import SideMove
from hazards.models import HazardEvent
from hazards.notice_audience import Listener, Listeners
from hazards.notices import NOTICES
from hazards.services.act import Act, Named
from hazards.states import Level
from notifications.outbox import Message
from notifications.urgency import Urgency


def messages_of(act: Act, event: HazardEvent, moves: Sequence[SideMove], seen_by: Collection[int]) -> Iterator[Message]:
    """One for each who hears of it; `seen_by` are the audience keys of before the act."""
    hazard, notice = act.hazard, NOTICES[act.action.name]
    is_major = bool(notice.of_major) and hazard.rule_level == Level.MAJOR
    named = _by_person(act.told)
    for user_id, listener in Listeners(act, moves, seen_by).find().items():
        own = named.get(user_id)
        kind = own.kind if own else event.kind
        yield Message(
            recipient_id=user_id, kind=kind, dedupe_key=f"{kind}:{hazard.pk}:{event.seq}:{user_id}",
            created_at=event.recorded_at, subject_id=hazard.pk, event_seq=event.seq, region_code=hazard.region_code,
            payload=_payload(act, event, listener, dict(own.said) if own else {}),
            urgency=Urgency.URGENT if is_major else Urgency.TASK if listener.awaited else notice.urgency,
        )  # fmt: skip


def _by_person(told: Sequence[Named]) -> dict[int, Named]:
    """What one act says to somebody twice is said at once: two drafts to sign, one message."""
    found: dict[int, Named] = {}
    for one in told:
        for user_id in one.user_ids:
            known = found.get(user_id)
            both = "、".join(str(some.said["what"]) for some in (known, one) if some and "what" in some.said)
            found[user_id] = replace(one, said={**one.said, "what": both}) if known and both else one
    return found


def _payload(act: Act, event: HazardEvent, listener: Listener, said: dict[str, object]) -> dict[str, object]:
    """Of what is confidential its number, and whether it waits for the reader."""
    hazard = act.hazard
    if listener.is_gone:
        return {"number": hazard.number, "gone": True}
    if hazard.is_restricted:
        return {"number": hazard.number, "awaits": bool(listener.awaited)}
    payload: dict[str, object] = {**said, "number": hazard.number, "by": event.actor_name, "post": event.post_label}
    if act.on_behalf:
        payload |= {"by": act.on_behalf.name, "post": act.on_behalf.post_label, "recorder": event.actor_name}
    if act.second:
        payload["second"] = act.second.user.name
    if listener.awaited:
        payload["awaited"] = listener.awaited
    if listener.awaited and listener.due_at:
        payload["due_at"] = listener.due_at.isoformat()
    return payload
