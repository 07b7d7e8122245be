import pytest

from tests.support.district import District, build_district


@pytest.fixture
def district(db: None) -> District:
    """The standing cast in a database that rolls back after the test."""
    return build_district()
