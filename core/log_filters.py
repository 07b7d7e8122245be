"""What keeps the log readable."""

from __future__ import annotations

import logging
import time

PAUSE_SECONDS = 60.0


class OnceAMinute(logging.Filter):
    """Lets the same trouble through once a minute, in one line; for libraries that tell it at every try."""

    def __init__(self) -> None:
        super().__init__()
        self._said_at: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key, now = (record.name, str(record.msg)), time.monotonic()
        if key in self._said_at and now - self._said_at[key] < PAUSE_SECONDS:
            return False
        self._said_at[key] = now
        if record.exc_info and record.exc_info[1]:
            record.msg, record.args = f"{record.getMessage()}: {record.exc_info[1]!r}", ()
            record.exc_info = record.exc_text = None
        return True
