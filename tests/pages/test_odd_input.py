"""Anybody may write anything into an address or a hidden field; it is answered, never a server error."""

from collections.abc import Callable

import pytest
from django.test import Client

from organizations.models import User
from tests.support.district import District, make_person

LONG = "9" * 5000


@pytest.mark.parametrize(
    "path", ["/report/?unit=%C2%B2", f"/report/?unit={LONG}", f"/hazards/?unit={LONG}", "/people/?q=%00"]
)
def test_odd_addresses_are_answered(d: District, signed_in: Callable[[User], Client], path: str) -> None:
    assert signed_in(d.office).get(path).status_code in (200, 422)


def test_odd_hidden_fields_are_answered(d: District, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(d.teacher)
    assert client.post("/report/", {"unit": "²", "key": "a\x00b"}).status_code == 422


@pytest.mark.parametrize("role, path", [("system", "/accounts/?q=%00"), ("audit", "/audit/?until=9999-12-31")])
def test_administrators_pages_bear_odd_addresses(
    d: District, signed_in: Callable[[User], Client], role: str, path: str
) -> None:
    assert signed_in(make_person(role, None, admin_role=role)).get(path).status_code in (200, 422)


@pytest.mark.parametrize("path", ["/", "/hazards/", "/report/"])
def test_pages_are_kept_by_no_cache(d: District, signed_in: Callable[[User], Client], path: str) -> None:
    assert "no-store" in signed_in(d.office).get(path).headers["Cache-Control"]
