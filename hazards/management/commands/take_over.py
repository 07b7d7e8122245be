from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now
from hazards.taking_over import take_over_open


class Command(BaseCommand):
    help = "接管时钟启用前的存量隐患：给每一条没有计时的隐患起算时限；可以重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        found = take_over_open(now())
        self.stdout.write(f"接管 {found.n_taken} 条。")
        if found.failed:
            raise CommandError(f"{len(found.failed)} 条没有接管：{'、'.join(found.failed[:20])}")
