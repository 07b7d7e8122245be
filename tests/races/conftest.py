from collections.abc import Iterator

import pytest

from core.clock import StillClock
from tests.support.district import District, build_district
from tests.support.invariants import check_invariants
from tests.support.together import Crowd, crowd


@pytest.fixture
def d(cloned_db: str, transactional_db: None) -> Iterator[District]:
    """The standing cast, committed; whatever raced, the invariants hold when it is over."""
    yield build_district()
    check_invariants(StillClock.now())


@pytest.fixture
def everybody(d: District) -> Iterator[Crowd]:
    with crowd(16) as people:
        yield people
