"""Whether the server of the channel layer answers; free of what it carries."""

from __future__ import annotations

from contextlib import closing

from django.conf import settings

# A watchdog asks every few seconds and a page waits for it.
PATIENCE_SECONDS = 0.5


def is_answering() -> bool:
    """Whether Valkey answers to our password, at once."""
    import redis  # here, since it takes a fifth of a second that most commands need not spend

    try:
        with closing(
            redis.Redis.from_url(
                settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS, retry=None
            )
        ) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
