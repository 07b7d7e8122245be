"""The clock beside the site: a process of its own, started again when it dies, gone when the site goes."""

import os
import subprocess
import sys
import threading
import time

from .embedded import ROOT

STOP_SECONDS = 20
# One that dies at once is not started in a circle.
PAUSE_SECONDS = (0.5, 1, 2, 5, 15)
# Who lived so long did not die at once.
STEADY_SECONDS = 60


class ClockProcess:
    """`manage.py run_clock` under watch."""

    def __init__(self, command: list[str] | None = None) -> None:
        self.command = command or [sys.executable, str(ROOT / "manage.py"), "run_clock", "--with-parent"]
        self.process: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._watch = threading.Thread(target=self._keep_alive, name="clock-watch", daemon=True)

    def start(self) -> None:
        self._watch.start()

    def stop(self) -> None:
        """Let it end between two firings; end it when it does not."""
        self._stop.set()
        with self._lock:
            process = self.process
            if process and process.poll() is None:
                process.terminate()
        if process:
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
            print(f"时钟进程退出了（{code}），{pause} 秒后重新启动。", file=sys.stderr, flush=True)
            self._stop.wait(pause)
