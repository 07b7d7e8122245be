from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from config.launcher.embedded import ROOT

REAL_TABLE = ROOT / "tests/data/real_hazards.csv"

Play = Callable[[Path], str]


@pytest.fixture
def demo_mode(db, settings):
    settings.DEMO = True


@pytest.fixture
def play_real(demo_mode) -> Play:
    """Run the command on a table; what it printed."""

    def play(path: Path = REAL_TABLE) -> str:
        out = StringIO()
        call_command("play_real", str(path), stdout=out)
        return out.getvalue()

    return play
