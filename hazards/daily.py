"""What has to be swept once a day: files nobody used, answers nobody will ask for again."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.idempotency import purge_commands
from hazards.uploads import purge_orphans

# A client that has not repeated its command by then never will.
KEEP_COMMANDS = timedelta(days=30)


def sweep_daily(at: datetime) -> None:
    purge_orphans(at)
    purge_commands(at - KEEP_COMMANDS)
