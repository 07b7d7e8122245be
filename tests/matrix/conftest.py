"""One district for the whole package, in a transaction that is never committed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from core.cached_rows import clear_all
from core.clock import StillClock
from tests.matrix.world import World, build_world


@pytest.fixture(scope="package")
def _files_of_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix")


@pytest.fixture(scope="package")
def _built(django_db_setup: None, django_db_blocker: DjangoDbBlocker, _files_of_world: Path) -> Iterator[World]:
    from django.conf import settings

    StillClock.reset()
    clear_all()
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", _files_of_world)
        connection.ensure_connection()
        whole = transaction.atomic()
        # As in a TestCase: a service may ask for a transaction that is durable.
        whole._from_testcase = True  # type: ignore[attr-defined]
        with whole:
            yield build_world()
            transaction.set_rollback(True)


@pytest.fixture
def world(_private_files: None, _built: World, _files_of_world: Path, settings: Any) -> Iterator[World]:
    """The district as it was built; what a test does to it is taken back."""
    settings.MEDIA_ROOT = _files_of_world
    cache.clear()
    _built.leaks.clear()
    with _built.undone():
        yield _built
    cache.clear()
