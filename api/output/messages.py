"""What the API tells of a person's own messages."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from notifications.selectors import Line


class MessageOut(serializers.Serializer[Line]):
    """One message in words; what its reader may not open any more is told by its number alone."""

    id = serializers.IntegerField(source="message.pk")
    no = serializers.IntegerField(source="message.no", help_text="每人从 1 起连续递增")
    kind = serializers.CharField(source="message.kind", help_text="见 docs/messages.md")
    kind_label = serializers.CharField()
    urgency = serializers.IntegerField(source="message.urgency", help_text="0 知悉, 1 待办, 2 预警, 3 紧急")
    title = serializers.CharField(source="said.title")
    sentence = serializers.CharField(source="said.sentence")
    hazard = serializers.CharField(source="said.number", help_text="隐患编号；不是关于隐患的为空")
    link = serializers.CharField(help_text="页面的路径；不在您的工作范围内的为空")
    created_at = serializers.DateTimeField(source="message.created_at")
    read_at = serializers.DateTimeField(source="message.read_at", allow_null=True)


class CountOut(serializers.Serializer[Any]):
    last_no = serializers.IntegerField(help_text="最新一条的序号")
    n_unread = serializers.IntegerField()


class MessagePage(CountOut):
    results = MessageOut(many=True)
    next = serializers.CharField(allow_null=True)
