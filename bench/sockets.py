"""Open pages by the thousand beside a consumer that only forwards: how soon a commit is seen, and what a burst costs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, sleep

import psycopg2
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.bare_sockets import ALL, HALF, group_of
from bench.report import Report, percentile
from bench.scale import FULL
from bench.site import serve
from bench.socket_clients import ClientProcess, Dial
from core.clock import StillClock
from notifications.outbox import Message, put_messages
from notifications.push import _pusher, push_live
from notifications.routing import INBOX_PATH
from organizations.keys import unit_key
from organizations.kinds import PostKind
from organizations.models import Holding, Unit, User
from organizations.sessions import start_session
from tests.support.databases import Databases
from tests.support.district import LONG_AGO, build_district

N_SOCKETS = 1000
N_COMMITS = 1000 if FULL else 400
BLOCK = 25
N_BURST = 100
BURST_RUNS = 5 if FULL else 3
N_RECIPIENTS = 500
# What the site reads by itself meanwhile is told apart from what those who come back cost.
SETTLE_SECONDS = 4
OURS, BARE = "ours", "bare"


@dataclass
class Crowd:
    """A thousand people who hold the same post, each with an open session."""

    unit: Unit
    users: list[User]
    cookies: list[str]
    n_told: dict[int, int] = field(default_factory=dict)

    def dials(self) -> list[Dial]:
        return [Dial(f"{INBOX_PATH}?since={self.n_told.get(n, 0)}", cookie) for n, cookie in enumerate(self.cookies)]


def measure_sockets(report: Report, databases: Databases, database: str) -> None:
    crowd = make_crowd()
    environment = {**os.environ, **databases.environment(database)}
    clients = ClientProcess()
    try:
        with serve(environment, module="bench.bare_sockets") as (_, bare_port):
            begun, last = clients.call("open", BARE, bare_port, [Dial(f"/{n}") for n in range(N_SOCKETS)])
            with serve(environment) as (site, port):
                clients.call("open", OURS, port, crowd.dials())
                memory = site.memory_info().rss
                measure_commits(report, clients, crowd)
                measure_bursts(report, clients, crowd)
                measure_many_recipients(report, clients, crowd)
                report.add("sockets: resident memory of the site with 1,000", memory / 2**20, "MB")
            clients.call("close", OURS)
            measure_reconnects(report, clients, crowd, environment, bare_seconds=last - begun)
    finally:
        clients.stop()


def make_crowd() -> Crowd:
    district = build_district()
    unit = district.units["school"]
    users = User.objects.bulk_create(
        User(username=f"open{n}", name=f"甲{n}", unit=unit, must_set_password=False, created_at=StillClock.START)
        for n in range(N_SOCKETS)
    )
    post = unit.posts.get(kind=PostKind.SAFETY)
    Holding.objects.bulk_create(
        Holding(post=post, user=user, from_on=LONG_AGO, created_at=StillClock.START) for user in users
    )
    return Crowd(unit, users, [f"{settings.SESSION_COOKIE_NAME}={open_session(user)}" for user in users])


def open_session(user: User) -> str:
    """As a login leaves it."""
    session = SessionStore()
    start_session(session, StillClock.START)
    session.update(
        {
            SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
            HASH_SESSION_KEY: user.get_session_auth_hash(), "second_factor": "open", "password_expired": False,
        }
    )  # fmt: skip
    session.create()
    return str(session.session_key)


# --- one recipient an event -------------------------------------------------------------------------------------------


def measure_commits(report: Report, clients: ClientProcess, crowd: Crowd) -> None:
    """In turn with the bare one, so that both meet the same weather."""
    waits: dict[str, list[float]] = {OURS: [], BARE: []}
    for n in range(N_COMMITS):
        member = n * 7 % N_SOCKETS
        waits[OURS].append(1000 * wait_for_message(clients, crowd, member))
        if n % BLOCK == BLOCK - 1:
            waits[BARE] += [1000 * wait_for_forward(clients, member + k) for k in range(-BLOCK, 0)]
    for share, bar in ((50, "<= 3"), (99, "<= 5")):
        ours, bare = percentile(waits[OURS], share), percentile(waits[BARE], share)
        report.add(f"sockets: commit to frame, 1,000 open, p{share}", ours, "ms")
        report.add(f"sockets: the same of a bare consumer, p{share}", bare, "ms")
        report.add(f"sockets: commit to frame beside a bare consumer, p{share}", ours / bare, "times", bar)


def wait_for_message(clients: ClientProcess, crowd: Crowd, member: int) -> float:
    no = crowd.n_told[member] = crowd.n_told.get(member, 0) + 1
    clients.call("arm", OURS, [member], b'"no":%d,' % no)
    committed: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(perf_counter()))
        put_messages([message_for(crowd.users[member], f"{member}:{no}")])
    [came] = clients.call("times", OURS, [member])
    return float(came - committed[0])


def wait_for_forward(clients: ClientProcess, member: int) -> float:
    member %= N_SOCKETS
    text = f"one {perf_counter()}"
    clients.call("arm", BARE, [member], text.encode())
    begun = perf_counter()
    _pusher().put([(group_of(member), {"type": "say", "text": text})])
    [came] = clients.call("times", BARE, [member])
    return float(came - begun)


def message_for(user: User, occasion: str) -> Message:
    return Message(
        recipient_id=user.pk, kind="deadline.warned_red", dedupe_key=f"bench:{occasion}", created_at=StillClock.START
    )


# --- a burst ----------------------------------------------------------------------------------------------------------


def measure_bursts(report: Report, clients: ClientProcess, crowd: Crowd) -> None:
    everyone, keys = list(range(N_SOCKETS)), [unit_key(crowd.unit.pk)]
    ours, bare = [], []
    for run in range(BURST_RUNS):
        clients.call("arm", OURS, everyone, b'["B-%d",%d]' % (run, N_BURST))
        begun = perf_counter()
        for seq in range(1, N_BURST + 1):
            push_live("hazard", f"B-{run}", seq, keys)
        ours.append(max(clients.call("times", OURS, everyone)) - begun)
        if run and not FULL:
            continue  # it takes a plain group most of a minute
        clients.call("arm", BARE, everyone, b"burst %d %d." % (run, N_BURST))
        begun = perf_counter()
        for seq in range(1, N_BURST + 1):
            _pusher().put([(ALL, {"type": "say", "text": f"burst {run} {seq}."})])
        bare.append(max(clients.call("times", BARE, everyone)) - begun)
    report.add("sockets: 100 updates until 1,000 hold the newest", median(ours), "s")
    report.add("sockets: the same in a plain group", median(bare), "s")
    report.add("sockets: 100 updates beside a plain group", median(ours) / median(bare), "times", "<= 0.2")


# --- many recipients --------------------------------------------------------------------------------------------------


def measure_many_recipients(report: Report, clients: ClientProcess, crowd: Crowd) -> None:
    some = list(range(N_RECIPIENTS))
    for member in some:
        crowd.n_told[member] = crowd.n_told.get(member, 0)
    ours, bare, inside, statements = [], [], [], 0
    for run in range(BURST_RUNS):
        # The last messages of all differ, so each is looked out for by its own number.
        for member in some:
            crowd.n_told[member] += 1
            clients.call("arm", OURS, [member], b'"no":%d,' % crowd.n_told[member])
        committed: list[float] = []
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            transaction.on_commit(lambda: committed.append(perf_counter()))  # noqa: B023
            begun = perf_counter()
            put_messages([message_for(crowd.users[member], f"many:{run}:{member}") for member in some])
            inside.append(perf_counter() - begun)
        statements = max(statements, sum(query["sql"] not in ("BEGIN", "COMMIT") for query in asked))
        ours.append(max(clients.call("times", OURS, some)) - committed[0])
        clients.call("arm", BARE, some, b"many %d." % run)
        begun = perf_counter()
        _pusher().put([(HALF, {"type": "say", "text": f"many {run}."})])
        bare.append(max(clients.call("times", BARE, some)) - begun)
    report.add("sockets: statements that tell 500 people", statements, "statements", "<= 3")
    report.add("sockets: time in the transaction that tells 500", 1000 * median(inside), "ms")
    report.add("sockets: commit until the last of 500 has it", 1000 * median(ours), "ms")
    report.add("sockets: the same beside one group of 500, bare", median(ours) / median(bare), "times")


# --- all come back ----------------------------------------------------------------------------------------------------


def measure_reconnects(
    report: Report, clients: ClientProcess, crowd: Crowd, environment: dict[str, str], *, bare_seconds: float
) -> None:
    url = environment["DATABASE_OWNER_URL"]
    with serve(environment) as (_, port), statements_run(url) as run:
        begun, last = clients.call("open", OURS, port, crowd.dials())
        n_statements = run()
        clients.call("close", OURS)
    report.add("sockets: 1,000 come back at once, until all are current", last - begun, "s")
    report.add("sockets: the same beside a bare consumer", (last - begun) / bare_seconds, "times")
    report.add("sockets: statements for each who comes back", n_statements / N_SOCKETS, "statements", "<= 2")


@contextmanager
def statements_run(url: str) -> Iterator[Callable[[], int]]:
    """A function that tells how many transactions this database saw since; outside of one, each statement is one."""
    with closing(psycopg2.connect(url)) as watcher:
        watcher.autocommit = True

        def count() -> int:
            sleep(SETTLE_SECONDS)
            with watcher.cursor() as cursor:
                cursor.execute(
                    "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
                )
                return int((cursor.fetchone() or [0])[0])

        begin = count()
        yield lambda: count() - begin
