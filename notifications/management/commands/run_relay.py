from __future__ import annotations

import os
import signal
import socket
from argparse import ArgumentParser
from contextlib import suppress
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection

from core.clock import now
from notifications.models import RelayProcess

TICK_SECONDS = 5.0


class Command(BaseCommand):
    help = "外发进程：把消息送到邮箱、群机器人等，直到收到 SIGTERM 或 Ctrl-C；可以同时运行多个"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tick", type=float, default=TICK_SECONDS, help="多少秒查看一次")
        parser.add_argument("--once", action="store_true", help="查看一次就结束")
        parser.add_argument("--with-parent", action="store_true", help="启动它的进程没了，它也退出")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        parent = os.getppid() if options["with_parent"] else None
        name = f"{socket.gethostname()[:60]}:{os.getpid()}"
        while not stop.is_set() and (parent is None or os.getppid() == parent):
            try:
                beat(name)
            except (DatabaseError, InterfaceError):
                with suppress(DatabaseError, InterfaceError):
                    connection.close()
            if options["once"]:
                break
            stop.wait(options["tick"])
        with suppress(DatabaseError, InterfaceError):
            RelayProcess.objects.filter(name=name).update(stopped_at=now())


def beat(name: str) -> None:
    at = now()
    RelayProcess.objects.update_or_create(
        name=name, defaults={"looked_at": at, "stopped_at": None}, create_defaults={"started_at": at, "looked_at": at}
    )
