"""The served site: pages and API through the WSGI application on a fixed number of threads."""

import os

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.transport import WholeRequests, quiet_lifespan, refuse_socket

# Chunks of an answer that may wait for a slow reader before he holds a thread.
WAITING_CHUNKS = 256


def build_pages(threads: int) -> WSGIMiddleware:
    """Pages and API; each thread keeps one database connection, so `threads` is also their number."""
    return WSGIMiddleware(get_wsgi_application(), workers=threads, send_queue_size=WAITING_CHUNKS)


def build_application(pages: WSGIMiddleware) -> ProtocolTypeRouter:
    return ProtocolTypeRouter({"http": WholeRequests(pages), "websocket": refuse_socket, "lifespan": quiet_lifespan})


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = build_application(build_pages(settings.WEB_THREADS))
