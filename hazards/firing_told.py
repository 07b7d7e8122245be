"""What goes out with a firing: 催办单 drafts, and messages to those whom the rung tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from core.clock import today
from deadlines.firing import Done
from deadlines.schedule import Planned, last_day
from documents.services import Draft, put_drafts
from hazards.firing_acts import KIND_OF
from hazards.firing_words import say_of, say_rung
from hazards.live import TOPIC
from hazards.notice_kinds import colour_kind
from hazards.recipients import Audience, Recipients, UnitRow
from hazards.states_clock import Act
from hazards.subjects import Subject
from notifications.outbox import Message, put_messages
from notifications.push import push_live
from organizations.models import Unit

MAX_MATTER = 60


def draft_reminders(done: Sequence[Done], subjects: Mapping[int, Subject], around: Recipients, at: datetime) -> None:
    """A 催办单 for each reminder, from the bureau to who owes the time; none to itself, nor of what is confidential."""
    drafts: list[Draft] = []
    units: dict[int, Unit] = {}
    for one in done:
        deadline, subject = one.plan.deadline, subjects[one.plan.deadline.subject_id]
        bureau = around.bureau_of(subject)
        is_drafted = one.plan.strongest.rung.act == Act.REMIND and not subject.is_restricted
        if not is_drafted or bureau is None or bureau.id == deadline.owner_unit_id:
            continue
        issuer = _unit(units, bureau, subject)
        addressee = _unit(units, around.units[deadline.owner_unit_id], subject)
        drafts.append(_draft(one, subject, issuer, addressee, at))
    put_drafts(drafts)


def _unit(known: dict[int, Unit], row: UnitRow, subject: Subject) -> Unit:
    """As a paper asks for it: key, kind, name and region."""
    if row.id not in known:
        known[row.id] = Unit(pk=row.id, kind=row.kind, name=row.name, prefecture_code=subject.region_code)
    return known[row.id]


def _draft(done: Done, subject: Subject, issuer: Unit, addressee: Unit, at: datetime) -> Draft:
    deadline = done.plan.deadline
    last = last_day(deadline.due_at)
    n_days = (last - today(at)).days
    fields: dict[str, object] = {
        "hazard": subject.number,
        "matter": f"{subject.place}{subject.description}"[:MAX_MATTER],
        "step": say_of(deadline.kind, subject.state),
        "due_on": last,
        # Either is said, whichever holds.
        **({"days_left": n_days} if at < deadline.due_at else {"days_over": -n_days}),
    }
    return Draft(
        kind="reminder", subject_id=subject.id, issuer_unit=issuer, addressee=addressee, fields=fields, at=at,
        row_kind="deadline", row_id=deadline.pk,
    )  # fmt: skip


def tell(done: Sequence[Done], subjects: Mapping[int, Subject], told: Mapping[int, Audience], at: datetime) -> None:
    """A message to each of them; of a confidential matter its number and nothing of what it is."""
    put_messages(
        _message(one, subjects[one.plan.deadline.subject_id], user_id, told[one.plan.deadline.pk], at)
        for one in done
        for user_id in told[one.plan.deadline.pk].user_ids
    )
    moved = [(subject.number, subject.last_seq, subject.visible_to) for subject in subjects.values()]

    def push() -> None:
        for number, seq, keys in moved:
            push_live(TOPIC, number, seq, keys)

    transaction.on_commit(push)


def _message(done: Done, subject: Subject, user_id: int, told: Audience, at: datetime) -> Message:
    deadline, one = done.plan.deadline, done.plan.strongest
    occasion = f"{deadline.pk}.{deadline.arming}.{one.rung.position}.{one.occurrence}"
    payload: dict[str, object] = {"number": subject.number, "act": one.rung.act, "due_at": deadline.due_at.isoformat()}
    if user_id in told.owing:
        payload["awaits"] = True
    if not subject.is_restricted:
        payload |= {"label": say_rung(one), "of": deadline.kind, "colour": one.rung.colour}
    return Message(
        recipient_id=user_id, kind=_kind(one), dedupe_key=f"deadline:{occasion}:{user_id}", created_at=at,
        subject_id=subject.id, event_seq=done.event_seq, payload=payload, region_code=subject.region_code,
    )  # fmt: skip


def _kind(one: Planned) -> str:
    """Of a warning one for each colour: from orange upward nobody can have it later."""
    return colour_kind(one.rung.colour) if one.rung.act == Act.WARN else KIND_OF[one.rung.act]
