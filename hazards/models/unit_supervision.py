from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hazards.fsm import UnitSupervisionMachine
from hazards.states_clock import Authority, Conduct, UnitSupervisionState
from organizations.models import Unit, User


class UnitSupervision(UnitSupervisionMachine):
    """A unit or an area is listed for its conduct (L-6), tied to no hazard. Source: process.md a.5, b.3; C12 to C14."""

    id = models.BigAutoField(primary_key=True)
    region_code = models.CharField(max_length=6, blank=True)
    # Who lists its own; for another body's notice the bureau that entered it.
    bureau = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("挂牌单位")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("责任单位")
    )
    # 「城关镇河东片区」; blank where the unit itself is listed.
    area = models.CharField(_("片区"), max_length=40, blank=True)
    conduct = models.CharField(_("突出问题"), max_length=12, choices=Conduct.choices)
    authority = models.CharField(_("挂牌层级"), max_length=8, choices=Authority.choices, default=Authority.SECTOR)
    lister_name = models.CharField(_("挂牌机关"), max_length=80)
    is_external = models.BooleanField(_("上级挂牌"), default=False)
    reason = models.CharField(_("挂牌理由"), max_length=500)
    goals = models.CharField(_("整治目标"), max_length=500)
    notice_number = models.CharField(_("通知书文号"), max_length=60, blank=True)
    supervisor_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("督办单位")
    )
    supervisor = models.CharField(_("督办责任人"), max_length=40, blank=True)
    opened_at = models.DateTimeField(_("拟挂牌时间"))
    # Of the decision, then of 摘牌; while it runs the days below count.
    due_at = models.DateTimeField(_("本步期限"))
    listed_on = models.DateField(_("挂牌日期"), null=True, blank=True)
    term_on = models.DateField(_("督办期限"), null=True, blank=True)
    report_due_on = models.DateField(_("下次报告期限"), null=True, blank=True)
    visit_due_on = models.DateField(_("下次督办期限"), null=True, blank=True)
    is_missed = models.BooleanField(_("期满未完成"), default=False)
    ban_until_on = models.DateField(_("取消评先至"), null=True, blank=True)
    opinion = models.CharField(_("审批、检查或摘牌意见"), max_length=500, blank=True)
    delisted_on = models.DateField(_("摘牌日期"), null=True, blank=True)
    delisting_number = models.CharField(_("摘牌文号"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("单位挂牌督办")
        indexes = [models.Index(fields=["bureau", "state"], name="unit_supervision_board")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "area", "conduct"],
                condition=~Q(state__in=[UnitSupervisionState.DECLINED, UnitSupervisionState.DELISTED]),
                name="unit_supervision_living_once",
            )
        ]

    def __str__(self) -> str:
        return self.object

    @property
    def object(self) -> str:
        """「第一小学」, or 「河东片区（责任单位 城关中心校）」."""
        if not self.area:
            return self.unit.name
        return str(_("%(area)s（责任单位 %(unit)s）") % {"area": self.area, "unit": self.unit.name})


class UnitSupervisionNote(models.Model):
    """What was reported, seen or found of a listed unit. Never changed."""

    class Kind(models.TextChoices):
        REPORT = "report", _("进展报告")
        VISIT = "visit", _("督办记录")
        CHECK = "check", _("结果检查")

    id = models.BigAutoField(primary_key=True)
    supervision = models.ForeignKey(UnitSupervision, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    on = models.DateField(_("日期"))
    text = models.CharField(_("内容"), max_length=1000)
    # Of a check.
    is_passed = models.BooleanField(_("合格"), null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("填报人"))
    post_label = models.CharField(_("岗位"), max_length=120)
    written_at = models.DateTimeField(_("填报时间"))

    class Meta:
        verbose_name = _("单位挂牌督办记录")

    def __str__(self) -> str:
        return f"{self.supervision_id} {self.kind} {self.on}"
