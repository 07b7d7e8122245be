from __future__ import annotations

import pytest
from django.db import connection

from tests.support.databases import DATABASES, Databases
from tests.support.district import District, build_district, take_district


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Function) -> None:
    """Serve the database that the test rolls back in, before anything of it opens a transaction."""
    databases, asked_for = item.config.stash[DATABASES], set(item.fixturenames)
    databases.wanted = databases.own
    if "demo_files" in asked_for:
        databases.wanted = databases.demo
    elif "district" in asked_for and "cloned_db" not in asked_for:
        databases.wanted = databases.peopled
    if not connection.in_atomic_block:
        databases.serve_wanted()


@pytest.fixture
def district(databases: Databases, db: None) -> District:
    """The standing cast, as it was committed once; what the test does rolls back."""
    return take_district(databases.cast) if databases.served == databases.peopled else build_district()
