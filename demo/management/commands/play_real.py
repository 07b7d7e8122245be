from __future__ import annotations

import unicodedata
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now, today
from core.errors import DomainError
from demo.real_county import RealCounty, ensure_county
from demo.real_play import Played, play_rows
from demo.real_rows import BadRow, RealRow, Table, read_table
from hazards.states import State

HEADER = ("序号", "编号", "单位", "等级", "责任归属", "到达状态", "停在哪里")
WIDTHS = (4, 18, 18, 4, 8, 10)


class Command(BaseCommand):
    help = "把真实隐患表（CSV）逐行送进系统，走到守卫放行的地方为止；重复运行不会重复登记。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("csv", type=Path, help="真实隐患表，列同 tests/data/real_hazards.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        path: Path = options["csv"]
        try:
            table = read_table(path.read_bytes(), today=today(at))
            rows = [row for row in table.rows if isinstance(row, RealRow)]
            county = ensure_county(rows, at=at) if rows else None
            played = play_rows(rows, county, at=at) if county else []
        except OSError as exc:
            raise CommandError(f"读不了 {path}：{exc.strerror}。") from exc
        except DomainError as exc:
            raise CommandError(exc.message) from exc
        self._show(table, played)
        if county:
            self._show_accounts(county)
        bad = [row for row in table.rows if isinstance(row, BadRow)]
        if bad:
            raise CommandError(f"有 {len(bad)} 行没有登记，请更正后重新运行；已登记的不会重复。")

    def _show(self, table: Table, played: Sequence[Played]) -> None:
        results = iter(played)
        self._line(HEADER)
        for row in table.rows:
            if isinstance(row, BadRow):
                self._line((row.number, "–", "", "", "", "未登记", f"第 {row.line} 行：{'；'.join(row.reasons)}"))
            else:
                self._line(_cells(next(results)))
        self.stdout.write("")
        self.stdout.write(f"合计 {len(table.rows)} 行（{table.encoding}）：{_total(table, played)}")

    def _line(self, cells: Sequence[str]) -> None:
        padded = [_pad(cell, width) for cell, width in zip(cells[:-1], WIDTHS, strict=True)]
        self.stdout.write("  ".join([*padded, cells[-1]]).rstrip())

    def _show_accounts(self, county: RealCounty) -> None:
        self.stdout.write("\n登录账号（人员均为虚构）：")
        for account in county.accounts:
            secret = account.password or "口令未变；忘记的由安全管理员重置"
            self.stdout.write(f"  {account.username}  {account.place}{account.post}  {secret}")


def _cells(played: Played) -> tuple[str, ...]:
    row, hazard = played.row, played.hazard
    waits = f"等待{played.waits_for}" if played.waits_for else ""
    if played.twin_line:
        waits = f"与第 {played.twin_line} 行相同，没有重复登记；{waits}"
    return (
        row.number, hazard.number if hazard else "–", row.unit, str(row.level.label), str(row.competence.label),
        str(State(hazard.state).label) if hazard else "未登记", f"被挡下：{played.stopped}" if played.stopped else waits,
    )  # fmt: skip


def _total(table: Table, played: Sequence[Played]) -> str:
    hazards = {result.hazard.pk: result.hazard for result in played if result.hazard}
    states = Counter(str(State(hazard.state).label) for hazard in hazards.values())
    n_new = sum(result.is_new for result in played)
    parts = [
        f"隐患 {len(hazards)} 条（新登记 {n_new}，原已登记 {len(hazards) - n_new}）",
        "，".join(f"{state} {n}" for state, n in states.items()),
        f"被守卫挡下 {sum(bool(result.stopped) for result in played)} 行",
        f"未登记 {len(table.rows) - len(played) + sum(result.hazard is None for result in played)} 行",
    ]
    return "；".join(part for part in parts if part) + "。"


def _pad(text: str, width: int) -> str:
    """Chinese signs are two columns wide."""
    taken = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * max(0, width - taken)
