from __future__ import annotations

from notifications.consumers import InboxConsumer
from notifications.hub import Hub
from notifications.socket_origin import Application, OwnOriginOnly

INBOX_PATH = "/ws/inbox/"


def list_sockets(hub: Hub) -> dict[str, Application]:
    """{path: what serves its sockets}."""
    return {INBOX_PATH: OwnOriginOnly(InboxConsumer.as_asgi(hub=hub))}
