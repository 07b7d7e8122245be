"""What the API tells of actions: what one may do, and what came of it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hazards.services.command import Outcome
from hazards.telling import say_outcome


class OutcomeOut(serializers.Serializer[Any]):
    """What an act led to; the same for every repetition of its idempotency key."""

    number = serializers.CharField()
    receipt_number = serializers.CharField()
    action = serializers.CharField()
    event = serializers.CharField()
    seq = serializers.IntegerField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    message = serializers.SerializerMethodField(help_text="给人看的一句话；须第二人会签的，说明等谁同意")

    def get_message(self, outcome: Outcome) -> str:
        return say_outcome(outcome)


class Option(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class Choice(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class FieldOut(serializers.Serializer[Any]):
    """A field to fill in; which of the parts below `kind` matter depends on the kind."""

    name = serializers.CharField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    required = serializers.BooleanField()  # type: ignore[assignment]
    help = serializers.CharField()
    max_length = serializers.IntegerField(allow_null=True)
    minimum = serializers.IntegerField(allow_null=True)
    maximum = serializers.IntegerField(allow_null=True)
    max_files = serializers.IntegerField(allow_null=True)
    choices = Choice(many=True, help_text="从中选一个 value")
    options = Option(many=True, help_text="从中选一个 id")
    has_more_options = serializers.BooleanField(help_text="列表没有列全")
    initial = serializers.JSONField(allow_null=True)


class PostOption(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]


class PossibleActionOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    effect = serializers.CharField(help_text="办理后会怎样")
    is_awaited = serializers.BooleanField(help_text="这一状态正等着您办的")
    is_rare = serializers.BooleanField()
    needs_version = serializers.BooleanField()
    posts = PostOption(many=True, help_text="多于一个时须在 acting_post 里说明以哪个岗位办理")
    fields = FieldOut(many=True)  # type: ignore[assignment]
    url = serializers.CharField()


class RecordableActionOut(serializers.Serializer[Any]):
    """What another did on paper or by phone, and you may enter (代录) with `on_behalf`."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    whose = serializers.CharField(help_text="这一步由谁办理")
    posts = PostOption(many=True)
    fields = FieldOut(many=True)  # type: ignore[assignment]
    url = serializers.CharField()


class PossibleActions(serializers.Serializer[Any]):
    number = serializers.CharField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    actions = PossibleActionOut(many=True)
    recordable = RecordableActionOut(many=True)


class BulkRow(serializers.Serializer[Any]):
    number = serializers.CharField()
    status = serializers.IntegerField(help_text="这一条单独办理时会得到的 HTTP 状态")
    code = serializers.CharField(help_text="成功为 ok")
    message = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]
    outcome = OutcomeOut(allow_null=True)


class BulkOut(serializers.Serializer[Any]):
    results = BulkRow(many=True)
