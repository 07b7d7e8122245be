from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deadlines.models import Colour, Policy
from hazards.fsm import AssignmentMachine, HazardMachine
from hazards.models.reference import Category, Domain, JudgingClause
from hazards.states import (
    TERMINAL,
    Appraisal,
    AssignmentKind,
    Channel,
    ClosureType,
    Competence,
    Level,
    Source,
    State,
)  # fmt: skip
from hazards.states_clock import SupervisionState
from organizations.models import Post, Unit, User


class Hazard(HazardMachine):
    """One hazard, one file. Written by the services of this app only."""

    id = models.BigAutoField(primary_key=True)
    receipt_number = models.CharField(_("回执号"), max_length=20, unique=True)
    file_number = models.CharField(_("档案编号"), max_length=24, unique=True, null=True, blank=True)
    region_code = models.CharField(_("市级区划代码"), max_length=6, blank=True)
    created_at = models.DateTimeField(_("登记时间"))

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="hazards", verbose_name=_("所在单位")
    )
    place = models.CharField(_("部位"), max_length=80)
    domain = models.ForeignKey(
        Domain, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("领域")
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("类别"),
    )
    description = models.CharField(_("隐患描述"), max_length=500)
    found_on = models.DateField(_("发现日期"))
    finder = models.CharField(_("发现人"), max_length=40, blank=True)
    source = models.CharField(_("来源"), max_length=12, choices=Source.choices)
    source_note = models.CharField(_("来源说明"), max_length=200, blank=True)
    channel = models.CharField(_("上报途径"), max_length=8, choices=Channel.choices, default=Channel.NORMAL)
    is_restricted = models.BooleanField(_("保密"), default=False)
    suspected_major = models.BooleanField(_("疑似重大"), default=False)
    interim_control = models.CharField(_("已采取的管控措施"), max_length=500, blank=True)
    reporter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("上报人"))
    reporter_post = models.ForeignKey(
        Post, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("上报岗位")
    )

    level = models.CharField(_("等级"), max_length=12, choices=Level.choices, blank=True)
    competence = models.CharField(_("责任归属"), max_length=12, choices=Competence.choices, blank=True)
    handling_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("办理单位")
    )
    handling_action = models.CharField(max_length=40)
    handling_since = models.DateTimeField(_("办理单位接手时间"))
    lead_assignment = models.ForeignKey(
        "Assignment",
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("牵头交办"),
    )
    verifying_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("复查单位"),
    )
    closing_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("销号单位"),
    )
    closes_in_one_act = models.BooleanField(default=False)
    # Users who did or reported the work: none of them verifies or closes.
    rectifiers = ArrayField(models.BigIntegerField(), default=list, blank=True)
    commitments = models.JSONField(_("五落实"), default=dict, blank=True)
    round = models.PositiveSmallIntegerField(_("整改轮次"), default=1)
    n_supplements = models.PositiveSmallIntegerField(_("退回补充次数"), default=0)
    cost = models.PositiveIntegerField(_("整改花费（元）"), null=True, blank=True)
    closure_type = models.CharField(_("销号方式"), max_length=12, choices=ClosureType.choices, blank=True)
    closed_at = models.DateTimeField(_("销号时间"), null=True, blank=True)
    cycle = models.PositiveSmallIntegerField(default=1)

    # Outside the school: who is asked to give the order, to whom it should go, and the finder's own paper.
    referred_to = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("提请机构"),
    )
    proposed_lead = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("建议牵头单位"),
    )
    paper_unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("文书单位"),
    )
    paper_name = models.CharField(_("文书名称"), max_length=40, blank=True)
    paper_number = models.CharField(_("文书编号"), max_length=40, blank=True)
    # Only the unit that issued the paper moves it (法定文书期限).
    paper_limit_on = models.DateField(_("文书期限"), null=True, blank=True)
    # How often a letter to an outside unit was not answered.
    n_unanswered = models.PositiveSmallIntegerField(_("函告未复次数"), default=0)
    n_transfers = models.PositiveSmallIntegerField(_("转办次数"), default=0)

    # Level: by which clause it is 重大, whether a second person has agreed, and who was told (双报告).
    clause = models.ForeignKey(
        JudgingClause,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("判定条款"),
    )
    level_is_pending = models.BooleanField(_("待判定"), default=False)
    # {"department": {"on", "to", "note"}, "staff": {…}}
    double_report = models.JSONField(_("双报告"), default=dict, blank=True)
    appraisal = models.CharField(_("鉴定等级"), max_length=1, choices=Appraisal.choices, blank=True)
    # Appraised again after the work, at least B. Source: requirements.md H02.
    is_reappraised = models.BooleanField(_("整改后已复鉴"), default=False)
    # 列入治理计划: {"reason", "year", "until_on", "proof_on", "milestones": [{"on", "what", "done_on"}]}; empty while not.
    scheduled = models.JSONField(_("治理计划"), default=dict, blank=True)

    visit_on = models.DateField(_("约定复查日期"), null=True, blank=True)
    visitors = models.CharField(_("复查人员"), max_length=120, blank=True)
    # Users who passed the present round: from 较大 up none of them closes.
    verifiers = ArrayField(models.BigIntegerField(), default=list, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="absorbed",
        verbose_name=_("并入"),
    )
    n_appeals = models.PositiveSmallIntegerField(_("申诉次数"), default=0)
    n_reopened = models.PositiveSmallIntegerField(_("重启次数"), default=0)
    # What is entered later is marked 事后补录.
    sealed_at = models.DateTimeField(_("封存时间"), null=True, blank=True)
    # False while there never was a small row: then none is looked for.
    has_small_rows = models.BooleanField(default=False)
    # Keys given by small rows (co-units, readers, instructed units); an index like visible_to.
    guest_keys = ArrayField(models.IntegerField(), default=list, blank=True)

    # The clock: under which policy it runs; how the present step's limit is reckoned ({} where a day or a moment was named);
    # the end of the whole rectification, which a transfer does not move.
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, db_index=False, null=True, related_name="+", verbose_name=_("时限规则版本")
    )
    due_by = models.JSONField(default=dict, blank=True)
    whole_due_at = models.DateTimeField(_("整改总期限"), null=True, blank=True)
    # 预警: the colour as of the last event; never milder than the floor that a failed round or a reopening sets.
    colour = models.CharField(_("预警颜色"), max_length=6, choices=Colour.choices, blank=True)
    least_colour = models.CharField(max_length=6, choices=Colour.choices, blank=True)
    # The highest rank of the ladder that it reached (states_clock.Rank).
    rank = models.PositiveSmallIntegerField(_("督办层级"), default=0)
    # State of its living supervision; blank while there is none.
    listing = models.CharField(_("挂牌督办"), max_length=20, choices=SupervisionState.choices, blank=True)
    is_suspended = models.BooleanField(_("停用中"), default=False)
    n_extensions = models.PositiveSmallIntegerField(_("延期次数"), default=0)
    # 存量: taken over from before the clock; ends with a new limit.
    taken_over_at = models.DateTimeField(_("接管时间"), null=True, blank=True)

    # An index over the log and the rules: who must act next and by when. Recomputed by check_consistency.
    responsible_post = models.ForeignKey(
        Post,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("当前责任岗位"),
    )
    due_at = models.DateTimeField(_("本环节期限"), null=True, blank=True)
    visible_to = ArrayField(models.IntegerField(), default=list)
    search = SearchVectorField(null=True)

    version = models.PositiveIntegerField(default=0)
    last_seq = models.PositiveIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)
    last_recorded_at = models.DateTimeField(null=True)
    last_occurred_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("隐患")
        indexes = [
            GinIndex(fields=["visible_to"], name="hazard_visible_to", opclasses=["array_ops"]),
            GinIndex(fields=["search"], name="hazard_search"),
            models.Index(fields=["state", "-id"], name="hazard_by_state"),
            models.Index(fields=["unit", "-id"], name="hazard_by_unit"),
            models.Index(
                fields=["responsible_post", "due_at"], name="hazard_to_do", condition=~Q(state__in=sorted(TERMINAL))
            ),
            models.Index(fields=["unit"], name="hazard_listed", condition=~Q(listing="")),
            models.Index(fields=["unit"], name="hazard_scheduled", condition=~Q(scheduled={})),
            models.Index(fields=["merged_into"], name="hazard_absorbed", condition=Q(merged_into__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="hazard_state_known"),
            models.CheckConstraint(
                condition=(Q(state=State.MERGED) & Q(merged_into__isnull=False))
                | (~Q(state=State.MERGED) & Q(merged_into__isnull=True)),
                name="hazard_merged_has_master",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(TERMINAL)) | Q(responsible_post__isnull=False),
                name="hazard_open_has_responsible_post",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The file number from filing on, until then the receipt number."""
        return self.file_number or self.receipt_number

    @property
    def level_label(self) -> str:
        """「重大（待判定）」 while no second person has agreed; 「疑似重大」 before filing; empty when not graded."""
        if not self.level:
            return str(_("疑似重大")) if self.suspected_major else ""
        label = str(Level(self.level).label)
        return f"{label}{_('（待判定）')}" if self.level_is_pending else label

    @property
    def is_scheduled(self) -> bool:
        return bool(self.scheduled)

    @property
    def rule_level(self) -> str:
        """The level that rules go by before filing has decided it."""
        return self.level or (Level.MAJOR if self.suspected_major else Level.GENERAL)


class Assignment(AssignmentMachine):
    """The order of one issuer to one unit (交办): of the lead where the hazard names it, else a co-unit's part."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("牵头单位"))
    issuer_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("交办单位")
    )
    issuer_post = models.ForeignKey(
        Post, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("交办岗位")
    )
    kind = models.CharField(_("性质"), max_length=8, choices=AssignmentKind.choices, default=AssignmentKind.ORDER)
    # In whose name the post issued it (发文名义); blank for its own.
    issued_as = models.CharField(_("发文名义"), max_length=80, blank=True)
    requirements = models.CharField(_("整改要求"), max_length=500, blank=True)
    assigned_at = models.DateTimeField(_("交办时间"))
    # The last day of the limit; `due_at` is the first late moment.
    limit_on = models.DateField(_("整改期限"))
    # The limit as first given; an extension keeps it for statistics.
    first_limit_on = models.DateField(_("原整改期限"), null=True, blank=True)
    due_at = models.DateTimeField(_("到期时刻"))
    # An outside unit is asked to answer by this day (函告).
    reply_on = models.DateField(_("回复期限"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("报完成时间"), null=True, blank=True)
    # What the unit says it did: a co-unit of its part, an outside unit in its written result.
    result = models.CharField(_("办理结果"), max_length=500, blank=True)
    # Nobody signed: served on paper, or the limit passed.
    is_deemed_received = models.BooleanField(_("视为送达"), default=False)
    return_reason = models.CharField(_("退办理由"), max_length=500, blank=True)
    return_suggestion = models.CharField(_("建议单位"), max_length=80, blank=True)
    # Units without accounts name people, not users.
    leader_name = models.CharField(_("责任领导姓名"), max_length=40, blank=True)
    handler_name = models.CharField(_("经办人姓名"), max_length=40, blank=True)
    leader = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("责任领导"),
    )
    handler = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )

    class Meta:
        verbose_name = _("交办")

    def __str__(self) -> str:
        return f"{self.hazard_id}→{self.unit_id}"


class HazardEvent(models.Model):
    """One act on one hazard. Append-only in the database; each row seals the one before it."""

    id = models.BigAutoField(primary_key=True)
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, db_index=False, related_name="events")
    region_code = models.CharField(max_length=6, blank=True)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    action = models.CharField(max_length=40)
    # None for what came by time or by a change of units.
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=40)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, db_index=False, null=True, related_name="+")
    post_label = models.CharField(max_length=130, blank=True)
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    recorded_at = models.DateTimeField()
    occurred_on = models.DateField()
    late_reason = models.CharField(max_length=200, blank=True)
    # What the actor gave, as stored: ids beside the words a reader needs.
    data = models.JSONField(default=dict)
    # {field: [old, new]} of the file and its lead assignment; replaying it rebuilds the hazard.
    changes = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("隐患日志")
        ordering = ["hazard_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["hazard", "seq"], name="event_seq_unique")]

    def __str__(self) -> str:
        return f"{self.hazard_id}#{self.seq} {self.kind}"

    @property
    def is_late_entry(self) -> bool:
        return bool(self.late_reason)
