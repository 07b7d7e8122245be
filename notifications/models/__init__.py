from notifications.models.outbox import Inbox, OutboxMessage, Quiet, ToldBy
from notifications.models.ways import (
    PERSONAL,
    Contact,
    Delivery,
    DeliveryTry,
    Outlet,
    RelayProcess,
    SocketProcess,
    Way,
)

__all__ = [
    "PERSONAL",
    "Contact",
    "Delivery",
    "DeliveryTry",
    "Inbox",
    "Outlet",
    "OutboxMessage",
    "Quiet",
    "RelayProcess",
    "SocketProcess",
    "ToldBy",
    "Way",
]
