from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hazards.audit import list_breaks
from hazards.models import HazardEvent


class Command(BaseCommand):
    help = "核对隐患日志：指出每一处缺失、改动或断链；完好时退出码为 0。"

    def handle(self, *args: Any, **options: Any) -> None:
        n_breaks = 0
        for found in list_breaks():
            n_breaks += 1
            self.stdout.write(f"{found.hazard} #{found.seq}: {found.what}")
        n_events = HazardEvent.objects.count()
        if n_breaks:
            raise CommandError(f"日志有 {n_breaks} 处不符（共 {n_events} 条），见上。")
        self.stdout.write(f"日志完好：{n_events} 条。")
