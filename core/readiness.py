"""What a watchdog asks beside the database: each app that must be running says whether it is."""

from collections.abc import Callable
from datetime import datetime

# {name in the answer of /readyz: whether it is well at a moment}; filled in AppConfig.ready(), asked with the database up.
READY: dict[str, Callable[[datetime], bool]] = {}
