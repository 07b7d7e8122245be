"""What the API tells of a hazard, its log and its evidence; the schema is made from the same classes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.output.refs import CategoryRef, DomainRef, PersonRef, PostRef, UnitRef
from api.output.sections import CountersignOut, InstructionOut, PartOut, PlanOut, SupportOut
from hazards.actions import ACTIONS
from hazards.models import Assignment, Evidence, Hazard, HazardEvent, Upload
from hazards.routing import awaited_action
from hazards.sections import Sections
from hazards.selectors import hides_reporter
from hazards.states import OPEN, STAGE_OF, Competence, Source, State


class HazardRow(serializers.Serializer[Hazard]):
    """A hazard as it stands in a list. The context has `at`."""

    number = serializers.CharField(help_text="档案编号，建档前为回执号；两个号码一直有效")
    receipt_number = serializers.CharField()
    file_number = serializers.CharField(allow_null=True)
    state = serializers.CharField()
    state_label = serializers.SerializerMethodField()
    stage = serializers.SerializerMethodField(help_text="find 排查, file 建档, rectify 整治, close 销号, other 其他")
    level = serializers.CharField(help_text="建档前为空")
    level_label = serializers.SerializerMethodField()
    domain = DomainRef()
    category = CategoryRef(allow_null=True)
    unit = UnitRef()
    place = serializers.CharField()
    description = serializers.CharField()
    found_on = serializers.DateField()
    created_at = serializers.DateTimeField()
    is_restricted = serializers.BooleanField()
    suspected_major = serializers.BooleanField()
    handling_unit = UnitRef()
    responsible_post = PostRef(allow_null=True, help_text="下一步由谁办理；办结后为空")
    due_at = serializers.DateTimeField(allow_null=True, help_text="本环节的到期时刻，从这一刻起逾期")
    is_overdue = serializers.SerializerMethodField()
    is_scheduled = serializers.BooleanField(help_text="列入治理计划")
    listing = serializers.CharField(
        help_text="挂牌督办：proposed 拟挂牌, listed 挂牌中, acceptance_requested 待验收, passed 待摘牌；没有为空"
    )
    is_suspended = serializers.BooleanField(help_text="停用中")
    version = serializers.IntegerField(help_text="办理时带上，以免覆盖他人的办理")

    def get_state_label(self, hazard: Hazard) -> str:
        return str(State(hazard.state).label)

    def get_stage(self, hazard: Hazard) -> str:
        return str(STAGE_OF[hazard.state])

    def get_level_label(self, hazard: Hazard) -> str:
        return hazard.level_label if hazard.level else ""

    def get_is_overdue(self, hazard: Hazard) -> bool:
        at: datetime = self.context["at"]
        return bool(hazard.state in OPEN and hazard.due_at and hazard.due_at <= at)


# What a row reads beside the hazard itself.
ROW_RELATIONS = ("unit", "domain", "category", "handling_unit", "responsible_post__unit")


class HazardPage(serializers.Serializer[Any]):
    results = HazardRow(many=True)
    next = serializers.CharField(allow_null=True, help_text="作为 cursor 再取下一页；没有更多时为空")


class AssignmentOut(serializers.Serializer[Assignment]):
    """The order under which the lead unit works."""

    unit = UnitRef()
    state = serializers.CharField()
    issuer_unit = UnitRef()
    requirements = serializers.CharField()
    assigned_at = serializers.DateTimeField()
    limit_on = serializers.DateField()
    due_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    leader = PersonRef(allow_null=True)
    handler = PersonRef(allow_null=True)
    leader_name = serializers.CharField(help_text="没有账号的责任领导")
    handler_name = serializers.CharField(help_text="没有账号的经办人")
    kind = serializers.CharField(help_text="order 交办, request 函告")
    issued_as = serializers.CharField(help_text="发文名义；空为本单位")
    reply_on = serializers.DateField(allow_null=True, help_text="函告请于何日前回复")
    result = serializers.CharField()
    is_deemed_received = serializers.BooleanField(help_text="视为送达")
    return_state = serializers.CharField(help_text="申请退办：空为未申请")


class HazardFile(HazardRow):
    """One hazard in full. The context has `at`, `case` and `sections`."""

    reporter = serializers.SerializerMethodField(help_text="保密上报的，对学校和中心校为空")
    finder = serializers.SerializerMethodField(help_text="保密上报的，对学校和中心校为空")
    source = serializers.CharField()  # type: ignore[assignment]
    source_label = serializers.SerializerMethodField()
    source_note = serializers.CharField()
    interim_control = serializers.CharField()
    competence = serializers.CharField()
    competence_label = serializers.SerializerMethodField()
    lead_assignment = AssignmentOut(allow_null=True)
    verifying_unit = UnitRef(allow_null=True)
    closing_unit = UnitRef(allow_null=True)
    commitments = serializers.DictField(child=serializers.CharField(), help_text="五落实")
    round = serializers.IntegerField()
    cost = serializers.IntegerField(allow_null=True)
    closure_type = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    level_is_pending = serializers.BooleanField(help_text="重大，还没有第二人会签")
    clause = serializers.IntegerField(source="clause_id", allow_null=True, help_text="判定条款编号")
    double_report = serializers.DictField(help_text="双报告：department、staff")
    appraisal = serializers.CharField(help_text="鉴定等级")
    is_reappraised = serializers.BooleanField(help_text="整改后复鉴达到B级以上")
    scheduled = serializers.DictField(help_text="列入治理计划；没有列入为空")
    referred_to = UnitRef(allow_null=True)
    proposed_lead = UnitRef(allow_null=True)
    paper_unit = UnitRef(allow_null=True, help_text="检查文书由谁发")
    paper_name = serializers.CharField()
    paper_number = serializers.CharField()
    paper_limit_on = serializers.DateField(allow_null=True)
    visit_on = serializers.DateField(allow_null=True)
    visitors = serializers.CharField()
    sealed_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.SerializerMethodField(help_text="并入哪一条；看不到那一条的为空")
    absorbed = serializers.SerializerMethodField(help_text="并入本条的、您看得到的")
    parts = serializers.SerializerMethodField()
    plan = serializers.SerializerMethodField()
    countersign = serializers.SerializerMethodField()
    supports = serializers.SerializerMethodField()
    instructions = serializers.SerializerMethodField()
    awaited_action = serializers.SerializerMethodField(help_text="这一状态首先等待的操作；办结后为空")

    def get_reporter(self, hazard: Hazard) -> str | None:
        return None if self._is_masked else f"{hazard.reporter_post}{hazard.reporter.name}"

    def get_finder(self, hazard: Hazard) -> str | None:
        return None if self._is_masked else hazard.finder

    def get_source_label(self, hazard: Hazard) -> str:
        return str(Source(hazard.source).label)

    def get_competence_label(self, hazard: Hazard) -> str:
        return str(Competence(hazard.competence).label) if hazard.competence else ""

    def get_awaited_action(self, hazard: Hazard) -> str:
        return awaited_action(self.context["case"])

    def get_merged_into(self, hazard: Hazard) -> str | None:
        return self._sections.master.number if self._sections.master else None

    def get_absorbed(self, hazard: Hazard) -> list[str]:
        return [one.number for one in self._sections.absorbed]

    @extend_schema_field(PartOut(many=True))
    def get_parts(self, hazard: Hazard) -> Any:
        return PartOut(self._sections.parts, many=True).data  # type: ignore[arg-type]

    @extend_schema_field(PlanOut(allow_null=True))
    def get_plan(self, hazard: Hazard) -> Any:
        return PlanOut(self._sections.plan).data if self._sections.plan else None

    @extend_schema_field(CountersignOut(allow_null=True))
    def get_countersign(self, hazard: Hazard) -> Any:
        return CountersignOut(self._sections.countersign).data if self._sections.countersign else None

    @extend_schema_field(SupportOut(many=True))
    def get_supports(self, hazard: Hazard) -> Any:
        return SupportOut([row for _label, row in self._sections.supports], many=True).data

    @extend_schema_field(InstructionOut(many=True))
    def get_instructions(self, hazard: Hazard) -> Any:
        return InstructionOut(self._sections.instructions, many=True).data

    @property
    def _sections(self) -> Sections:
        sections: Sections = self.context["sections"]
        return sections

    @property
    def _is_masked(self) -> bool:
        return hides_reporter(self.context["case"])


class EventOut(serializers.Serializer[HazardEvent]):
    """One act in the log."""

    seq = serializers.IntegerField()
    kind = serializers.CharField(help_text="例如：hazard.signed")
    action = serializers.CharField()
    action_label = serializers.SerializerMethodField()
    actor = serializers.CharField(source="actor_name")
    post = serializers.CharField(source="post_label")
    from_state = serializers.CharField()
    to_state = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    occurred_on = serializers.DateField()
    late_reason = serializers.CharField(help_text="补录原因；不是补录时为空")
    data = serializers.DictField(help_text="办理人填写的内容")  # type: ignore[assignment]
    corrections = serializers.SerializerMethodField(help_text="只有更正才有：字段对应 [原值, 新值]")

    def get_action_label(self, event: HazardEvent) -> str:
        return str(ACTIONS[event.action].label)

    def get_corrections(self, event: HazardEvent) -> dict[str, list[Any]]:
        if event.action != "amend":
            return {}
        return {name: change for name, change in event.changes.items() if name in _CORRECTED}


_CORRECTED = frozenset({"place", "description"})


class EventList(serializers.Serializer[Any]):
    results = EventOut(many=True)


class EvidenceOut(serializers.Serializer[Evidence]):
    id = serializers.IntegerField()
    stage = serializers.CharField()
    stage_label = serializers.CharField(source="get_stage_display")
    round = serializers.IntegerField()
    seq = serializers.IntegerField(help_text="带来它的那一步在日志中的序号")
    withdrawn_seq = serializers.IntegerField(allow_null=True)
    added_at = serializers.DateTimeField()
    name = serializers.CharField(source="upload.name")
    content_type = serializers.CharField(source="upload.content_type")
    size = serializers.IntegerField(source="upload.size")
    sha256 = serializers.CharField(source="upload.sha256")
    taken_at = serializers.DateTimeField(source="upload.taken_at", allow_null=True)
    has_time = serializers.SerializerMethodField(help_text="照片里没有拍摄时间的为否，从不因此拒收")
    url = serializers.SerializerMethodField(help_text="每次打开都重新核对权限")

    def get_has_time(self, evidence: Evidence) -> bool:
        return evidence.upload.taken_at is not None

    def get_url(self, evidence: Evidence) -> str:
        return reverse("api:evidence_file", args=[evidence.pk])


class EvidenceList(serializers.Serializer[Any]):
    results = EvidenceOut(many=True)


class UploadOut(serializers.Serializer[Upload]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    sha256 = serializers.CharField()
    taken_at = serializers.DateTimeField(allow_null=True)
    has_time = serializers.SerializerMethodField()

    def get_has_time(self, upload: Upload) -> bool:
        return upload.taken_at is not None
