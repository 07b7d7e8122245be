from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import SHANGHAI, now
from deadlines.sweep import Tally, sweep_all


class Command(BaseCommand):
    help = "触发已到时刻的时限，一次做完后退出；有触发失败的，退出码为 1"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="做一次后退出（常驻运行用 run_clock）")
        parser.add_argument("--at", default="", help="按这一时刻触发，例如 2026-12-01T09:00；不填即现在")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["once"]:
            raise CommandError("请加 --once；常驻运行用 run_clock。")
        tally = sweep_all(_moment(options["at"]) if options["at"] else now())
        self.stdout.write(_told(tally))
        if tally.failed:
            raise SystemExit(1)


def _moment(text: str) -> datetime:
    """Local time where no zone is named."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--at {text} 不是时刻，请写成 2026-12-01T09:00。") from None
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _told(tally: Tally) -> str:
    fired = tally.fired
    words = f"已触发 {fired.n_acted} 项，补记 {fired.n_missed} 项，不再适用 {fired.n_moot} 项"
    if fired.busy:
        words += f"，他人正在办理 {len(set(fired.busy))} 项（稍后再触发）"
    if tally.failed:
        words += f"，失败 {len(set(tally.failed))} 项（见健康页）"
    return words + "。"
