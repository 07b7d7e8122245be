from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from hazards.models import Hazard
from hazards.moving import rewrite_keys


class Command(BaseCommand):
    help = "按现有单位和办理情况重算每条隐患的可见范围；说明改了几条。"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        n = rewrite_keys(Hazard.objects.all())
        self.stdout.write(f"可见范围已重算，改动 {n} 条。")
