"""Real PostgreSQL and Valkey, the application's role with its real grants, a clock that stands still, a real browser."""

import os
import secrets
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from django import test as django_test
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import DjangoDbBlocker

from config.launcher.postgres import Cluster
from config.launcher.valkey import Valkey
from core.cached_rows import clear_all
from core.clock import StillClock
from tests.support.databases import DATABASES, SESSION, Databases, has_outside_server, hold_session, start_test_cluster
from tests.support.district import build_district, keep_district
from tests.support.site import LiveSite, serve_site
from tests.support.valkey import own_valkey, serve_channels, start_test_valkey

pytest_plugins = ["tests.support.fixtures"]

CHROMIUM = "/usr/bin/chromium"
# Without these Chromium looks up hosts of its own at every start.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Whose tests take seconds each, or a minute.
LONG = (
    "tests/test_launcher.py",
    "tests/hazards/test_machine.py",
    "tests/hazards/test_every_transition.py",
    "tests/hazards/test_clock_machine.py",
    "tests/deadlines/test_sweep_processes.py",
    "tests/races/",
)
CLUSTER = pytest.StashKey[Cluster]()
ALIVE = pytest.StashKey[IO[str]]()
VALKEY = pytest.StashKey[Valkey | None]()

# The browser driver runs an event loop in the test's thread, which Django would refuse to work beside.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
settings.CLOCK = "core.clock.StillClock"
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
settings.WHITENOISE_USE_FINDERS = True
settings.WHITENOISE_AUTOREFRESH = True


def pytest_configure(config: pytest.Config) -> None:
    if is_worker(config):
        worker = os.environ["PYTEST_XDIST_WORKER"]
        serve_channels(os.environ[SESSION], worker)
        config.stash[DATABASES] = Databases(session=os.environ[SESSION], worker=worker)
        return
    os.environ[SESSION] = secrets.token_hex(4)
    config.stash[ALIVE] = hold_session(os.environ[SESSION])
    config.stash[VALKEY] = start_test_valkey()
    serve_channels(os.environ[SESSION], "main")
    if not has_outside_server():
        cluster = config.stash[CLUSTER] = start_test_cluster()
        os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = cluster.urls()
    config.stash[DATABASES] = Databases(session=os.environ[SESSION], worker="main")


def pytest_unconfigure(config: pytest.Config) -> None:
    if is_worker(config):
        return
    if valkey := config.stash.get(VALKEY, None):
        valkey.stop()
    config.stash[DATABASES].drop_all()
    # Not before: until then nobody else takes them for abandoned.
    config.stash[ALIVE].close()
    if cluster := config.stash.get(CLUSTER, None):
        cluster.stop()


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test on a database of its own commits for real. What is long goes first, so that no worker ends with it alone."""
    for item in items:
        if "cloned_db" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True), append=False)
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI nothing may be skipped."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Databases:
    return pytestconfig.stash[DATABASES]


@pytest.fixture(scope="session")
def django_db_setup(
    databases: Databases, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Each worker works on clones of its own of the migrated template, as the application's role: one empty, one with the cast."""
    databases.build_template()
    databases.keep(databases.own)
    databases.keep(databases.peopled)
    with django_db_blocker.unblock():
        databases.cast = keep_district(build_district())
    databases.serve_wanted()
    # A database is thrown away, never flushed: its append-only tables refuse that.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_test.TransactionTestCase, "_fixture_teardown", lambda self: None)
        yield


@pytest.fixture
def cloned_db(databases: Databases, django_db_setup: None) -> Iterator[str]:
    """The name of a fresh database in which this test, all its threads and processes commit."""
    with databases.fresh_clone() as name:
        yield name


@pytest.fixture(autouse=True)
def _own_database_when_transactional(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("django_db")
    commits = marker and (marker.kwargs.get("transaction") or (marker.args and marker.args[0]))
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("cloned_db")


@pytest.fixture(autouse=True)
def clock() -> Iterator[type[StillClock]]:
    """The clock that `core.clock.now()` reads; it starts each test at the same moment."""
    StillClock.reset()
    yield StillClock
    StillClock.reset()


@pytest.fixture(autouse=True)
def _no_rows_kept() -> None:
    """Reference rows cached by the last test may be of another database or rolled back."""
    clear_all()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey of this test alone behind the channel layer: `valkey.find().kill()`, `.suspend()`, `valkey.start()`."""
    with own_valkey(tmp_path / "valkey") as server:
        yield server


@pytest.fixture(autouse=True)
def _private_files(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture
def live_site(cloned_db: str, transactional_db: None) -> Iterator[LiveSite]:
    """The real ASGI site on a fresh database; what a test commits, it shows."""
    with serve_site() as site:
        yield site


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_FLAGS}


@pytest.fixture
def visitor(browser: Browser, live_site: LiveSite) -> Iterator[Callable[..., Page]]:
    """Open the live site as one more person: `visitor(width=390)`; relative addresses work."""
    contexts: list[BrowserContext] = []

    def open_page(*, width: int = 390, height: int = 844, user_agent: str | None = None) -> Page:
        context = browser.new_context(
            base_url=live_site.url,
            viewport={"width": width, "height": height},
            user_agent=user_agent,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="block",
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
