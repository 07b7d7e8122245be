from __future__ import annotations

import logging
import time


class Seldom:
    """Says the same trouble once a minute, with how often it came meanwhile."""

    def __init__(self, logger: logging.Logger, seconds: float = 60.0) -> None:
        self._logger, self._seconds = logger, seconds
        self._said_at = -seconds
        self._n_kept = 0

    def warn(self, text: str, *values: object) -> None:
        now = time.monotonic()
        if now - self._said_at < self._seconds:
            self._n_kept += 1
            return
        self._logger.warning(f"{text} (%s more of it not shown)", *values, self._n_kept)
        self._said_at, self._n_kept = now, 0
