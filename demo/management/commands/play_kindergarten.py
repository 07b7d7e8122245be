from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.clock import local
from core.errors import DomainError
from demo.real_kindergarten import play_kindergarten
from hazards.actions import ACTIONS
from hazards.models import HazardEvent


class Command(BaseCommand):
    help = "按真实日期演一遍爱尚东升幼儿园案（真实隐患表第 32 行）：市政府挂牌，2021 年 5 月摘牌。已演过时只列出经过。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("只能在演示模式下演示：请设 BIHUAN_DEMO=1。")
        try:
            hazard = play_kindergarten()
        except DomainError as exc:
            raise CommandError(f"{exc.message}{exc.fields or ''}") from exc
        self.stdout.write(f"{hazard.number}  {hazard.unit.name}{hazard.place}：{hazard.get_state_display()}")
        for event in HazardEvent.objects.filter(hazard=hazard).order_by("seq"):
            self.stdout.write(f"  {local(event.recorded_at):%Y-%m-%d}  {ACTIONS[event.action].label}")
