"""The real site on a free port, in this process, so that tests can stop its clock."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from django.conf import settings

from config.launcher.up import SOCKETS

START_SECONDS = 30


@dataclass(frozen=True)
class LiveSite:
    """`url` has no slash at its end."""

    url: str

    def __str__(self) -> str:
        return self.url


class QuietServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def run_server(config: uvicorn.Config) -> Iterator[tuple[str, int]]:
    """Serve on a free port in a thread until the block ends."""
    config.timeout_graceful_shutdown = 2
    server = QuietServer(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listener],), name="live-site", daemon=True)
        thread.start()
        if not server.ready.wait(START_SECONDS):
            raise RuntimeError("the site did not start")
        try:
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def serve_site(hub: Any = None) -> Iterator[LiveSite]:
    """Serve until the block ends; then no thread and no connection of it is left. `hub` holds its sockets."""
    from config.asgi import build_application, build_pages

    pages = build_pages(settings.WEB_THREADS)
    try:
        config = uvicorn.Config(build_application(pages, hub), log_level="error", **SOCKETS)
        with run_server(config) as (host, port):
            yield LiveSite(f"http://{host}:{port}")
    finally:
        pages.executor.shutdown(wait=True)
