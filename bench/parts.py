"""Which parts there are, each on a database of its own; imported once Django is set up."""

from __future__ import annotations

from bench.bulk import measure_bulk
from bench.calendars import measure_calendars
from bench.clock import measure_firings, measure_idle
from bench.lists import measure_lists
from bench.outbox import measure_outbox
from bench.races import measure_races
from bench.recompute import measure_recompute
from bench.report import Report
from bench.server import clone
from bench.sign import measure_sign
from bench.site import measure_site
from bench.sockets import measure_sockets
from bench.start import measure_start
from tests.support.databases import Databases


def run_part(name: str, report: Report, databases: Databases) -> None:
    print(f"\n{name}", flush=True)
    match name:
        case "lists":
            measure_lists(report, databases)
        case "calendars":
            measure_calendars(report)
        case "sign":
            with clone(databases, name):
                measure_sign(report)
        case "clock":
            with clone(databases, name):
                measure_firings(report)
            with clone(databases, "idle"):
                measure_idle(report)
        case "recompute":
            measure_recompute(report, databases)
        case "bulk":
            with clone(databases, name):
                measure_bulk(report)
        case "races":
            with clone(databases, name):
                measure_races(report)
        case "outbox":
            with clone(databases, name):
                measure_outbox(report)
        case "site":
            with clone(databases, name) as database:
                measure_site(report, databases, database)
                measure_start(report, databases, database)
        case "sockets":
            with clone(databases, name) as database:
                measure_sockets(report, databases, database)
