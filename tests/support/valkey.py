"""The tests' own Valkey: one for a session, channels of each worker apart; another for a test that kills it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from channels.layers import channel_layers as served
from django.conf import settings

from config.launcher.embedded import redis_prefix, redis_url, uses_own_valkey, var_dir
from config.launcher.valkey import Valkey
from config.layers import channel_layers


def start_test_valkey() -> Valkey | None:
    """The session's server, unless REDIS_URL names one; sessions beside each other share it."""
    if not uses_own_valkey():
        return None
    valkey = Valkey(var_dir() / "valkey-test")
    valkey.start()
    os.environ["REDIS_URL"] = valkey.url()
    return valkey


def serve_channels(session: str, worker: str) -> None:
    """Point Django and child processes of this worker at the session's server, in channels of its own."""
    os.environ["REDIS_PREFIX"] = f"bihuan-test-{session}-{worker}"
    _serve()


def _serve() -> None:
    settings.REDIS_URL = redis_url()
    settings.CHANNEL_LAYERS = channel_layers(settings.REDIS_URL, redis_prefix())
    served.backends.clear()


@contextmanager
def own_valkey(home: Path) -> Iterator[Valkey]:
    """A server that nobody else uses, to be killed, hung or stopped; then the session's again."""
    valkey, before = Valkey(home), {name: os.environ[name] for name in ("REDIS_URL", "REDIS_PREFIX")}
    valkey.start()
    os.environ.update(REDIS_URL=valkey.url(), REDIS_PREFIX=f"bihuan-test-{secrets.token_hex(4)}")
    _serve()
    try:
        yield valkey
    finally:
        os.environ.update(before)
        _serve()
        valkey.stop()
