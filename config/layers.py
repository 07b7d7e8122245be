"""The channel layer of a site, out of an address and a prefix; free of Django, as settings read it."""

from typing import Any

LAYER = "channels_redis.pubsub.RedisPubSubChannelLayer"
# Nobody waits longer for a server that is down or hangs; what was to be told stands in rows.
PATIENCE_SECONDS = 2
# An idle connection whose server hangs or went without a word is noticed within this.
HEALTH_CHECK_SECONDS = 15


def channel_layers(url: str, prefix: str) -> dict[str, dict[str, Any]]:
    """One connection per process for all its sockets: the other layer of channels_redis takes one for each and stops at 100.

    Channels of Redis know no database number, so the prefix alone keeps sites on one server apart.
    """
    host = {
        "address": url,
        "socket_connect_timeout": PATIENCE_SECONDS,
        "socket_timeout": PATIENCE_SECONDS,
        "health_check_interval": HEALTH_CHECK_SECONDS,
    }
    return {"default": {"BACKEND": LAYER, "CONFIG": {"hosts": [host], "prefix": prefix}}}
