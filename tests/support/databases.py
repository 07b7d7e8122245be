"""Databases of one test session: a migrated template, a clone per worker and per transactional test."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.db import connections
from psycopg2 import errors, sql
from psycopg2.extensions import cursor as Cursor
from psycopg2.extensions import parse_dsn

from config.launcher.embedded import ROOT, database_urls, var_dir
from config.launcher.place import find_place
from config.launcher.postgres import Cluster, find_server

# Nothing here outlives the session, so speed goes before safety.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
}
SESSION = "BIHUAN_TEST_SESSION"


def has_outside_server() -> bool:
    return bool(os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_OWNER_URL"))


def start_test_cluster() -> Cluster:
    """Start the tests' own server, empty unless another session is at work on it."""
    cluster = Cluster(var_dir() / "pg-test", settings=FAST)
    cluster.home.mkdir(parents=True, exist_ok=True)
    with cluster.locked():
        data = find_place(cluster.home).data
        if not find_server(data):
            shutil.rmtree(data, ignore_errors=True)
    cluster.start()
    return cluster


class Databases:
    """Makes, serves and drops the databases of one session; `worker` tells parallel processes apart."""

    def __init__(self, *, session: str, worker: str) -> None:
        self.application, self.owner = database_urls()
        self.prefix = f"bihuan_test_{session}"
        self.template = f"{self.prefix}_template"
        self.own = f"{self.prefix}_{worker}"
        # Beside it one in which the standing cast is committed, and one in which the demo is.
        self.peopled, self.demo = f"{self.own}_peopled", f"{self.own}_demo"
        # Those of them that are there, for tests to roll back in.
        self.standing: set[str] = set()
        self.served = ""
        self.wanted = self.own
        # Units and people of the second, see `take_district`.
        self.cast = b""
        self.lock = Path(tempfile.gettempdir()) / f"{self.prefix}.lock"
        self.serial = count(1)

    def build_template(self) -> None:
        """Migrate the template as owner, once for all workers."""
        with self.lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if self.template in self.list_present():
                return
            with self._sharing() as migrated:
                if migrated not in self.list_present():
                    draft = f"{migrated}_draft"
                    self.execute("DROP DATABASE IF EXISTS {}", draft)
                    self.execute("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0", draft)
                    self.migrate(draft)
                    self.execute("ALTER DATABASE {} RENAME TO {}", draft, migrated)
                self.execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", self.template, migrated)

    @contextmanager
    def _sharing(self) -> Iterator[str]:
        """Sessions that run beside each other on the same migrations share what these made, one taking from it at a time."""
        name = migrated_name()
        with (Path(tempfile.gettempdir()) / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield name

    def migrate(self, name: str) -> None:
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", "migrate", "--no-input", "--verbosity=0"],
            env={**os.environ, **self.environment(name), "BIHUAN_AS_OWNER": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"migrate failed:\n{done.stdout}{done.stderr}")

    def clone(self, name: str) -> None:
        self.execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, self.template)

    def drop(self, name: str) -> None:
        """Drop a database, ending whatever session a test left open in it, of either role."""
        for url in (self.application, self.owner):
            with suppress(psycopg2.OperationalError), self.connect(url, name) as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
                    " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
                    [name],
                )
        with suppress(errors.ObjectInUse):
            self.execute("DROP DATABASE IF EXISTS {}", name)

    def drop_all(self) -> None:
        """What this session made, and what sessions left behind that were killed."""
        for name in self.list_present():
            if name.startswith(self.prefix):
                self.drop(name)
        self.lock.unlink(missing_ok=True)
        alive_path(self.prefix).unlink(missing_ok=True)
        self.drop_abandoned()
        with self._sharing() as migrated:
            # The last session leaves nothing behind, also on a server that is not ours.
            if not any(name.startswith("bihuan_test_") for name in self.list_present()):
                self.drop(migrated)

    def drop_abandoned(self) -> None:
        """The databases of sessions of this checkout whose process is gone; it told by `hold_session` that it ran."""
        for path in sorted(alive_path(self.prefix).parent.glob("*.alive")):
            with suppress(OSError), path.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                prefix = f"{path.stem}_"
                for name in sorted(self.list_present()):
                    if name.startswith(prefix):
                        self.drop(name)
                if not any(name.startswith(prefix) for name in self.list_present()):
                    path.unlink(missing_ok=True)
                    Path(tempfile.gettempdir(), f"{path.stem}.lock").unlink(missing_ok=True)

    @contextmanager
    def fresh_clone(self) -> Iterator[str]:
        """Serve a new clone of the template, then the worker's database again."""
        name, before = f"{self.own}_{next(self.serial)}", self.served
        self.clone(name)
        self.serve(name)
        try:
            yield name
        finally:
            self.serve(before)
            self.drop(name)

    def keep(self, name: str) -> None:
        """Clone and serve a database that stands until the session ends."""
        self.clone(name)
        self.standing.add(name)
        self.serve(name)

    def serve_wanted(self) -> None:
        """Serve what the next test rolls back in, unless what holds several tests together has a database of its own."""
        if {self.served, self.wanted} <= self.standing and self.served != self.wanted:
            self.serve(self.wanted)

    def serve(self, name: str) -> None:
        """Point Django, in every thread, and child processes at this database, as the application's role."""
        connections.close_all()
        self.served = name
        settings = connections["default"].settings_dict
        parts = parse_dsn(with_database(self.application, name))
        for key, part in (
            ("NAME", "dbname"),
            ("USER", "user"),
            ("PASSWORD", "password"),
            ("HOST", "host"),
            ("PORT", "port"),
        ):
            settings[key] = parts.pop(part, "")
        settings["OPTIONS"] = {**settings["OPTIONS"], **parts}
        os.environ.update(self.environment(name))

    def environment(self, name: str) -> dict[str, str]:
        return {
            "DATABASE_URL": with_database(self.application, name),
            "DATABASE_OWNER_URL": with_database(self.owner, name),
        }

    @property
    def maintenance(self) -> str:
        """The owner's way to the server, never through a database of ours: none can be dropped from inside itself."""
        is_ours = urlsplit(self.owner).path.startswith("/bihuan_test_")
        return with_database(self.owner, "postgres") if is_ours else self.owner

    def list_present(self) -> set[str]:
        with self.connect(self.maintenance) as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            return {name for (name,) in cursor.fetchall()}

    def execute(self, statement: str, *names: str) -> None:
        with self.connect(self.maintenance) as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    @contextmanager
    def connect(self, url: str, name: str | None = None) -> Iterator[Cursor]:
        """A cursor outside Django, each statement committed at once."""
        with closing(psycopg2.connect(with_database(url, name) if name else url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor


# Those of this process.
DATABASES = pytest.StashKey[Databases]()


def hold_session(session: str) -> IO[str]:
    """Say that the session runs, for as long as this file is open: the lock goes with the process, however it ends."""
    path = alive_path(f"bihuan_test_{session}")
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def alive_path(prefix: str) -> Path:
    """Beside the server that the sessions of a checkout share."""
    return var_dir() / "test-sessions" / f"{prefix}.alive"


@cache
def migrated_name() -> str:
    """Named by all that migrating reads: the migrations, and the apps that say what is granted."""
    told = hashlib.sha256(str(ROOT).encode())
    for path in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/apps.py"), *ROOT.glob("core/*.py")]):
        told.update(path.name.encode() + path.read_bytes())
    return f"bihuan_migrated_{told.hexdigest()[:12]}"


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
