from __future__ import annotations

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now
from core.errors import DomainError
from demo.loading import load_demo


class Command(BaseCommand):
    help = "装载演示数据：一个虚构的县、约 60 人、60 条各种状态的隐患。已装载时不做任何事。"

    def handle(self, *args: Any, **options: Any) -> None:
        begun = monotonic()
        try:
            loaded = load_demo(at=now())
        except DomainError as exc:
            raise CommandError(exc.message) from exc
        if loaded is None:
            self.stdout.write("演示数据已在，未作改动。")
            return
        self.stdout.write(
            f"演示数据已装载：{loaded.n_units} 个单位，{loaded.n_people} 人，{loaded.n_hazards} 条隐患，"
            f"{loaded.n_acts} 步办理，用时 {monotonic() - begun:.0f} 秒。"
        )
