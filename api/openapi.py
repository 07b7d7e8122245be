"""The description of the API: made once per process, from the registry of actions and the serializers."""

from __future__ import annotations

from functools import cache
from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from api.fields import JsonSchema, schema_of
from core.models import CommandKey
from hazards import fsm
from hazards.actions import ACTIONS, Action, Party
from hazards.inputs import fields_of
from hazards.services.recorded import OnBehalfData
from hazards.states import NEW

_MADE = [action for action in ACTIONS.values() if action.makes_hazard]
# Actions that can begin on a hazard that is there, and that somebody may ask for.
ON_HAZARD = [
    action
    for action in ACTIONS.values()
    if action.party is not Party.CLOCK
    and any(name == action.name and source != NEW for name, source, _target in fsm.list_transitions())
]

_REASONS = {
    "401": "未登录，或令牌、会话已失效",
    "403": "您的岗位不能办理；message 说明由谁办理",
    "404": "没有找到，或者不在您的工作范围内",
    "409": "状态不对或内容已更新；message 说明谁已办理、下一步由谁办理",
    "413": "请求太大",
    "422": "内容有误；fields 逐项说明",
    "429": "请求太频繁，请按 Retry-After 等待",
}

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER,
    description=f"最长 {CommandKey.KEY_LENGTH} 个字符。同一个键重复发送只办理一次，得到同一个回答；只保存成功的回答。",
)  # fmt: skip
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页的 next")


class OurSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.SessionAuthentication"


# The part of the envelope that enters what another did (代录).
ON_BEHALF = "OnBehalf"


def request_name(action: Action, *, new: bool) -> str:
    camel = "".join(part.capitalize() for part in action.name.split("_"))
    return f"New{camel}Request" if new else f"{camel}Request"


def ref(name: str) -> JsonSchema:
    return {"$ref": f"#/components/schemas/{name}"}


def new_hazard_request() -> JsonSchema:
    return {"oneOf": [ref(request_name(action, new=True)) for action in _MADE]}


def add_components(result: JsonSchema, generator: object, request: object, public: bool) -> JsonSchema:
    """Hook of the generator: the request of each action, the shape of refusals, and where they may come."""
    schemas = result["components"].setdefault("schemas", {})
    schemas["Error"] = _error_schema()
    schemas[ON_BEHALF] = {
        **schema_of(fields_of(OnBehalfData, new=False), more={}),
        "description": "代录：他人在纸上、电话里或会上办的。交办单位、县级协调员、中心校可用；errors 以 on_behalf. 开头",
    }
    for action in _MADE:
        schemas[request_name(action, new=True)] = _request_schema(action, new=True)
    for action in ON_HAZARD:
        schemas[request_name(action, new=False)] = _request_schema(action, new=False)
    for operations in result["paths"].values():
        for operation in operations.values():
            _add_refusals(operation)
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
    return result


def _error_schema() -> JsonSchema:
    return {
        "type": "object",
        "required": ["code", "message", "fields"],
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string", "description": "给人看的一句话"},
            "fields": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
        },
    }


def _request_schema(action: Action, *, new: bool) -> JsonSchema:
    envelope: JsonSchema = {
        "acting_post": {"type": "integer", "description": "以哪个岗位办理；有多个岗位可办时必填"},
        "occurred_on": {"type": "string", "format": "date", "description": "办理日期，不填即今天"},
        "late_reason": {"type": "string", "maxLength": 200, "description": "办理日期早于昨天的，写明补录原因"},
    }
    required = []
    if new:
        required = [] if action.name == "report" else ["action"]
        envelope = {"action": {"type": "string", "enum": [action.name]}, **envelope}
    else:
        envelope = {"on_behalf": ref(ON_BEHALF), **envelope}
        required = ["version"] if action.moves_version else []
        envelope = {"version": {"type": "integer", "description": "您看到的版本号"}, **envelope}
    return schema_of(fields_of(action.data, new=new), more=envelope, required=required)


def _add_refusals(operation: JsonSchema) -> None:
    content = {"application/json": {"schema": ref("Error")}}
    for status, reason in _REASONS.items():
        operation["responses"].setdefault(status, {"description": reason, "content": content})


@cache
def describe_api() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-any-return,no-untyped-call]
