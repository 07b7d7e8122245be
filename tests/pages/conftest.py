from collections.abc import Callable

import pytest
from django.test import Client

from organizations.models import User
from tests.support.district import District, build_district


@pytest.fixture
def d(db: None) -> District:
    return build_district()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A client with a session of that account."""

    def open_for(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return open_for
