"""Django's SMTP backend with an end to the whole: its own timeout is for each read, and a server may drip."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class TimedBackend(EmailBackend):
    """For one letter. `is_over` says that its time ran out, whatever error came of it."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.is_over = False
        self._talk: smtplib.SMTP | None = None

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """End what is read or written then; what the server took before stays taken."""
        timer = Timer(seconds, self._run_out)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        base: type[smtplib.SMTP] = super().connection_class
        backend = self

        class Timed(base):  # type: ignore[misc, valid-type]
            def connect(self, *args: Any, **more: Any) -> Any:
                backend._talk = self
                return super().connect(*args, **more)

            def getreply(self) -> Any:
                """The time may have run out while there was no socket to shut down."""
                if backend.is_over:
                    self.close()
                    raise smtplib.SMTPServerDisconnected("out of time")
                return super().getreply()

        return Timed

    def _run_out(self) -> None:
        """Called from another thread."""
        self.is_over = True
        open_socket = getattr(self._talk, "sock", None)
        if open_socket is not None:
            with suppress(OSError):
                # Not SSLSocket's own, which would give up TLS and go on in the clear.
                socket.socket.shutdown(open_socket, socket.SHUT_RDWR)
