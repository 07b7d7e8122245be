"""The real site under 300 page requests at once: no error, no more connections than threads, no growing memory."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import cycle, islice
from time import perf_counter, sleep

import psutil
import psycopg2
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from bench.report import Report, percentile
from bench.scale import BURSTS
from config.launcher.embedded import ROOT
from tests.support.databases import Databases
from tests.support.district import build_district

AT_ONCE = 300
# Memory is compared after this many requests and after all of them.
FIRST = 200
LAST = 100
HOST = "127.0.0.1"
START_SECONDS = 60
ANSWER_SECONDS = 120


def measure_site(report: Report, databases: Databases, database: str) -> None:
    district = build_district()
    numbers = [district.reach(state) for state in ("reported", "assigned", "rectifying", "submitted", "closed")]
    client = Client()
    client.force_login(district.safety, backend="django.contrib.auth.backends.ModelBackend")
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    pages = [reverse("desk"), reverse("hazard_list"), reverse("report"), *(f"/hazards/{number}/" for number in numbers)]
    with serve({**os.environ, **databases.environment(database)}) as (site, port):
        first = _burst(port, cookie, pages, FIRST)
        memory = [site.memory_info().rss]
        bursts, most = [first], 0
        for n in [AT_ONCE] * BURSTS + [LAST]:
            answers, used = _watched(databases.environment(database)["DATABASE_URL"], port, cookie, pages, n)
            bursts.append(answers)
            most = max(most, used)
        memory.append(site.memory_info().rss)
    connections.close_all()
    statuses = Counter(status for burst in bursts for status, _ in burst)
    waits = [seconds * 1000 for status, seconds in bursts[1]]
    print(f"answers by status: {dict(statuses)}")
    n_all = FIRST + AT_ONCE * BURSTS + LAST
    report.add(
        f"{n_all:,} page requests, {AT_ONCE} at once: answers of 500 or none", _n_failed(statuses), "answers", "<= 0"
    )
    report.add("page requests not answered by the page itself", n_all - statuses[200], "answers", "<= 0")
    report.add("connections to PostgreSQL at most", most, "connections", f"<= {settings.WEB_THREADS}")
    report.add(f"resident memory after {FIRST}", memory[0] / 2**20, "MB")
    report.add(f"resident memory after {n_all:,} beside after {FIRST}", memory[1] / memory[0], "times", "<= 1.05")
    report.add(f"{AT_ONCE} at once: p50", percentile(waits, 50), "ms")
    report.add(f"{AT_ONCE} at once: p99", percentile(waits, 99), "ms")


def _n_failed(statuses: Counter[int]) -> int:
    return sum(n for status, n in statuses.items() if status >= 500 or status == 0)


@contextmanager
def serve(environment: dict[str, str], *, module: str = "bench.serve_site") -> Iterator[tuple[psutil.Process, int]]:
    """The site as `make up` serves it, in a process of its own on a free port."""
    command = [sys.executable, "-m", module]
    site = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert site.stdout is not None
        port = int(site.stdout.readline())
        _wait_until_ready(port)
        yield psutil.Process(site.pid), port
    finally:
        site.terminate()
        site.wait(30)


def _wait_until_ready(port: int) -> None:
    give_up = perf_counter() + START_SECONDS
    while perf_counter() < give_up:
        if _burst(port, "", ["/healthz"], 1)[0][0] == 200:
            return
        sleep(0.02)
    raise RuntimeError("the site did not start")


def _watched(url: str, port: int, cookie: str, pages: Sequence[str], n: int) -> tuple[list[tuple[int, float]], int]:
    """The answers of a burst and the most connections that others held meanwhile."""
    connections.close_all()
    most = 0

    async def run() -> list[tuple[int, float]]:
        nonlocal most
        burst = asyncio.ensure_future(_ask_all(port, cookie, pages, n))
        while not burst.done():
            most = max(most, await asyncio.to_thread(_count_others, watcher))
            await asyncio.sleep(0.02)
        return burst.result()

    with closing(psycopg2.connect(url)) as watcher:
        watcher.autocommit = True
        return asyncio.run(run()), most


def _count_others(watcher: psycopg2.extensions.connection) -> int:
    with watcher.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
        return int((cursor.fetchone() or [0])[0])


def _burst(port: int, cookie: str, pages: Sequence[str], n: int) -> list[tuple[int, float]]:
    return asyncio.run(_ask_all(port, cookie, pages, n))


async def _ask_all(port: int, cookie: str, pages: Sequence[str], n: int) -> list[tuple[int, float]]:
    return await asyncio.gather(*(_ask(port, cookie, page) for page in islice(cycle(pages), n)))


async def _ask(port: int, cookie: str, page: str) -> tuple[int, float]:
    """(status, seconds); 0 where no answer came."""
    begin = perf_counter()
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(HOST, port)
            head = f"GET {page} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            answer = await reader.read()
            while more := await reader.read():
                answer += more
            writer.close()
        return int(answer.split(b" ", 2)[1]), perf_counter() - begin
    except (OSError, TimeoutError, IndexError, ValueError):
        return 0, perf_counter() - begin
