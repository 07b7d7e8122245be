"""The site's programs as processes of their own, to be killed and started again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from config.launcher.embedded import ROOT

# What hangs fails by it; nothing is timed.
PATIENCE_SECONDS = 120


class Program:
    """A command of the site; its words go to a file."""

    def __init__(self, command: list[str], log: Path, **environment: str) -> None:
        self._command, self._log, self._environment = [sys.executable, *command], log, environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env={**os.environ, **self._environment}, stdout=out, stderr=out
            )

    def kill(self) -> None:
        """As the kernel does it; it must have been alive."""
        assert self._process and self._process.poll() is None, self._log.read_text()[-2000:]
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class Web(Program):
    """The site at one address, also after it was killed."""

    def __init__(self, log: Path, **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        super().__init__(["-m", "tests.support.serve_at", str(self.port)], log, **environment)

    def start(self) -> None:
        """Until it answers."""
        super().start()
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except OSError:
                assert time.monotonic() < end, self._log.read_text()[-2000:]
                time.sleep(0.05)
