"""A person's own messages: list them, mark them as read."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.envelope import MAX_ID, Reader, read_body
from api.openapi import CURSOR
from api.output.messages import CountOut, MessagePage
from api.query import QueryReader
from api.views.base import ApiView
from core.errors import Invalid
from notifications.selectors import Messages, get_inbox
from notifications.services import read_all, read_messages

PAGE_SIZE = 50
MOST_READ = 200
_REQUEST = {
    "type": "object",
    "description": "ids 与 until 写一个",
    "properties": {
        "ids": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": MOST_READ},
        "until": {"type": "integer", "description": "序号（no）到此为止的都标为已读"},
    },
    "additionalProperties": False,
}


class MessagesView(ApiView):
    @extend_schema(
        operation_id="list_messages", tags=["messages"], summary="我的消息，新的在前",
        parameters=[OpenApiParameter("unread", OpenApiTypes.BOOL, description="只看未读"), CURSOR],
        responses={200: MessagePage},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        query = QueryReader(request, ["unread", "cursor"])
        unread, cursor = query.one_of("unread", ("1", "0", "true", "false")), query.cursor()
        query.finish()
        own = Messages(self.actor, self.at)
        lines = own.listed(is_unread=unread in ("1", "true"), before=cursor, n=PAGE_SIZE + 1)
        shown, box = lines[:PAGE_SIZE], get_inbox(self.actor)
        older = str(shown[-1].message.pk) if len(lines) > PAGE_SIZE else None
        found = {"results": shown, "next": older, "last_no": box.last_no, "n_unread": box.n_unread}
        return Response(MessagePage(found).data)


class ReadMessagesView(ApiView):
    @extend_schema(
        operation_id="read_messages", tags=["messages"], summary="标为已读",
        request={"application/json": _REQUEST}, responses={200: CountOut},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = read_body(request)
        read = Reader(body)
        read.refuse_others(("ids", "until"))
        until = read.integer("until")
        read.check("ids", _are_ids, _("应为 1 到 %(n)d 个消息编号。") % {"n": MOST_READ})
        read.finish()
        ids = body.get("ids")
        if isinstance(ids, list) == (until is not None):
            raise Invalid(_("ids 与 until 请写一个，也只写一个。"))
        if isinstance(ids, list):
            count = read_messages(actor=self.actor, message_ids=ids, at=self.at)
        else:
            count = read_all(actor=self.actor, until_no=until or 0, at=self.at)
        return Response(CountOut(count).data)


def _are_ids(value: object) -> bool:
    if value is None:
        return True
    return (
        isinstance(value, list)
        and 0 < len(value) <= MOST_READ
        and all(type(one) is int and 0 < one < MAX_ID for one in value)
    )
