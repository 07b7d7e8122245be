from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import now
from hazards.clock_check import list_clock_mismatches
from workflows.consistency import turns_of


class Command(BaseCommand):
    help = "逐条重算未办结隐患的时限、阶梯时刻、颜色并与存储核对；一致时退出码为 0。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--swept", action="store_true", help="另查到期未触发的阶梯（时钟应在运行）")

    def handle(self, *args: Any, **options: Any) -> None:
        at, n_wrong = now(), 0
        for number, what in list_clock_mismatches(at, turns_of=turns_of, swept_at=at if options["swept"] else None):
            n_wrong += 1
            self.stdout.write(f"{number}: {what}")
        if n_wrong:
            raise CommandError(f"有 {n_wrong} 处不一致，见上。")
        self.stdout.write("一致。")
