"""Everything that carries a message killed while people act: every open page ends with what stands in its rows."""

from __future__ import annotations

import email
import os
import random
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from config.launcher.postgres import Cluster
from config.launcher.valkey import Valkey
from core.clock import StillClock
from notifications.models import Contact, Delivery, Inbox, OutboxMessage
from organizations.kinds import PostKind, UnitKind
from tests.races.test_sweep_restart import own_server, restart  # noqa: F401 (a fixture)
from tests.support.district import District, build_district, give_post, make_person, make_unit
from tests.support.killed import GoingClock
from tests.support.many_pages import PagesProcess
from tests.support.programs import PATIENCE_SECONDS, Program, Web
from tests.support.receivers import MailServer, receiving_mail
from tests.support.sockets import log_in, session_key

RESTARTS = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
# Holders of the post that hears of a report, in each school.
HOLDERS = 10
# The cap of an hour would fold what comes too thick.
STEP = timedelta(minutes=5)


@dataclass
class Town:
    d: District
    schools: list[int]
    teachers: list[object]
    cookies: dict[int, str]


def build_town(n_pages: int) -> Town:
    """Schools with ten safety officers each, all with an open session, one of each school with an e-mail address."""
    d = build_district()
    town = Town(d, [], [], {})
    for n in range(n_pages // HOLDERS):
        school = make_unit(UnitKind.SCH, f"第{n}实验小学", d.units["central"])
        town.schools.append(school.pk)
        town.teachers.append(make_person(f"t{n}", school, PostKind.TEACHER))
        for k in range(HOLDERS):
            person = make_person(f"s{n}-{k}", school)
            give_post(person, school, PostKind.SAFETY)
            town.cookies[person.pk] = f"{settings.SESSION_COOKIE_NAME}={session_key(log_in(person))}"
            if k == 0:
                Contact.objects.create(
                    user=person, way="email", address=f"{person.username}@edu.example.cn", set_at=d.at
                )
    return town


@dataclass
class Strikes:
    """Kills, each while acts go on, and how long it took from the recovery until every page was current again."""

    web: Web
    relay: Program
    valkey: Valkey
    # None where it is left alone.
    cluster: Cluster | None
    pages: PagesProcess
    url: str
    done: int = 0
    error: BaseException | None = None
    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def strike_web(self) -> None:
        self.web.kill()
        self.web.start()

    def strike_relay(self) -> None:
        self.relay.kill()
        self.relay.start()

    def strike_valkey(self) -> None:
        server = self.valkey.find()
        assert server
        server.kill()
        server.wait(PATIENCE_SECONDS)
        assert self.valkey.start()

    def strike_postgres(self) -> None:
        assert self.cluster
        restart(self.cluster, RESTARTS[self.done // 4 % len(RESTARTS)])

    def kinds(self) -> dict[str, Callable[[], None]]:
        kinds = {"web": self.strike_web, "valkey": self.strike_valkey, "relay": self.strike_relay}
        return {**kinds, "postgres": self.strike_postgres} if self.cluster else kinds

    def run(self, n: int) -> None:
        """All kinds in turn, n of each."""
        dice = random.Random(n)
        try:
            for _ in range(n):
                for kind, strike in self.kinds().items():
                    time.sleep(dice.uniform(0, 0.5))
                    strike()
                    self.seconds[kind].append(self.pages.wait_for(self.count(), PATIENCE_SECONDS))
                    self.done += 1
        except BaseException as error:
            self.error = error

    def count(self) -> dict[int, int]:
        """{user id: how many messages he has by now}."""
        with closing(psycopg2.connect(self.url)) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, coalesce(last_no, 0) FROM organizations_user LEFT JOIN notifications_inbox ON user_id = id"
            )
            return dict(cursor.fetchall())


def act_until_done(town: Town, strikes: Strikes, *, n_acts: int, n_strikes: int) -> Counter[str]:
    """Reports, spread over the strikes; only PostgreSQL may make one fail, and then it is made again."""
    outcome: Counter[str] = Counter()
    while outcome["done"] < n_acts:
        assert strikes.error is None, strikes.error
        if outcome["done"] * n_strikes >= (strikes.done + 1) * n_acts:
            time.sleep(0.005)
            continue
        n = outcome["done"] % len(town.schools)
        # Not with every attempt, or it would overtake the relay's.
        StillClock.set(StillClock.START + STEP * outcome["done"] / len(town.schools))
        try:
            town.d.report(town.teachers[n], unit=town.schools[n], photos=[])
            outcome["done"] += 1
        except (OperationalError, InterfaceError):
            outcome["PostgreSQL was away"] += 1
            connections.close_all()
            time.sleep(0.05)
    return outcome


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with receiving_mail() as server:
        yield server


def check_kills(
    cluster: Cluster | None, valkey: Valkey, mails: MailServer, folder: Path, *, n_pages: int, n_acts: int, n_each: int
) -> None:
    town, url = build_town(n_pages), os.environ["DATABASE_OWNER_URL"]
    web = Web(folder / "web.log", BIHUAN_CLOCK="core.clock.StillClock")
    relay = make_relay(mails, folder / "relay.log")
    with ExitStack() as stack:
        stack.callback(web.end)
        stack.callback(relay.end)
        web.start()
        relay.start()
        pages = PagesProcess(web.port, url, town.cookies)
        stack.callback(pages.stop)
        pages.wait_for({}, PATIENCE_SECONDS)
        strikes = Strikes(web, relay, valkey, cluster, pages, url)
        n_strikes = n_each * len(strikes.kinds())
        striking = threading.Thread(target=strikes.run, args=(n_each,), daemon=True)
        striking.start()
        outcome = act_until_done(town, strikes, n_acts=n_acts, n_strikes=n_strikes)
        striking.join(PATIENCE_SECONDS * 2)
        assert strikes.error is None, strikes.error
        assert strikes.done == n_strikes
        pages.wait_for(strikes.count(), PATIENCE_SECONDS)
        wait_for_counters(pages)
        codes, n_opened = pages.look()[1:]
        for kind, seconds in strikes.seconds.items():
            print(f"\n{len(seconds)} times {kind}: current again after {max(seconds):.1f} s at most", end="")
        print(f"\n{n_acts} acts, {n_pages} pages, {n_opened} sockets opened; {dict(outcome)}; closed by code: {codes}")
        check_mails(mails)
    assert not [code for code in codes if 4000 <= code < 5000], codes
    assert n_opened >= n_pages * (1 + n_each), "every page lost its socket with every web process"


def make_relay(mails: MailServer, log: Path) -> Program:
    """Its clock is ahead of all acts, of the same day, and goes on as leases have to end."""
    environment = {
        "BIHUAN_CLOCK": "tests.support.killed.GoingClock", "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}",
        GoingClock.VARIABLE: GoingClock.begin_at(StillClock.START + timedelta(hours=9)),
        "WAYS_OUT_TIMEOUT": "1", "RELAY_LEASE_SECONDS": "5", "RELAY_BACK_OFF": "1", "RELAY_MOST_TRIES": "100",
    }  # fmt: skip
    return Program(["manage.py", "run_relay", "--tick", "0.2"], log, **environment)


def wait_for_counters(pages: PagesProcess) -> None:
    """Every page has its messages in order, none twice, and says what the rows say."""
    boxes = {box.user_id: (box.last_no, box.n_unread) for box in Inbox.objects.all()}
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        seen = pages.look()[0]
        wrong = [page for page in seen if (page.no, page.unread) != boxes.get(page.user_id, (0, 0))]
        if not wrong:
            break
        assert time.monotonic() < end, wrong[:3]
        time.sleep(0.05)
    for page in seen:
        rows = OutboxMessage.objects.filter(recipient=page.user_id, no__isnull=False).order_by("no")
        assert page.numbers == list(rows.values_list("no", flat=True))
        assert page.numbers == list(range(1, len(page.numbers) + 1))
    assert sum(len(page.numbers) for page in seen) > len(seen)


def check_mails(mails: MailServer) -> None:
    """Each letter at least once; a second copy carries the same name."""
    due = OutboxMessage.objects.filter(relay_at__isnull=False)
    open_rows = Delivery.objects.filter(next_at__isnull=False)
    end = time.monotonic() + PATIENCE_SECONDS
    while due.exists() or open_rows.exists():
        assert time.monotonic() < end, (due.count(), open_rows.count())
        time.sleep(0.2)
    names = Counter(email.message_from_bytes(mail.raw)["Message-ID"] for mail in mails.mails)
    sent = Delivery.objects.filter(state=Delivery.State.SENT, way="email").count()
    assert 0 < sent == len(names)
    print(f"\n{sent} letters, {sum(names.values()) - sent} second copies")


def test_a_few_kills_lose_no_message(cloned_db, transactional_db, valkey, mail_server, tmp_path):
    check_kills(None, valkey, mail_server, tmp_path, n_pages=30, n_acts=60, n_each=2)


@pytest.mark.prove
def test_eighty_kills_lose_no_message(own_server, valkey, mail_server, tmp_path):  # noqa: F811
    check_kills(own_server, valkey, mail_server, tmp_path, n_pages=200, n_acts=2000, n_each=20)
