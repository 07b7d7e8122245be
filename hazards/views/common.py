from __future__ import annotations

from django.http import HttpRequest

from organizations.models import User


def actor_of(request: HttpRequest) -> User:
    """The account of a view behind `login_required`."""
    assert isinstance(request.user, User)
    return request.user
