"""What a unit's calendar has of its own: hours by season, terms, and who is on duty."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Unit, User


class WorkSeason(models.Model):
    """Hours of a part of the year (作息), which hold for the unit and all below it. Days of no season: 08:30 to 17:30."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("单位"))
    name = models.CharField(_("名称"), max_length=20)
    # Both days included; a season may pass the turn of the year.
    from_month = models.PositiveSmallIntegerField(_("从几月"))
    from_day = models.PositiveSmallIntegerField(_("从几日"))
    to_month = models.PositiveSmallIntegerField(_("到几月"))
    to_day = models.PositiveSmallIntegerField(_("到几日"))
    # [[opening, close], …] in order.
    sessions = ArrayField(ArrayField(models.TimeField(), size=2), verbose_name=_("上班时间"))

    class Meta:
        verbose_name = _("作息时间")
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="season_once_per_unit")]

    def __str__(self) -> str:
        return self.name


class Semester(models.IntegerChoices):
    AUTUMN = 1, _("第一学期")
    SPRING = 2, _("第二学期")


class SchoolTerm(models.Model):
    """A term of a bureau, or of a school whose days differ. What lies between terms is vacation."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("单位"))
    # 2026 is 2026—2027学年.
    school_year = models.PositiveSmallIntegerField(_("学年"))
    semester = models.PositiveSmallIntegerField(_("学期"), choices=Semester.choices)
    starts_on = models.DateField(_("开学日"))
    ends_on = models.DateField(_("最后一天"))

    class Meta:
        verbose_name = _("学期")
        constraints = [
            models.UniqueConstraint(fields=["unit", "school_year", "semester"], name="term_once_per_unit"),
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_on")), name="term_starts_before_it_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.school_year} {self.semester}"


class DutyDay(models.Model):
    """Who leads on a day (带班领导): he is reached outside hours and signs in vacations."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("单位"))
    on = models.DateField(_("日期"))
    # Empty for one without an account.
    leader = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("带班领导")
    )
    leader_name = models.CharField(_("带班领导姓名"), max_length=40)
    phone = models.CharField(_("值班电话"), max_length=20)

    class Meta:
        verbose_name = _("值班表")
        constraints = [models.UniqueConstraint(fields=["unit", "on"], name="duty_once_per_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.leader_name}"
