"""Which parts there are, each on a database of its own; imported once Django is set up."""

from __future__ import annotations

from bench.races import measure_races
from bench.report import Report
from bench.server import clone
from bench.sign import measure_sign
from tests.support.databases import Databases


def run_part(name: str, report: Report, databases: Databases, *, full: bool) -> None:
    print(f"\n{name}", flush=True)
    with clone(databases, name):
        match name:
            case "sign":
                measure_sign(report)
            case "races":
                measure_races(report)
