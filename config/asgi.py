"""The served site: pages and API through the WSGI application on a fixed number of threads."""

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter
from django.conf import settings

from config.transport import WholeRequests, quiet_lifespan, refuse_socket
from config.wsgi import application as pages

# Chunks of an answer that may wait for a slow reader before he holds a thread.
WAITING_CHUNKS = 256

application = ProtocolTypeRouter(
    {
        "http": WholeRequests(WSGIMiddleware(pages, workers=settings.WEB_THREADS, send_queue_size=WAITING_CHUNKS)),
        "websocket": refuse_socket,
        "lifespan": quiet_lifespan,
    }
)
