"""What a watchdog asks beside the database: each app that must be running says whether it is."""

from collections.abc import Callable

# {name in the answer of /readyz: whether it is well}; filled in AppConfig.ready(), asked with the database up.
READY: dict[str, Callable[[], bool]] = {}
