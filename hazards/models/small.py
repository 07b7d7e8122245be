"""The small machines beside the main state: each a row of its own that may await somebody."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hazards.fsm import CountersignMachine, InstructionMachine, PlanMachine, SupportMachine
from hazards.models.hazard import Assignment, Hazard
from hazards.states import CountersignState, InstructionState, PlanState, SupportState
from organizations.models import Post, Unit, User


class RectificationPlan(PlanMachine):
    """How the lead unit will rectify: six parts, which are the five commitments and the goal.

    Source: 16号令 art. 15, in regulation.md 2.3. One that is not ended for each assignment.
    """

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="plans")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="plans")
    goal = models.CharField(_("目标任务"), max_length=500, blank=True)
    responsibility = models.CharField(_("责任落实"), max_length=500, blank=True)
    measures = models.CharField(_("措施落实"), max_length=500, blank=True)
    funding = models.CharField(_("资金落实"), max_length=500, blank=True)
    deadline = models.CharField(_("时限落实"), max_length=500, blank=True)
    contingency = models.CharField(_("预案落实"), max_length=500, blank=True)
    # Yuan.
    amount = models.PositiveIntegerField(_("所需资金（元）"), null=True, blank=True)
    funding_source = models.CharField(_("资金来源"), max_length=80, blank=True)
    # [{"on": ISO day, "what": words, "done_on": ISO day or ""}], by day.
    milestones = models.JSONField(_("时间节点"), default=list, blank=True)
    comment = models.CharField(_("审核意见"), max_length=500, blank=True)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("整改方案")
        indexes = [models.Index(fields=["hazard"], name="plan_of_hazard")]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=~Q(state=PlanState.ENDED), name="plan_once_per_assignment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.state}"


class Countersign(CountersignMachine):
    """An act that waits for a second person (会签). It changes nothing until he confirms it."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="countersigns")
    action = models.CharField(_("操作"), max_length=40)
    # As it came in, ids for rows; cleaned again when confirmed.
    data = models.JSONField(default=dict)
    # Files among the data: not yet evidence, not to be cleaned away.
    uploads = ArrayField(models.UUIDField(), default=list, blank=True)
    # Whose act was proposed, where another entered it (代录); as the log tells it.
    on_behalf = models.JSONField(default=dict, blank=True)
    # What the first person had seen.
    seen_version = models.PositiveIntegerField()
    proposer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("提请人"))
    proposer_post = models.ForeignKey(Post, on_delete=models.PROTECT, db_index=False, related_name="+")
    # Who must agree, where it is one named person and not a post (第二复查人).
    second = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("会签人"),
    )
    opened_at = models.DateTimeField(_("提请时间"))
    due_at = models.DateTimeField(_("会签期限"))
    note = models.CharField(_("会签意见"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("会签")
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"], condition=Q(state=CountersignState.OPEN), name="countersign_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.action} {self.state}"


class SupportRequest(SupportMachine):
    """What the lead unit can't do alone: money, a project, an appraisal, coordination (提请上级解决)."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="support_requests")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(_("需要什么"), max_length=12)
    reason = models.CharField(_("理由"), max_length=500)
    # Yuan.
    amount = models.PositiveIntegerField(_("金额（元）"), null=True, blank=True)
    to_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("答复单位")
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(_("答复期限"))
    answer = models.CharField(_("答复"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("支持请求")
        constraints = [
            models.UniqueConstraint(fields=["hazard"], condition=Q(state=SupportState.OPEN), name="support_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.kind}"


class Instruction(InstructionMachine):
    """What a leader wants done or told (批示): a to-do with a reply."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="instructions")
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("批示人")
    )
    author_label = models.CharField(max_length=130)
    text = models.CharField(_("批示"), max_length=500)
    to_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("承办单位")
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(_("回复期限"))
    reply = models.CharField(_("回复"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("批示")
        indexes = [
            models.Index(fields=["hazard"], name="instruction_open", condition=Q(state=InstructionState.OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.text[:20]}"


class ReadingGrant(models.Model):
    """One person may read one case until a day (调查查阅)."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="reading_grants")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("查阅人"))
    reason = models.CharField(_("事由"), max_length=200)
    # The last day on which he may read.
    until_on = models.DateField(_("查阅至"))
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    granted_at = models.DateTimeField()
    # Set when the day has passed or the grant was replaced.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("查阅授权")
        constraints = [
            models.UniqueConstraint(
                fields=["hazard", "user"], condition=Q(ended_at__isnull=True), name="reading_grant_once"
            )
        ]
        indexes = [models.Index(fields=["until_on"], name="reading_by_end", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.user_id} {self.until_on}"


class FirstOpening(models.Model):
    """When a person first opened a file; proves who knew from when."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, db_index=False, related_name="openings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    post_label = models.CharField(max_length=130, blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("首次查阅")
        constraints = [models.UniqueConstraint(fields=["hazard", "user"], name="first_opening_once")]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.user_id}"
