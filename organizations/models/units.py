from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.kinds import UnitKind


class Unit(models.Model):
    """A node of the tree province, prefecture, county; below a county GOV (with DEP and TWN) and EDU side by side."""

    kind = models.CharField(_("类型"), max_length=3, choices=UnitKind.choices)
    name = models.CharField(_("名称"), max_length=80)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    # Ids from the root down to the unit itself; kept by the services of this app.
    path = ArrayField(models.BigIntegerField(), default=list, editable=False)
    # Administrative division codes (GB/T 2260, six digits) of the county and of the prefecture.
    region_code = models.CharField(_("县级区划代码"), max_length=6, blank=True)
    prefecture_code = models.CharField(_("市级区划代码"), max_length=6, blank=True)
    township = models.CharField(_("所属乡镇"), max_length=40, blank=True)
    phone = models.CharField(_("值班电话"), max_length=30, blank=True)
    duty_domains = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("主管领域"))
    issuing_names = ArrayField(models.CharField(max_length=80), default=list, blank=True, verbose_name=_("发文名义"))
    is_active = models.BooleanField(_("启用"), default=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("并入单位")
    )
    has_accounts = models.BooleanField(_("已开通账号"), default=True)
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = _("单位")
        ordering = ["path"]
        indexes = [
            GinIndex(fields=["path"], name="unit_path_gin"),
            models.Index(fields=["kind", "name"], name="unit_kind_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="unit_name_unique_below_parent", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """A bureau lets its central schools do one action at one level for their schools (委托中心校办理)."""

    bureau = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="mandates", verbose_name=_("教育局"))
    action = models.CharField(_("动作"), max_length=40)
    level = models.CharField(_("等级"), max_length=12)

    class Meta:
        verbose_name = _("委托中心校办理")
        constraints = [
            models.UniqueConstraint(fields=["bureau", "action", "level"], name="mandate_once_per_bureau"),
        ]

    def __str__(self) -> str:
        return f"{self.bureau_id} {self.action} {self.level}"
