from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from hazards.models import Hazard
from notifications import hooks
from notifications.models import Contact, Delivery, DeliveryTry, Inbox, OutboxMessage, Outlet
from notifications.outbox import Message, put_messages
from notifications.relay import Relay
from tests.notifications.transports.conftest import (  # noqa: F401 (fixtures)
    _little_time,
    certificate,
    mail_server,
    receiver,
)
from tests.support.district import District

ROBOT_OK = {"errcode": 0, "errmsg": "ok"}


@dataclass
class Desk:
    """A hazard of the first school, people who are told of it, and the relay that carries it out of the house."""

    d: District
    hazard: Hazard
    at: datetime
    n: int = 0

    def tell(self, person: str = "principal", kind: str = "deadline.warned_orange", **more: object) -> OutboxMessage:
        """One more occasion; WARNING unless the kind says otherwise."""
        self.n += 1
        facts = {
            "recipient_id": self.d.people[person].pk, "kind": kind, "subject_id": self.hazard.pk, "event_seq": 1000 + self.n,
            "payload": {"number": self.hazard.number, "due_at": "2026-11-30T16:00:00+00:00", "by": "王某"},
            "created_at": self.at, "dedupe_key": f"test:{self.n}:{person}", **more,
        }  # fmt: skip
        with transaction.atomic():
            put_messages([Message(**facts)])
        return OutboxMessage.objects.get(dedupe_key=facts["dedupe_key"])

    def contact(self, person: str = "principal", way: str = "email", address: str = "") -> Contact:
        address = address or f"{person}@edu.example.cn"
        return Contact.objects.create(user=self.d.people[person], way=way, address=address, set_at=self.at)

    def box(self, person: str = "principal", **more: object) -> None:
        Inbox.objects.update_or_create(user=self.d.people[person], defaults=more)

    def outlet(self, unit: str, way: str, url: str, **more: object) -> Outlet:
        facts = {"name": f"{unit}群", "secret": "SEC1", "is_private_allowed": True, "made_at": self.at, **more}
        return Outlet.objects.create(unit=self.d.units[unit], way=way, url=url, **facts)

    def relay(self, **later: float) -> int:
        """All that is due, by a process that begins now."""
        self.at += timedelta(**later)
        return Relay(read_clock=lambda: self.at).run_until_idle()

    def rows(self, **by: object) -> list[Delivery]:
        return list(Delivery.objects.filter(**by).order_by("pk"))

    def row(self, **by: object) -> Delivery:
        return Delivery.objects.get(**by)

    def tries(self, delivery: Delivery) -> list[tuple[bool, str]]:
        return list(DeliveryTry.objects.filter(delivery=delivery).order_by("pk").values_list("is_sent", "answer"))


@pytest.fixture(autouse=True)
def _nothing_by_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests have tests of their own."""
    monkeypatch.setattr(hooks, "each_minute", [])


@pytest.fixture
def desk(district: District) -> Desk:
    """Nobody has an address yet, so that what led here went nowhere."""
    made = Desk(district, district.find(district.reach("rectifying")), district.at)
    made.relay()
    assert not Delivery.objects.exists()
    return made
