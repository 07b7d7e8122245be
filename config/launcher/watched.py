"""What runs beside the site: processes of their own, started again when they die, gone when the site goes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from .embedded import ROOT

STOP_SECONDS = 20
# One that dies at once is not started in a circle.
PAUSE_SECONDS = (0.5, 1, 2, 5, 15)
# Who lived so long did not die at once.
STEADY_SECONDS = 60


def beside_site(command: str, name: str) -> "Watched":
    """A management command that ends with this process; `name` is what a person calls it."""
    return Watched([sys.executable, str(ROOT / "manage.py"), command, "--with-parent"], name)


class Watched:
    """One command kept running until `stop`."""

    def __init__(self, command: list[str], name: str) -> None:
        self.command, self.name = command, name
        self.process: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._watch = threading.Thread(target=self._keep_alive, name=f"watch {name}", daemon=True)

    def start(self) -> None:
        self._watch.start()

    def tell_to_stop(self) -> None:
        """It ends between two units of work, and is not started again."""
        self._stop.set()
        with self._lock:
            if self.process and self.process.poll() is None:
                self.process.terminate()

    def stop(self) -> None:
        """Let it end; end it when it does not."""
        self.tell_to_stop()
        if process := self.process:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._watch.is_alive():
            self._watch.join(STOP_SECONDS)

    def _keep_alive(self) -> None:
        n_deaths = 0
        while not self._stop.is_set():
            began = time.monotonic()
            with self._lock:
                if self._stop.is_set():
                    return
                # Ctrl-C in the terminal is the launcher's to pass on.
                self.process = subprocess.Popen(
                    self.command, cwd=ROOT, env=os.environ.copy(), stdin=subprocess.DEVNULL, start_new_session=True
                )
            code = self.process.wait()
            if self._stop.is_set():
                return
            n_deaths = 1 if time.monotonic() - began > STEADY_SECONDS else n_deaths + 1
            pause = PAUSE_SECONDS[min(n_deaths, len(PAUSE_SECONDS)) - 1]
            print(f"{self.name}退出了（{code}），{pause} 秒后重新启动。", file=sys.stderr, flush=True)
            self._stop.wait(pause)


def stop_all(watched: Sequence[Watched]) -> None:
    """They end beside each other, not one after the other."""
    for one in watched:
        one.tell_to_stop()
    for one in watched:
        one.stop()
