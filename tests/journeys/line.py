"""A line between a browser and the site that can be slow, cut, or lose an answer on its way back."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

CHUNK = 4096


class Line:
    """`url` is the site's address at the other end; all threads end with `close`."""

    def __init__(self, site_url: str, *, bytes_per_second: int) -> None:
        self.pause = CHUNK / bytes_per_second
        self._site = (urlsplit(site_url).hostname or "", urlsplit(site_url).port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._is_cut = False
        self._loses_answer = False
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._run(self._accept)

    def cut(self) -> None:
        """Whatever is on its way is lost, and nothing gets through until `mend`."""
        self._is_cut = True
        for end in list(self._open):
            drop(end)

    def mend(self) -> None:
        self._is_cut = False

    def lose_next_answer(self) -> None:
        """What was asked reaches the site; the line breaks before the answer is back."""
        self._loses_answer = True

    def close(self) -> None:
        drop(self._listener)
        self.cut()

    def _run(self, work: Callable[..., None], *ends: socket.socket) -> None:
        threading.Thread(target=work, args=ends, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                if self._is_cut:
                    drop(near)
                    continue
                far = socket.create_connection(self._site)
                self._open |= {near, far}
                self._run(self._carry_out, near, far)
                self._run(self._carry_back, near, far)

    def _carry_out(self, near: socket.socket, far: socket.socket) -> None:
        for chunk in chunks(near):
            time.sleep(self.pause * len(chunk) / CHUNK)
            if not send(far, chunk):
                break
        drop(far)

    def _carry_back(self, near: socket.socket, far: socket.socket) -> None:
        for chunk in chunks(far):
            if self._loses_answer:
                self._loses_answer = False
                break
            if not send(near, chunk):
                break
        drop(near)
        drop(far)


def chunks(end: socket.socket) -> Iterator[bytes]:
    with contextlib.suppress(OSError):
        while chunk := end.recv(CHUNK):
            yield chunk


def send(end: socket.socket, chunk: bytes) -> bool:
    try:
        end.sendall(chunk)
    except OSError:
        return False
    return True


def drop(end: socket.socket) -> None:
    """Closed at once for both sides, also under a thread that is reading."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
