from __future__ import annotations

import os
import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.clock import now
from notifications.relay import Relay


class Command(BaseCommand):
    help = "外发进程：把消息送到邮箱、短信、企业微信、钉钉、群机器人和对接系统，直到收到 SIGTERM 或 Ctrl-C；可以同时运行多个"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tick", type=float, default=settings.RELAY_TICK_SECONDS, help="多少秒查看一次")
        parser.add_argument("--once", action="store_true", help="发完到点的就结束，打印处理了几件")
        parser.add_argument("--with-parent", action="store_true", help="启动它的进程没了，它也退出")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"处理 {Relay(read_clock=now).run_until_idle()} 件")
            return
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        parent = os.getppid() if options["with_parent"] else None
        Relay(read_clock=now, stop=stop, tick=options["tick"], parent=parent).run()
