"""How long the site takes from its start to its first answer, beside the least that Viewflow needs."""

from __future__ import annotations

import os
from time import perf_counter

from bench.report import Report, lower_quartile
from bench.scale import STARTS
from bench.site import serve
from tests.support.databases import Databases


def measure_start(report: Report, databases: Databases, database: str) -> None:
    environment = {**os.environ, **databases.environment(database)}
    seconds: dict[str, list[float]] = {"bench.serve_site": [], "bench.bare_site": []}
    for _ in range(STARTS):
        for module, taken in seconds.items():
            begin = perf_counter()
            with serve(environment, module=module):
                taken.append(perf_counter() - begin)
    ours, bare = (lower_quartile(taken) for taken in seconds.values())
    report.add("start to first page", ours, "s")
    report.add("start to first page, bare Viewflow project", bare, "s")
    report.add("start beside bare Viewflow (whole product: 1.25)", ours / bare, "times")
