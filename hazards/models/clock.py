"""What the clock brings beside the main state: extension, suspension, supervision, measures of the ladder."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from hazards.fsm import ExtensionMachine, MeasureMachine, SupervisionMachine, SuspensionMachine
from hazards.models.hazard import Assignment, Hazard
from hazards.states_clock import (
    Authority,
    ExtensionReason,
    ExtensionState,
    InterviewType,
    ListingTrigger,
    MeasureKind,
    SupervisionState,
    SuspensionKind,
    SuspensionState,
)  # fmt: skip
from organizations.models import Post, Unit, User


class Extension(ExtensionMachine):
    """A request for more time (延期). Both limits are kept: statistics know both. Source: process.md a.5."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="extensions")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, db_index=False, related_name="extensions")
    number = models.PositiveSmallIntegerField(_("第几次"))
    reason_kind = models.CharField(_("原因"), max_length=12, choices=ExtensionReason.choices)
    reason = models.CharField(_("理由"), max_length=500)
    control = models.CharField(_("延期期间的管控措施"), max_length=500)
    # [{"on", "what", "done_on"}], as in a plan: what is promised for the time that is won.
    milestones = models.JSONField(default=list, blank=True)
    old_limit_on = models.DateField(_("原期限"))
    asked_until_on = models.DateField(_("申请延至"))
    # Asked later than the lead time, or when the limit had passed: accepted, but it stays marked.
    is_late = models.BooleanField(_("逾期申请"), default=False)
    to_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("审批单位")
    )
    # Whose request it is: he does not decide about it. None where he has no account.
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+"
    )
    # Who made it in his name; he decides about it no more than he.
    asked_through = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(_("审批期限"))
    granted_until_on = models.DateField(_("同意延至"), null=True, blank=True)
    opinion = models.CharField(_("审批意见"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("延期")
        indexes = [models.Index(fields=["hazard"], name="extension_of_hazard")]
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"], condition=Q(state=ExtensionState.REQUESTED), name="extension_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} #{self.number} {self.asked_until_on}"

    @property
    def decider_id(self) -> int:
        return self.to_unit_id


class Suspension(SuspensionMachine):
    """Something is out of use until its issuer lets it be used again (停用). Source: process.md a.5."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="suspensions")
    kind = models.CharField(_("停用什么"), max_length=12, choices=SuspensionKind.choices)
    scope = models.CharField(_("停用范围"), max_length=200)
    reason = models.CharField(_("理由"), max_length=500)
    order_number = models.CharField(_("决定书编号"), max_length=60, blank=True)
    from_on = models.DateField(_("停用日期"))
    # Who stands guard, and where the pupils go meanwhile.
    guard = models.CharField(_("值守安排"), max_length=200)
    pupils = models.CharField(_("师生安置"), max_length=200, blank=True)
    issuer_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("决定单位")
    )
    # Who keeps it out of use and proves it every day.
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("执行单位")
    )
    # Demanded by the type of the hazard; source requirements.md 1.6.
    is_mandatory = models.BooleanField(_("必须停用"), default=False)
    opened_at = models.DateTimeField()
    # Of the next daily proof; of the decision once resuming is asked for.
    due_at = models.DateTimeField(_("下次值守登记期限"))
    guarded_on = models.DateField(_("最近值守登记"), null=True, blank=True)
    resume_basis = models.CharField(_("申请恢复的依据"), max_length=500, blank=True)
    # Whose last request to resume it is, and who made it in his name: neither rules on it.
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+"
    )
    asked_through = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+"
    )
    opinion = models.CharField(_("处理意见"), max_length=500, blank=True)
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("停用")
        indexes = [
            models.Index(
                fields=["hazard"],
                name="suspension_running",
                condition=Q(state__in=[SuspensionState.IN_FORCE, SuspensionState.RESUME_REQUESTED]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.scope}"

    @property
    def decider_id(self) -> int:
        return self.issuer_unit_id

    @property
    def target_id(self) -> int:
        return self.unit_id


class Supervision(SupervisionMachine):
    """A hazard is listed for supervision (挂牌督办) until the lister takes it off. Source: process.md a.5, b.3."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="supervisions")
    trigger = models.CharField(_("挂牌情形"), max_length=4, choices=ListingTrigger.choices)
    authority = models.CharField(_("挂牌层级"), max_length=8, choices=Authority.choices, default=Authority.SECTOR)
    # Who decides, or lists and takes off; for another body's notice the bureau that entered it.
    lister_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("挂牌单位")
    )
    lister_name = models.CharField(_("挂牌机关"), max_length=80)
    # Another body's notice that was entered here (登记上级挂牌).
    is_external = models.BooleanField(_("上级挂牌"), default=False)
    # By the standing authority of the rules, with no decision of its own.
    is_standing = models.BooleanField(_("依规则自动挂牌"), default=False)
    reason = models.CharField(_("挂牌理由"), max_length=500)
    requirements = models.CharField(_("督办要求"), max_length=500, blank=True)
    notice_number = models.CharField(_("通知书文号"), max_length=60, blank=True)
    supervisor_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("督办单位")
    )
    supervisor = models.CharField(_("督办责任人"), max_length=40, blank=True)
    opened_at = models.DateTimeField(_("拟挂牌时间"))
    listed_on = models.DateField(_("挂牌日期"), null=True, blank=True)
    # The last day of the term, and the days by which plan, next report and next visit are due.
    term_on = models.DateField(_("督办期限"), null=True, blank=True)
    plan_due_on = models.DateField(_("方案备案期限"), null=True, blank=True)
    report_due_on = models.DateField(_("下次报告期限"), null=True, blank=True)
    visit_due_on = models.DateField(_("下次督办期限"), null=True, blank=True)
    # Of the decision, of the next visit, of taking it off.
    due_at = models.DateTimeField(_("本步期限"))
    n_extended = models.PositiveSmallIntegerField(_("延期次数"), default=0)
    # The term passed unfinished: no honours for a year. Source: regulation.md 2.7.
    is_missed = models.BooleanField(_("期满未完成"), default=False)
    ban_until_on = models.DateField(_("取消评先至"), null=True, blank=True)
    announcement = models.CharField(_("公告内容"), max_length=500, blank=True)
    is_public = models.BooleanField(_("对外公告"), default=False)
    opinion = models.CharField(_("审批或验收意见"), max_length=500, blank=True)
    delisted_on = models.DateField(_("摘牌日期"), null=True, blank=True)
    delisting_number = models.CharField(_("摘牌文号"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("挂牌督办")
        indexes = [
            models.Index(
                fields=["lister_unit", "state"],
                name="supervision_board",
                condition=~Q(state__in=[SupervisionState.DECLINED, SupervisionState.DELISTED, SupervisionState.ENDED]),
            ),
            models.Index(fields=["hazard"], name="supervision_of_hazard"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"],
                condition=~Q(state__in=[SupervisionState.DECLINED, SupervisionState.DELISTED, SupervisionState.ENDED]),
                name="supervision_living_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.trigger} {self.state}"

    @property
    def decider_id(self) -> int:
        """The supervising unit visits; all else is the lister's."""
        return self.supervisor_unit_id if self.state == SupervisionState.LISTED else self.lister_unit_id


class Measure(MeasureMachine):
    """One occurrence of a rung that is a paper or a talk: bulletin, interview, accountability, letters upward.

    Source: process.md b.1, b.2; architecture 4 for what is for outside units.
    """

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="measures")
    kind = models.CharField(_("措施"), max_length=20, choices=MeasureKind.choices)
    # Why: the rung that came, or the event that skips rungs.
    cause = models.CharField(_("事由"), max_length=200)
    # 0 where no rung brought it.
    rung = models.PositiveSmallIntegerField(default=0)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("对象单位")
    )
    to_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("决定单位")
    )
    interview_type = models.CharField(_("约谈方式"), max_length=12, choices=InterviewType.choices, blank=True)
    text = models.CharField(_("内容"), max_length=1000)
    requirements = models.CharField(_("要求"), max_length=500, blank=True)
    opened_at = models.DateTimeField(_("拟稿时间"))
    # Of the decision, of the talk, of the reply.
    due_at = models.DateTimeField(_("本步期限"))
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("签发人"),
    )
    # By which post: who holds it next may take back what its holder decided who left.
    decided_post = models.ForeignKey(
        Post, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+"
    )
    decided_on = models.DateField(_("签发日期"), null=True, blank=True)
    opinion = models.CharField(_("签发意见"), max_length=500, blank=True)
    held_on = models.DateField(_("约谈日期"), null=True, blank=True)
    minutes = models.CharField(_("约谈纪要"), max_length=1000, blank=True)
    reply_on = models.DateField(_("回复期限"), null=True, blank=True)
    reply = models.CharField(_("书面回复"), max_length=1000, blank=True)
    withdrawn_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("督办措施")
        indexes = [
            models.Index(fields=["hazard"], name="measure_of_hazard"),
            models.Index(fields=["unit", "kind"], name="measure_of_unit"),
            models.Index(fields=["to_unit"], name="measure_drafts", condition=Q(state="draft")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.unit.name}（{self.cause}）"

    @property
    def decider_id(self) -> int:
        return self.to_unit_id

    @property
    def target_id(self) -> int:
        return self.unit_id
