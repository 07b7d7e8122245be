from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from config.launcher.embedded import ROOT
from core.cached_rows import clear_all
from core.clock import StillClock

REAL_TABLE = ROOT / "tests/data/real_hazards.csv"

Play = Callable[[Path], str]


@pytest.fixture
def demo_mode(db, settings):
    settings.DEMO = True


@pytest.fixture(scope="session")
def demo_files(databases, django_db_setup, django_db_blocker, tmp_path_factory):
    """Where the photos of a demo lie that was loaded once, in a database that every test of it rolls back in."""
    files = tmp_path_factory.mktemp("demo")
    StillClock.reset()
    clear_all()
    databases.keep(databases.demo)
    with override_settings(DEMO=True, MEDIA_ROOT=files), django_db_blocker.unblock():
        call_command("load_demo", stdout=StringIO())
    return files


@pytest.fixture
def demo(demo_files, demo_mode, settings):
    settings.MEDIA_ROOT = demo_files


@pytest.fixture
def play_real(demo_mode) -> Play:
    """Run the command on a table; what it printed."""

    def play(path: Path = REAL_TABLE) -> str:
        out = StringIO()
        call_command("play_real", str(path), stdout=out)
        return out.getvalue()

    return play
