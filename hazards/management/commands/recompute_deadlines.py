import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import now
from hazards.recomputing import count_changes, recompute_open


class Command(BaseCommand):
    help = "按现在的工作日历重算所有未办结隐患的时限和阶梯时刻；可以重复执行，中断后再执行即可。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只数有多少要改，不改")

    def handle(self, *args: Any, **options: Any) -> None:
        begin = time.monotonic()
        counts = count_changes(now()) if options["dry_run"] else recompute_open(now())
        seconds = max(time.monotonic() - begin, 0.001)
        self.stdout.write(
            f"核算 {counts.n_looked} 条，时限变化 {counts.n_moved} 条，仅阶梯时刻变化 {counts.n_rungs} 项，"
            f"每秒 {counts.n_looked / seconds:.0f} 条。"
        )
        if counts.failed:
            raise CommandError(f"{len(counts.failed)} 条没有改成：{'、'.join(counts.failed[:20])}")
