from __future__ import annotations

import os
import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.clock import now
from deadlines.loop import Loop


class Command(BaseCommand):
    help = "时钟进程：按点触发时限，直到收到 SIGTERM 或 Ctrl-C；可以同时运行多个"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tick", type=float, default=settings.CLOCK_TICK_SECONDS, help="多少秒查看一次")
        parser.add_argument("--with-parent", action="store_true", help="启动它的进程没了，它也退出")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        parent = os.getppid() if options["with_parent"] else None
        Loop(read_clock=now, stop=stop, tick=options["tick"], parent=parent).run()
