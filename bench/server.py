"""The bench's own PostgreSQL and Valkey: nothing switched off, served to Django as the application's role."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.queues import Queue
from typing import Any

from config.launcher.embedded import uses_own_valkey, var_dir
from config.launcher.place import find_place
from config.launcher.postgres import Cluster
from config.launcher.valkey import Valkey
from tests.support.databases import Databases, has_outside_server

# Loading a million rows must not wait for a checkpoint every few seconds; durability stays as it is.
SETTINGS = {"max_wal_size": "4GB", "max_connections": "60", "track_io_timing": "off"}


@contextmanager
def serve_databases() -> Iterator[Databases]:
    """Django set up on a fresh, migrated database of a server that the bench starts and stops."""
    cluster = None if has_outside_server() else Cluster(var_dir() / "pg-bench", settings=SETTINGS)
    valkey = Valkey(var_dir() / "valkey-bench") if uses_own_valkey() else None
    try:
        if valkey:
            valkey.start()
            os.environ["REDIS_URL"] = valkey.url()
        if cluster:
            cluster.start()
            os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = cluster.urls()
        databases = Databases(session="bench", worker="main")
        databases.drop_all()
        databases.build_template()
        _set_up_django()
        yield databases
    finally:
        if valkey:
            valkey.stop()
        if cluster:
            cluster.stop()
            # A million rows and their log of changes are no use to anybody afterwards.
            shutil.rmtree(find_place(cluster.home).data, ignore_errors=True)


def _set_up_django() -> None:
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["BIHUAN_CLOCK"] = "core.clock.StillClock"  # the bench's rows are of its moment
    settings.INSTALLED_APPS.append("bench")  # the comparison's Viewflow flow needs an app
    settings.PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
    django.setup()


@contextmanager
def clone(databases: Databases, name: str) -> Iterator[str]:
    """A clone of the migrated template under this name while the block runs."""
    full = f"{databases.prefix}_{name}"
    databases.drop(full)
    databases.clone(full)
    databases.serve(full)
    try:
        yield full
    finally:
        from django.db import connections

        connections.close_all()
        databases.drop(full)


def in_processes(n: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(index)` in n forked processes, each with its own connection, all starting at once."""
    from django.db import connections

    connections.close_all()  # a forked child must not share a socket
    context = get_context("fork")
    barrier, answers = context.Barrier(n), context.Queue()
    children = [context.Process(target=_run, args=(work, i, barrier, answers)) for i in range(n)]
    for child in children:
        child.start()
    found = dict(answers.get(timeout=600) for _ in children)
    for child in children:
        child.join()
    for answer in found.values():
        if isinstance(answer, BaseException):
            raise answer
    return [found[index] for index in range(n)]


def _run(work: Callable[[int], Any], index: int, barrier: Any, answers: Queue[Any]) -> None:
    from django.db import connection

    try:
        connection.ensure_connection()
        barrier.wait(60)
        answers.put((index, work(index)))
    except BaseException as exc:
        answers.put((index, RuntimeError(repr(exc))))
        raise
    finally:
        connection.close()
