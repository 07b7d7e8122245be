"""What was measured: a table on the screen and var/bench/latest.json."""

from __future__ import annotations

import json
import operator
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles

# How a bar reads: a floor that a value must reach, or a ceiling that it must not pass.
_HOLDS = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True)
class Row:
    """`bar` is null where a value is printed for comparison only; `holds` is then true."""

    name: str
    value: float
    unit: str
    bar: str | None
    holds: bool


class Report:
    """Rows in the order in which they were measured; each is shown at once."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(self, name: str, value: float, unit: str, bar: str | None = None) -> None:
        """`bar` is written like `>= 2.0` or `<= 10`."""
        value = round(value, 3)
        row = Row(name, value, unit, bar, _holds(value, bar))
        self.rows.append(row)
        print(_line(row), flush=True)

    @property
    def holds(self) -> bool:
        return all(row.holds for row in self.rows)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([asdict(row) for row in self.rows], ensure_ascii=False, indent=1) + "\n")

    def print_table(self) -> None:
        print()
        for row in self.rows:
            print(_line(row))
        failed = [row.name for row in self.rows if not row.holds]
        print(f"\n{len(self.rows)} rows, " + (f"{len(failed)} below the bar" if failed else "every bar holds"))


def _holds(value: float, bar: str | None) -> bool:
    if bar is None:
        return True
    sign, limit = bar.split()
    return bool(_HOLDS[sign](value, float(limit)))


def _line(row: Row) -> str:
    name = row.name + " " * max(0, 66 - _width(row.name))
    mark = "" if row.bar is None else ("ok" if row.holds else "MISSED")
    return f"{name}{row.value:>12,.2f} {row.unit:<12}{row.bar or '':<12}{mark}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def lower_quartile(values: Sequence[float]) -> float:
    return quantiles(values, n=4, method="inclusive")[0]


def percentile(values: Sequence[float], share: int) -> float:
    return quantiles(values, n=100, method="inclusive")[share - 1]
