from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.clock import now
from demo.district import find_district
from demo.loading import is_loaded
from demo.player import BrokenStory
from demo.weeks import WEEKS, play_week
from hazards.actions import ACTIONS


class Command(BaseCommand):
    help = "在演示数据上演一个人的一周（周一到周五的每一步都由真正该办的人办）。只在演示模式下可用。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(WEEKS), help="谁的一周")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("只能在演示模式下演示：请设 BIHUAN_DEMO=1。")
        if not is_loaded():
            raise CommandError("还没有演示数据，请先运行 manage.py load_demo。")
        week = WEEKS[options["name"]]
        try:
            with transaction.atomic():
                # All of it happens now: a running site has no other days than its own.
                done = play_week(week, find_district(), moment_of=lambda _day: now())
        except BrokenStory as exc:
            raise CommandError(
                f"{exc}（这一周或与它相关的一周可能已经演过：请换一个人的一周，或停掉站点、删去 var/ 后重新 make up。）"
            ) from exc
        self.stdout.write(f"{week.title}（{week.who}）")
        for one in done:
            label = ACTIONS[one.action].label
            self.stdout.write(f"  {one.day}  {one.who:<24} {label}  {one.number}  {one.place} → {one.state}")
        self.stdout.write(f"共 {len(done)} 步，没有卡住的。")
