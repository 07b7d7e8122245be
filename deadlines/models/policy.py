"""Limits and ladders as rows: a policy is one version of them all, in force from a day to a day."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from organizations.models import Unit, User


class Measure(models.TextChoices):
    WORKING_DAYS = "wd", _("个工作日")
    CALENDAR_DAYS = "cd", _("天")
    WORKING_HOURS = "wh", _("个工作小时")
    HOURS = "h", _("小时")
    # Of a limit, or of another figure.
    PERCENT = "pct", _("%")
    TIMES = "n", _("次")
    # The last day before the school's next term; `amount` days earlier where it is more than 0.
    BEFORE_TERM = "bt", _("开学前（提前天数）")


class Season(models.TextChoices):
    ANY = "", _("全年")
    VACATION = "vacation", _("寒暑假")


class Anchor(models.TextChoices):
    """From where the moment of a rung is counted."""

    # Share of the limit used, from its beginning.
    ELAPSED = "elapsed", _("已用")
    BEFORE = "before", _("到期前")
    AFTER = "after", _("到期后")
    # Again and again after the rung before it.
    EVERY = "every", _("其后每")


class Colour(models.TextChoices):
    """预警 colours, the mildest first."""

    NONE = "", _("正常")
    BLUE = "blue", _("蓝色")
    YELLOW = "yellow", _("黄色")
    ORANGE = "orange", _("橙色")
    RED = "red", _("红色")


class Policy(models.Model):
    """One version of limits and ladders of a bureau, or of all that have none of their own (`bureau` empty).

    Immutable once issued. What runs keeps the version it began under until it is moved by name.
    """

    id = models.BigAutoField(primary_key=True)
    bureau = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("教育局")
    )
    number = models.PositiveIntegerField(_("版本"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    valid_from = models.DateField(_("施行日期"))
    # The first day on which it no longer holds for what begins.
    valid_until = models.DateField(_("停止日期"), null=True, blank=True)
    # Empty while it is a draft.
    issued_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("时限规则版本")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="policy_number_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="policy_ends_after_start"
            ),
            ExclusionConstraint(
                name="policy_in_force_once",
                expressions=[
                    (
                        Func(
                            Coalesce(F("bureau_id"), Value(0)), Coalesce(F("bureau_id"), Value(0)), Value("[]"),
                            function="int8range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("valid_from"), F("valid_until"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(issued_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.bureau_id or '-'} v{self.number}"


class PolicyLimit(models.Model):
    """How long a step may take, or another figure of the clock. Source of the seeded ones: process.md a.3.

    The row that says most goes first: of the category, then of its domain, then of the unit's kind, then of the season.
    """

    id = models.BigAutoField(primary_key=True)
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="limits")
    step = models.CharField(max_length=24)
    level = models.CharField(max_length=12)
    unit_kind = models.CharField(max_length=3, blank=True)
    # Code of a category (02-01) or domain (02).
    category = models.CharField(max_length=5, blank=True)
    season = models.CharField(max_length=8, choices=Season.choices, blank=True)
    amount = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=3, choices=Measure.choices)
    # A last day that is a rest day moves to the next working day (民法典 203).
    rolls = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("时限")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "step", "level", "unit_kind", "category", "season"], name="policy_limit_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.level} {self.amount}{self.measure}"


class Rung(models.Model):
    """One rung of a ladder: when, what is done, who is told. Source of the seeded ones: process.md b.2."""

    id = models.BigAutoField(primary_key=True)
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="rungs")
    # Which ladder: of the responsible unit, of an office, of an outside unit …
    ladder = models.CharField(max_length=12)
    # Blank where a ladder is the same for every level.
    level = models.CharField(max_length=12, blank=True)
    # From 1; what is later stands higher.
    position = models.PositiveSmallIntegerField()
    anchor = models.CharField(max_length=7, choices=Anchor.choices)
    amount = models.PositiveSmallIntegerField(default=0)
    measure = models.CharField(max_length=3, choices=Measure.choices, default=Measure.CALENDAR_DAYS)
    # What is done; the words belong to who fires it.
    act = models.CharField(max_length=24)
    colour = models.CharField(max_length=6, choices=Colour.choices, blank=True)
    # Who is told, as parties that who fires it resolves to posts.
    tell = ArrayField(models.CharField(max_length=16), default=list)
    # Acts by itself; else it only drafts for a decision.
    is_automatic = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("督办阶梯")
        ordering = ["ladder", "level", "position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "ladder", "level", "position"], name="rung_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ladder} {self.level} {self.position} {self.act}"
