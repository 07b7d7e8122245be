"""The served site: pages and API through the WSGI application on a fixed number of threads, sockets on the loop."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.transport import Lifespan, SocketPaths, WholeRequests

if TYPE_CHECKING:
    from notifications.hub import Hub

# Chunks of an answer that may wait for a slow reader before he holds a thread.
WAITING_CHUNKS = 256


def build_pages(threads: int) -> WSGIMiddleware:
    """Pages and API; each thread keeps one database connection, so `threads` is also their number."""
    return WSGIMiddleware(get_wsgi_application(), workers=threads, send_queue_size=WAITING_CHUNKS)


def build_application(pages: WSGIMiddleware, hub: Hub | None = None) -> ProtocolTypeRouter:
    # Imports models, so not before Django is set up by what makes the pages.
    from notifications.hub import Hub
    from notifications.routing import list_sockets

    hub = hub or Hub()
    return ProtocolTypeRouter(
        {
            "http": WholeRequests(pages),
            "websocket": SocketPaths(list_sockets(hub)),
            "lifespan": Lifespan(hub.stop),
        }
    )


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = build_application(build_pages(settings.WEB_THREADS))
