from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import now
from hazards.models import Hazard
from notifications.consistency import list_wrong_inboxes
from workflows.consistency import list_mismatches


class Command(BaseCommand):
    help = "核对隐患、流程、日志、可见范围、责任岗位和消息计数是否一致；一致时退出码为 0。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quick", action="store_true", help="只做集合核对，不逐条重放日志")

    def handle(self, *args: Any, **options: Any) -> None:
        n_wrong = 0
        for found in list_mismatches(now(), deep=not options["quick"]):
            n_wrong += 1
            self.stdout.write(f"{found.hazard}: {found.what}")
        for wrong in list_wrong_inboxes():
            n_wrong += 1
            self.stdout.write(wrong)
        if n_wrong:
            raise CommandError(f"有 {n_wrong} 处不一致，见上。")
        self.stdout.write(f"一致：{Hazard.objects.count()} 条隐患。")
