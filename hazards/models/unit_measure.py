from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from hazards.fsm import UnitMeasureMachine
from hazards.states_clock import MeasureKind
from organizations.models import Post, Unit, User


class UnitMeasure(UnitMeasureMachine):
    """A measure about how a unit does its work as a whole, tied to no hazard. Source: process.md b.4."""

    id = models.BigAutoField(primary_key=True)
    region_code = models.CharField(max_length=6, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("对象单位")
    )
    bureau = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("决定单位")
    )
    kind = models.CharField(_("措施"), max_length=20, choices=MeasureKind.choices)
    # Of which time: 2026Q4. One measure of a kind for a unit and a period.
    period = models.CharField(_("考核期"), max_length=8)
    cause = models.CharField(_("事由"), max_length=200)
    # What it was reckoned from: {"n", "n_on_time", "percent", "least"}.
    facts = models.JSONField(default=dict)
    text = models.CharField(_("内容"), max_length=1000)
    opened_at = models.DateTimeField(_("拟稿时间"))
    # Of the decision, then of the reply.
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
    decided_post = models.ForeignKey(
        Post, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+"
    )
    decided_on = models.DateField(_("签发日期"), null=True, blank=True)
    opinion = models.CharField(_("签发意见"), max_length=500, blank=True)
    reply_on = models.DateField(_("回复期限"), null=True, blank=True)
    reply = models.CharField(_("书面回复"), max_length=1000, blank=True)
    replied_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("回复人"),
    )
    withdrawn_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, db_index=False, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("单位督办措施")
        indexes = [models.Index(fields=["bureau"], name="unit_measure_drafts", condition=Q(state="draft"))]
        constraints = [models.UniqueConstraint(fields=["unit", "kind", "period"], name="unit_measure_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.period}"
