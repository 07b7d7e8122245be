"""What the API tells of a file beside its plain facts, from the same reading as the page."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.output.refs import UnitRef
from hazards.sections import PartView


class MilestoneOut(serializers.Serializer[Any]):
    on = serializers.DateField()
    what = serializers.CharField()
    done_on = serializers.DateField(allow_null=True)


class PartOut(serializers.Serializer[PartView]):
    """A unit's part beside the lead's: a co-unit's, or the school's own 管控 while others rectify."""

    id = serializers.IntegerField(source="part.pk", help_text="多项可办时填入 part")
    unit = UnitRef(source="part.unit")
    kind = serializers.CharField(source="part.kind", help_text="order 交办, request 函告, control 管控")
    state = serializers.CharField(source="part.state")
    state_label = serializers.CharField()
    task = serializers.CharField(source="part.requirements")
    issued_as = serializers.CharField(source="part.issued_as")
    limit_on = serializers.DateField(source="part.limit_on")
    due_at = serializers.DateTimeField(source="part.due_at")
    handler = serializers.CharField()
    result = serializers.CharField(source="part.result")
    return_state = serializers.CharField(source="part.return_state", help_text="申请退办：空为未申请")
    evidence = serializers.SerializerMethodField(help_text="证据编号")

    def get_evidence(self, view: PartView) -> list[int]:
        return [file.pk for file in view.files]


class PlanOut(serializers.Serializer[Any]):
    """五落实方案"""

    state = serializers.CharField(source="plan.state")
    state_label = serializers.CharField(source="plan.get_state_display")
    goal = serializers.CharField(source="plan.goal")
    responsibility = serializers.CharField(source="plan.responsibility")
    measures = serializers.CharField(source="plan.measures")
    funding = serializers.CharField(source="plan.funding")
    deadline = serializers.CharField(source="plan.deadline")
    contingency = serializers.CharField(source="plan.contingency")
    amount = serializers.IntegerField(source="plan.amount", allow_null=True)
    funding_source = serializers.CharField(source="plan.funding_source")
    milestones = MilestoneOut(many=True)
    comment = serializers.CharField(source="plan.comment")
    approved_at = serializers.DateTimeField(source="plan.approved_at", allow_null=True)


class LineOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()


class CountersignOut(serializers.Serializer[Any]):
    """What waits for a second person, with all that he would agree to."""

    action = serializers.CharField(source="row.action")
    action_label = serializers.CharField(source="label")
    proposer = serializers.CharField()
    opened_at = serializers.DateTimeField(source="row.opened_at")
    due_at = serializers.DateTimeField(source="row.due_at")
    lines = LineOut(many=True)
    seconds = serializers.ListField(child=serializers.CharField(), help_text="谁可以会签")


class SupportOut(serializers.Serializer[Any]):
    """提请上级解决"""

    kind = serializers.CharField()
    state = serializers.CharField()
    reason = serializers.CharField()
    amount = serializers.IntegerField(allow_null=True)
    to_unit = UnitRef()
    due_at = serializers.DateTimeField()
    answer = serializers.CharField()


class InstructionOut(serializers.Serializer[Any]):
    """批示"""

    id = serializers.IntegerField(help_text="多件待回复时填入 instruction")
    state = serializers.CharField()
    author = serializers.CharField(source="author_label")
    text = serializers.CharField()
    to_unit = UnitRef()
    due_at = serializers.DateTimeField()
    reply = serializers.CharField()
