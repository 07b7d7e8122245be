from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberSeries(models.Model):
    """Written only by core.numbering.next_number."""

    key = models.CharField(max_length=80, unique=True)
    last = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"


class CommandKey(models.Model):
    """A command sent with an idempotency key; the answer is NULL only inside the owner's transaction."""

    KEY_LENGTH: ClassVar[int] = 80

    actor_id = models.BigIntegerField()
    key = models.CharField(max_length=KEY_LENGTH)
    request_hash = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "key"], name="one_command_per_key")]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.key}"


class AuditKind(models.TextChoices):
    DENIAL = "denial", _("拒绝访问")
    LOGIN = "login", _("登录")
    LOGIN_FAILED = "login_failed", _("登录失败")
    LOGOUT = "logout", _("退出登录")
    ACCOUNT = "account", _("账号变更")
    SETTINGS = "settings", _("规则设置")


class AuditEntry(models.Model):
    """Append-only. The actor is kept by number and name, so that the entry outlives the account."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=AuditKind)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=64, blank=True)
    path = models.CharField(max_length=300, blank=True)
    action = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["actor_id", "-id"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.actor_name}"


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday, or a make-up workday (调休上班)."""

    on = models.DateField(unique=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class CalendarYear(models.Model):
    """A year whose holidays are loaded; limits that reach beyond are 暂定."""

    year = models.PositiveSmallIntegerField(unique=True)
    source = models.CharField(max_length=80)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.year)
