"""Whatever a test did to the district's hazards, the invariants hold when it is over."""

from collections.abc import Iterator

import pytest

from core.clock import StillClock
from tests.support.invariants import check_invariants


@pytest.fixture
def damaged() -> None:
    """Asked for by a test that breaks rows on purpose."""


@pytest.fixture(autouse=True)
def _invariants_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    if "district" not in request.fixturenames or "damaged" in request.fixturenames:
        yield
        return
    request.getfixturevalue("district")
    yield
    check_invariants(StillClock.now())
