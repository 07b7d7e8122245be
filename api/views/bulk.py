"""One action on many hazards: each row its own transaction, its own answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.envelope import Reader, read_body, read_key, split_body
from api.openapi import IDEMPOTENCY_KEY, ON_BEHALF, ON_HAZARD, ref
from api.output.actions import BulkOut
from api.views.base import ApiView
from core.audit import deny_request
from core.errors import DomainError
from hazards.services.bulk import MAX_ROWS, Batch, perform_row

_ACTIONS = [action.name for action in ON_HAZARD]
_NAMES = ("numbers", "action", "data", "versions", "acting_post", "occurred_on", "late_reason", "on_behalf")
_REQUEST = {
    "type": "object",
    "required": ["numbers", "action"],
    "properties": {
        "numbers": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "maxItems": MAX_ROWS,
            "uniqueItems": True,
        },
        "action": {"type": "string", "enum": _ACTIONS},
        "data": {"type": "object", "description": "与单条办理相同的字段", "additionalProperties": True},
        "versions": {
            "type": "object",
            "description": "每个号码看到的版本号；改变版本的操作必填",
            "additionalProperties": {"type": "integer"},
        },
        "acting_post": {"type": "integer"},
        "occurred_on": {"type": "string", "format": "date"},
        "late_reason": {"type": "string", "maxLength": 200},
        "on_behalf": ref(ON_BEHALF),
    },
    "additionalProperties": False,
}


class BulkView(ApiView):
    @extend_schema(
        operation_id="act_on_many", tags=["actions"], summary="批量办理，逐条回答", parameters=[IDEMPOTENCY_KEY],
        request={"application/json": _REQUEST}, responses={200: BulkOut},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        batch = read_batch(request)

        def deny(error: DomainError, number: str) -> None:
            deny_request(request=request._request, error=error, action=batch.action, subject=number)

        rows = [perform_row(batch, number, actor=self.actor, at=self.at, on_denied=deny) for number in batch.numbers]
        return Response(BulkOut({"results": rows}).data)


def read_batch(request: Request) -> Batch:
    body = read_body(request)
    read = Reader(body)
    read.refuse_others(_NAMES)
    read.check("numbers", _are_numbers, _("应为 1 到 %(n)d 个不重复的编号。") % {"n": MAX_ROWS})
    read.check("action", lambda name: name in _ACTIONS, _("请从中选一项：%(all)s。") % {"all": "、".join(_ACTIONS)})
    read.check("data", _is_object, _("应为 JSON 对象。"))
    read.check("versions", _are_versions, _("应为编号到版本号的对象。"))
    read.finish()
    envelope, _rest = split_body({name: value for name, value in body.items() if name not in ("version", "action")})
    return Batch(
        numbers=_list(body["numbers"]),
        action=str(body["action"]),
        data=_object(body.get("data")),
        versions=_object(body.get("versions")),
        acting_post=envelope.acting_post,
        occurred_on=envelope.occurred_on,
        late_reason=envelope.late_reason,
        on_behalf=envelope.on_behalf,
        key=read_key(request),
    )


def _are_numbers(value: object) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= MAX_ROWS
        and all(isinstance(one, str) for one in value)
        and len(set(value)) == len(value)
    )


def _is_object(value: object) -> bool:
    return value is None or isinstance(value, dict)


def _are_versions(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, dict) and all(type(one) is int for one in value.values())


def _list(value: object) -> list[str]:
    return list(value) if isinstance(value, list) else []


def _object(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}
