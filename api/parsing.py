"""JSON in, JSON out: no other renderer, and no text that the database can't keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions, parsers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from core.errors import Invalid

# Deeper than any command; the reader itself would give up far later.
MAX_DEPTH = 8


class JsonParser(parsers.JSONParser):
    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            parsed = super().parse(stream, media_type, parser_context)
        except RecursionError as exc:
            raise exceptions.ParseError from exc
        check_text(parsed)
        return parsed


def check_text(value: object, depth: int = 0) -> None:
    """Raises Invalid for half a surrogate pair, ParseError for what is nested beyond reason."""
    if depth > MAX_DEPTH:
        raise exceptions.ParseError
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise Invalid(_("内容含有无法保存的字符，请检查编码。"))
    elif isinstance(value, dict):
        _check_all([*value.keys(), *value.values()], depth)
    elif isinstance(value, list):
        _check_all(value, depth)


def _check_all(values: Iterable[object], depth: int) -> None:
    for value in values:
        check_text(value, depth + 1)


class JsonAlways(DefaultContentNegotiation):
    """Whatever the client accepts, refusals are JSON; a file comes as what it is."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""
