"""Doing: one literal address per action, all through the one writer."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from api.envelope import read_body, read_key, split_body
from api.fields import FieldList
from api.openapi import IDEMPOTENCY_KEY, ref, request_name
from api.output.actions import OutcomeOut, PossibleActions
from api.views.base import ApiView
from core.errors import Invalid
from hazards.actions import ACTIONS, Action
from hazards.case import Case
from hazards.inputs import Ask
from hazards.selectors import (
    PossibleAction,
    RecordableAction,
    access_hazard,
    list_possible_actions,
    list_recordable_actions,
    possible_action,
)
from hazards.services import perform

_MAKING = [action.name for action in ACTIONS.values() if action.makes_hazard]


def act(view: ApiView, request: Request, *, number: str | None, action: str = "") -> Response:
    """Parse the command and perform it; 201 where it makes a hazard, on a repetition too."""
    body = read_body(request)
    if number is None:
        action = _making_action(body)
    elif "action" in body:
        raise Invalid.of(action=_("操作写在地址里，不写在请求体里。"))
    envelope, data = split_body(body)
    outcome = perform(
        action,
        actor=view.actor,
        at=view.at,
        number=number,
        version=envelope.version,
        data=data,
        acting_post=envelope.acting_post,
        occurred_on=envelope.occurred_on,
        late_reason=envelope.late_reason,
        key=read_key(request),
        on_behalf=envelope.on_behalf,
    )
    code = status.HTTP_201_CREATED if number is None else status.HTTP_200_OK
    return Response(OutcomeOut(outcome).data, status=code)


def _making_action(body: dict[str, object]) -> str:
    name = body.get("action") or "report"
    if name not in _MAKING:
        raise Invalid.of(action=_("请从中选一项：%(allowed)s。") % {"allowed": "、".join(_MAKING)})
    return str(name)


def action_view(action: Action) -> type[ApiView]:
    """The view of one action; each is a class of its own, so that each has its own description."""

    @extend_schema(
        operation_id=action.name,
        tags=["actions"],
        summary=str(action.label),
        description=str(action.effect),
        parameters=[IDEMPOTENCY_KEY],
        request={"application/json": ref(request_name(action, new=False))},
        responses={200: OutcomeOut},
    )
    def post(self: ApiView, request: Request, number: str) -> Response:
        return act(self, request, number=number, action=action.name)

    return type(f"{request_name(action, new=False)}View", (ApiView,), {"post": post})


class PossibleActionsView(ApiView):
    @extend_schema(
        operation_id="list_actions",
        tags=["actions"],
        summary="现在能做什么，要填什么",
        responses={200: PossibleActions},
    )
    def get(self, request: Request, number: str) -> Response:
        case = access_hazard(self.actor, number, self.at)
        fields = FieldList(Ask(actor=self.actor, hazard=case.hazard, at=self.at, held=tuple(case.held)))
        told = {
            "number": case.hazard.number,
            "state": case.hazard.state,
            "version": case.hazard.version,
            "actions": [_tell(one, fields, case.hazard.number) for one in list_possible_actions(case)],
            "recordable": [_tell_recordable(case, one, fields) for one in list_recordable_actions(case)],
        }
        return Response(PossibleActions(told).data)


def _tell(possible: PossibleAction, fields: FieldList, number: str) -> dict[str, Any]:
    action = possible.action
    return {
        "name": action.name,
        "label": str(action.label),
        "effect": str(action.effect),
        "is_awaited": possible.is_awaited,
        "is_rare": action.is_rare,
        "needs_version": action.moves_version,
        "posts": [{"id": post.id, "label": post.label} for post in possible.posts],
        "fields": fields.describe(possible),
        "url": reverse(f"api:act_{action.name}", args=[number]),
    }


def _tell_recordable(case: Case, one: RecordableAction, fields: FieldList) -> dict[str, Any]:
    possible = possible_action(case, one.action, one.posts, is_awaited=one.is_awaited, for_any=True)
    return {
        "name": one.action.name,
        "label": str(one.action.label),
        "whose": one.whose,
        "posts": [{"id": post.id, "label": post.label} for post in one.posts],
        "fields": fields.describe(possible),
        "url": reverse(f"api:act_{one.action.name}", args=[case.hazard.number]),
    }
