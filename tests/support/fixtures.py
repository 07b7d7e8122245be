from __future__ import annotations

import pytest
from django.db import connection

from tests.support.databases import DATABASES, Databases
from tests.support.district import District, build_district, take_district


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Function) -> None:
    """Serve the database that the test rolls back in, before anything of it opens a transaction."""
    databases = item.config.stash[DATABASES]
    is_peopled = "district" in item.fixturenames and "cloned_db" not in item.fixturenames
    databases.wanted = databases.peopled if is_peopled else databases.own
    if databases.served in (databases.own, databases.peopled) and not connection.in_atomic_block:
        databases.serve_wanted()


@pytest.fixture
def district(databases: Databases, db: None) -> District:
    """The standing cast, as it was committed once; what the test does rolls back."""
    return take_district(databases.cast) if databases.served == databases.peopled else build_district()
