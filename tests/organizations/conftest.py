"""Who the tests of the second factor share."""

from __future__ import annotations

import pytest

from organizations.kinds import AdminRole
from organizations.models import User
from tests.support.district import District, make_person
from tests.support.second_factor import Phone


@pytest.fixture
def phone(district: District) -> Phone:
    """The leader's."""
    return Phone(district.leader).enrol()


@pytest.fixture
def secadmin(district: District) -> User:
    return make_person("secadmin", None, admin_role=AdminRole.SECURITY)
