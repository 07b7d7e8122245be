"""What an open page asks for by itself is no use of it by its reader."""

from __future__ import annotations

from django.http import HttpRequest


def is_background(request: HttpRequest) -> bool:
    """Asked by a page that lies open, by nobody's hand: it keeps no session alive and counts as nobody's reading."""
    return "X-Background" in request.headers
