"""The part of an address after the question mark: only known names, each once, each with a good value."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import Invalid
from hazards.listing import MAX_QUERY, Filters

_YES_OR_NO = ("", "1", "0", "true", "false")


class QueryReader:
    """Collects everything that is wrong; `finish` raises it as Invalid."""

    def __init__(self, request: Request, known: Iterable[str]) -> None:
        self.query = request.query_params
        self.errors: dict[str, list[str]] = {}
        known = list(known)
        for name in self.query:
            if name not in known:
                self._refuse(name, _("没有这个条件。可用：%(known)s。") % {"known": "、".join(known)})
            elif len(self.query.getlist(name)) > 1:
                self._refuse(name, _("只能写一次。"))
            elif "\x00" in self.query[name]:
                self._refuse(name, _("内容含有无法保存的字符，请检查编码。"))

    def filters(self) -> Filters:
        filters = Filters.read({name: self.text(name) for name in self.query if name != "mine"})
        for name, messages in filters.errors.items():
            self.errors.setdefault(name, messages)
        for name in ("overdue", "scheduled", "listed"):
            if self.text(name) not in _YES_OR_NO:
                self._refuse(name, _("写 true 或 false。"))
        if len(self.text("q")) > MAX_QUERY:
            self._refuse("q", _("最多 %(n)d 个字。") % {"n": MAX_QUERY})
        return filters

    def text(self, name: str) -> str:
        return str(self.query.get(name, ""))

    def cursor(self) -> int | None:
        """Where the last page ended."""
        return self.id("cursor")

    def id(self, name: str) -> int | None:
        value = self.text(name)
        if not value:
            return None
        if value.isascii() and value.isdigit() and len(value) < 19 and int(value) > 0:
            return int(value)
        self._refuse(name, _("编号应为整数。"))
        return None

    def one_of(self, name: str, allowed: Iterable[str]) -> str:
        value = self.text(name)
        if value and value not in allowed:
            self._refuse(name, _("没有这个选项。"))
        return value

    def finish(self) -> None:
        if self.errors:
            raise Invalid(fields=self.errors)

    def _refuse(self, name: str, message: str) -> None:
        self.errors.setdefault(name, [message])
