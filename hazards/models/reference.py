"""Reference rows that a customer may change: domains, categories, places, who acts, who verifies."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hazards.states import Level, Source
from hazards.states_clock import SuspensionKind
from organizations.kinds import PostKind, UnitKind
from organizations.models import Unit


class Domain(models.Model):
    """One of the 20 roots. Source: requirements 1.5 (14 annexes of S3) and terms.md (6 more)."""

    code = models.CharField(_("代码"), max_length=2, unique=True)
    name = models.CharField(_("领域"), max_length=20, unique=True)
    # Other names by which people search for it.
    synonyms = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    # Matters that only named people may read; the report page stops and says whom to call.
    is_restricted = models.BooleanField(_("敏感"), default=False)

    class Meta:
        verbose_name = _("领域")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="categories")
    code = models.CharField(_("代码"), max_length=5, unique=True)
    name = models.CharField(_("类别"), max_length=40)
    # What must be out of use from filing on; blank for most. Source: requirements.md 1.6.
    suspends = models.CharField(_("必须停用"), max_length=12, choices=SuspensionKind.choices, blank=True)

    class Meta:
        verbose_name = _("类别")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """A usual place of a campus, offered where people name one. Source: S0「教室、宿舍、食堂…」."""

    name = models.CharField(_("部位"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("部位")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class JudgingClause(models.Model):
    """A clause of a standard by which a hazard is judged 重大, with its edition. Source: regulation.md 2.2, R4 to R7."""

    class How(models.TextChoices):
        DIRECT = "direct", _("直接判定")
        COMBINED = "combined", _("综合判定")

    standard = models.CharField(_("判定标准"), max_length=60)
    edition = models.CharField(_("版本"), max_length=20)
    number = models.CharField(_("条款"), max_length=20)
    summary = models.CharField(_("内容"), max_length=200)
    how = models.CharField(_("方式"), max_length=8, choices=How.choices)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # A superseded edition stays for the files that name it.
    is_active = models.BooleanField(_("现行"), default=True)

    class Meta:
        verbose_name = _("判定条款")
        ordering = ["standard", "edition", "id"]
        constraints = [models.UniqueConstraint(fields=["standard", "edition", "number"], name="clause_once")]

    def __str__(self) -> str:
        return f"{self.standard}（{self.edition}）{self.number} {self.summary}"


class BureauRules(models.Model):
    """What one bureau decided about levels and plans; without a row the defaults hold."""

    bureau = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="rules", verbose_name=_("教育局"))
    # 较大 is a local grade, not a legal one. Source: regulation.md 2.2.
    uses_significant = models.BooleanField(_("使用“较大”等级"), default=True)
    # Yuan; a plan that costs more is reviewed at every level. None: by level alone. Source: process.md T17.
    plan_review_above = models.PositiveIntegerField(_("方案审批金额（元）"), null=True, blank=True)
    # Limits overdue at once from which a unit is orange, then red; the share of limits kept in a quarter below which its
    # head is talked to. Source: process.md b.4.
    unit_orange_from = models.PositiveSmallIntegerField(_("单位橙色预警（同时逾期件数）"), default=3)
    unit_red_from = models.PositiveSmallIntegerField(_("单位红色预警（同时逾期件数）"), default=5)
    least_on_time = models.PositiveSmallIntegerField(_("季度按期整改率低于（%）提醒约谈"), default=80)

    class Meta:
        verbose_name = _("教育局规则")

    def __str__(self) -> str:
        return f"{self.bureau_id}"


class ActorRule(models.Model):
    """Which posts of a unit of a kind may do an action; the first holds the to-do.

    A blank `level` stands for every level that has no row of its own.
    """

    action = models.CharField(max_length=40)
    unit_kind = models.CharField(max_length=3, choices=UnitKind.choices)
    level = models.CharField(max_length=12, choices=Level.choices, blank=True)
    is_restricted = models.BooleanField(default=False)
    post_kinds = ArrayField(models.CharField(max_length=20, choices=PostKind.choices))

    class Meta:
        verbose_name = _("办理岗位规则")
        constraints = [
            models.UniqueConstraint(fields=["action", "unit_kind", "level", "is_restricted"], name="actor_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.unit_kind} {self.level}"


class VerifierRule(models.Model):
    """Who verifies and who closes, by level and by who found it or who rectifies. Source: process.md a.6."""

    # Beside the sources: the lead unit stands outside the education tree.
    OUTSIDE = "outside"

    class Party(models.TextChoices):
        CAMPUS = "campus", _("所在学校")
        ISSUER = "issuer", _("交办单位")
        OFFICE = "office", _("教育局安全办")

    level = models.CharField(max_length=12, choices=Level.choices)
    source = models.CharField(max_length=12, choices=[*Source.choices, (OUTSIDE, _("校外单位办理"))], blank=True)
    verifier = models.CharField(max_length=8, choices=Party.choices)
    closer = models.CharField(max_length=8, choices=Party.choices)
    # One person may confirm and close in one act (核实销号).
    in_one_act = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("复查销号规则")
        constraints = [models.UniqueConstraint(fields=["level", "source"], name="verifier_rule_once")]

    def __str__(self) -> str:
        return f"{self.level} {self.source}"
