"""What the API tells of units, domains, places, to-dos and tokens."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.output.refs import CategoryRef, PostRef, UnitRef
from hazards.models import Domain
from organizations.kinds import UnitKind
from organizations.models import Unit
from workflows.selectors import awaited_label, urgency_of


class UnitOut(serializers.Serializer[Unit]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.SerializerMethodField()
    parent = serializers.IntegerField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    path = serializers.ListField(child=serializers.IntegerField(), help_text="从根到本单位的编号")
    region_code = serializers.CharField()
    is_active = serializers.BooleanField()
    can_report = serializers.SerializerMethodField(help_text="可以在这个单位上报隐患")

    def get_kind_label(self, unit: Unit) -> str:
        return str(UnitKind(unit.kind).label)

    def get_can_report(self, unit: Unit) -> bool:
        return unit.pk in self.context["reportable"]


class UnitPage(serializers.Serializer[Any]):
    results = UnitOut(many=True)
    next = serializers.CharField(allow_null=True)


class DomainOut(serializers.Serializer[Domain]):
    code = serializers.CharField()
    name = serializers.CharField()
    synonyms = serializers.ListField(child=serializers.CharField())
    is_restricted = serializers.BooleanField(help_text="敏感事项：只给专办员看，请勿写学生姓名和细节")
    categories = CategoryRef(many=True)


class DomainList(serializers.Serializer[Any]):
    results = DomainOut(many=True)


class PlaceList(serializers.Serializer[Any]):
    results = serializers.ListField(child=serializers.CharField())


class ToDoOut(serializers.Serializer[Any]):
    """An open turn of one of the user's posts."""

    hazard = serializers.CharField(source="hazard.number")
    description = serializers.CharField(source="hazard.description")
    unit = UnitRef(source="hazard.unit")
    state = serializers.CharField(source="hazard.state")
    label = serializers.SerializerMethodField()  # type: ignore[assignment]
    action = serializers.SerializerMethodField(help_text="首先等待的操作")
    post = PostRef()
    due_at = serializers.DateTimeField(allow_null=True)
    urgency = serializers.SerializerMethodField(help_text="overdue 逾期, today 今日, week 本周, later 之后")

    def get_label(self, task: Any) -> str:
        return awaited_label(task)

    def get_action(self, task: Any) -> str:
        return str(getattr(task.flow_task, "actions", ("",))[0])

    def get_urgency(self, task: Any) -> str:
        return str(urgency_of(task.due_at, self.context["at"]))


class ToDoList(serializers.Serializer[Any]):
    results = ToDoOut(many=True)


class TokenOut(serializers.Serializer[Any]):
    token = serializers.CharField()
