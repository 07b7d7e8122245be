"""A command as it came in: the envelope beside the fields of the action, all on one level."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import Invalid
from core.models import CommandKey

# Names that no field of an action may have; a system check holds it.
ENVELOPE = ("version", "acting_post", "occurred_on", "late_reason", "on_behalf")
RESERVED = frozenset({*ENVELOPE, "action"})
MAX_ID = 2**63


@dataclass(frozen=True)
class Envelope:
    version: int | None
    acting_post: int | None
    occurred_on: date | None
    late_reason: str
    # Whose act is entered (代录), as it came in.
    on_behalf: dict[str, object] | None = None


def read_body(request: Request) -> dict[str, object]:
    """Raises Invalid unless the body is a JSON object."""
    body = request.data
    if isinstance(body, dict):
        return dict(body)
    raise Invalid(_("请求体应为 JSON 对象。"))


def split_body(body: Mapping[str, object]) -> tuple[Envelope, dict[str, object]]:
    """(envelope, fields of the action). Raises Invalid naming each wrong part of the envelope."""
    read = Reader(body)
    envelope = Envelope(
        version=read.integer("version"),
        acting_post=read.integer("acting_post"),
        occurred_on=read.day("occurred_on"),
        late_reason=read.text("late_reason"),
        on_behalf=read.mapping("on_behalf"),
    )
    read.finish()
    return envelope, {name: value for name, value in body.items() if name not in RESERVED}


def read_key(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > CommandKey.KEY_LENGTH or not key.isprintable():
        raise Invalid.of(idempotency_key=_("幂等键最长 80 个字符，不能含控制字符。"))
    return key or None


class Reader:
    """Takes values of the right type out of a JSON object and collects what is wrong; null is as good as absent."""

    def __init__(self, body: Mapping[str, object]) -> None:
        self.body = body
        self.errors: dict[str, list[str]] = {}

    def integer(self, name: str) -> int | None:
        value = self.body.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MAX_ID:
            return value
        if value is not None:
            self._refuse(name, _("应为整数。"))
        return None

    def day(self, name: str) -> date | None:
        value = self.body.get(name)
        if value is None or value == "":
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self._refuse(name, _("日期写作 2026-11-21 的样子。"))
            return None

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if value is None or isinstance(value, str):
            return value or ""
        self._refuse(name, _("应为文字。"))
        return ""

    def mapping(self, name: str) -> dict[str, object] | None:
        value = self.body.get(name)
        if value is None or isinstance(value, dict):
            return value
        self._refuse(name, _("应为 JSON 对象。"))
        return None

    def refuse_others(self, known: Collection[str]) -> None:
        for name in sorted(set(self.body) - set(known)):
            self._refuse(name, _("没有这一项，请检查拼写。"))

    def check(self, name: str, is_right: Callable[[object], bool], message: str) -> None:
        if not is_right(self.body.get(name)):
            self._refuse(name, message)

    def finish(self) -> None:
        if self.errors:
            raise Invalid(fields=self.errors)

    def _refuse(self, name: str, message: str) -> None:
        self.errors[name] = [message]
