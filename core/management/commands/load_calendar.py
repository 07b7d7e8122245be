from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from core.calendar_rows import load_calendar
from core.calendars import published_years
from core.clock import now


class Command(BaseCommand):
    help = "载入节假日和调休安排（随 chinesecalendar 软件包发布），可重复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("years", nargs="*", type=int, help="年份；不写则载入软件包已知的全部年份")

    def handle(self, *args: object, years: list[int], **options: object) -> None:
        loaded = load_calendar(years=years or published_years(), at=now())
        self.stdout.write(f"已载入：{'、'.join(map(str, loaded)) or '无'}")
        if missing := sorted(set(years) - set(loaded)):
            self.stderr.write(f"软件包还没有这些年份的安排：{'、'.join(map(str, missing))}；请先升级 chinesecalendar。")
