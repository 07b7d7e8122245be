"""What a service may refuse, and with which status. The docstring of a class is its default message."""

from collections.abc import Iterable, Mapping
from inspect import getdoc
from typing import ClassVar, Self, TypedDict

from django.utils.translation import gettext


class ErrorPayload(TypedDict):
    code: str
    message: str
    fields: dict[str, list[str]]


class DomainError(Exception):
    """操作没有成功，请稍后重试。"""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(
        self,
        message: str = "",
        *,
        fields: Mapping[str, list[str]] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        self.message = str(message) or gettext(getdoc(type(self)) or self.code)
        self.fields: dict[str, list[str]] = dict(fields or {})
        self.extra: dict[str, object] = dict(extra or {})
        # Set by core.audit.deny, so that one refusal is recorded once.
        self.is_recorded = False
        super().__init__(self.message)

    def as_payload(self) -> ErrorPayload:
        return {"code": self.code, "message": self.message, "fields": self.fields}


class NotFound(DomainError):
    """没有找到，或者不在您的工作范围内。"""

    code = "not_found"
    status = 404


class NotAllowed(DomainError):
    """您的岗位不能进行这项操作。"""

    code = "not_allowed"
    status = 403


class WrongState(DomainError):
    """当前状态不能进行这项操作。"""

    code = "wrong_state"
    status = 409


class Stale(WrongState):
    """内容已被他人更新，请刷新后再操作。"""

    code = "stale"


class Busy(WrongState):
    """他人正在办理，请稍候再试。"""

    code = "busy"


class Invalid(DomainError):
    """有内容需要补充或更正，请看各项提示。"""

    code = "invalid"
    status = 422

    @classmethod
    def of(cls, **messages: str | Iterable[str]) -> Self:
        """An error naming each field; a lone field message is also the message of the whole."""
        fields = {
            field: [message] if isinstance(message, str) else [str(one) for one in message]
            for field, message in messages.items()
        }
        flat = [one for found in fields.values() for one in found]
        return cls(flat[0] if len(flat) == 1 else "", fields=fields)
