from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.api.caller import Caller
from tests.support.district import District


@pytest.fixture(autouse=True)
def _no_call_counted() -> Iterator[None]:
    """Throttles count in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def caller(district: District) -> Caller:
    return Caller(district)
