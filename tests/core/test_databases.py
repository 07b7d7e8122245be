"""The databases of the tests themselves: what a killed session leaves goes with the next one's, what runs stays."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from config.launcher.embedded import ROOT
from tests.support.databases import Databases, alive_path, hold_session, with_database

HOLD = "import sys, time; from tests.support.databases import hold_session; f = hold_session(sys.argv[1]); print('held', flush=True); time.sleep(600)"


@pytest.fixture
def other(databases: Databases, db: None) -> Iterator[Databases]:
    """A session that made one small database."""
    made = Databases(session=secrets.token_hex(4), worker="master")
    made.application, made.owner = databases.application, databases.owner
    made.execute("CREATE DATABASE {} TEMPLATE template0", made.own)
    yield made
    made.drop(made.own)
    alive_path(made.prefix).unlink(missing_ok=True)


def test_of_a_session_that_runs_nothing_is_dropped(databases: Databases, other: Databases) -> None:
    file = hold_session(other.prefix.removeprefix("bihuan_test_"))
    databases.drop_abandoned()
    assert other.own in databases.list_present()
    file.close()
    databases.drop_abandoned()
    assert other.own not in databases.list_present()
    assert not alive_path(other.prefix).exists()


def test_what_a_killed_session_left_goes_though_somebody_is_connected(databases: Databases, other: Databases) -> None:
    session = other.prefix.removeprefix("bihuan_test_")
    killed = subprocess.Popen([sys.executable, "-c", HOLD, session], cwd=ROOT, stdout=subprocess.PIPE)
    assert killed.stdout is not None and killed.stdout.readline() == b"held\n"
    databases.drop_abandoned()
    assert other.own in databases.list_present()
    killed.kill()
    killed.wait()
    killed.stdout.close()
    with (
        closing(psycopg2.connect(with_database(databases.owner, other.own))),
        closing(psycopg2.connect(with_database(databases.owner, other.own))),
    ):
        databases.drop_abandoned()
    assert other.own not in databases.list_present()


def test_of_a_session_that_never_told_nothing_is_dropped(databases: Databases, other: Databases) -> None:
    databases.drop_abandoned()
    assert other.own in databases.list_present()


def test_a_session_that_was_served_its_own_database_drops_it_too(other: Databases) -> None:
    """At the end of a run without workers the environment still names the database that is to go."""
    other.owner, other.application = (with_database(url, other.own) for url in (other.owner, other.application))
    other.drop(other.own)
    assert other.own not in other.list_present()
