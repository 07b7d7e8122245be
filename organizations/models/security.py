from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models.people import User


class PasswordProfile(models.Model):
    """What a password must be; a zero switches a rule off. Days are lengths of 24 hours."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    min_length = models.PositiveSmallIntegerField()
    # Of lower case, upper case, digits and all else.
    n_classes = models.PositiveSmallIntegerField()
    rotation_days = models.PositiveSmallIntegerField()
    warning_days = models.PositiveSmallIntegerField()
    # So many of the last passwords are refused, the present one among them.
    n_remembered = models.PositiveSmallIntegerField()
    refuses_common = models.BooleanField()
    source = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("密码规则")
        constraints = [
            models.CheckConstraint(condition=Q(n_classes__lte=4), name="password_profile_four_classes"),
            models.CheckConstraint(
                condition=Q(rotation_days=0) | Q(warning_days__lt=F("rotation_days")),
                name="password_profile_warns_in_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SecurityPolicy(models.Model):
    """The rules of logging in; the newest row is in force, those before it are history."""

    password_profile = models.ForeignKey(PasswordProfile, on_delete=models.PROTECT, related_name="+")
    # Rotation counts from here at the earliest, so that a new profile expires nobody at once.
    profile_since = models.DateTimeField(null=True)
    # Whom the second factor is asked of: holders of these kinds of posts, and administrators.
    second_factor_posts = ArrayField(models.CharField(max_length=20), default=list)
    second_factor_for_administrators = models.BooleanField(default=True)
    # From the first login at which it is asked.
    grace_days = models.PositiveSmallIntegerField()
    remember_days = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("登录规则")

    def __str__(self) -> str:
        return f"#{self.pk}"


class FormerPassword(models.Model):
    """A hash that was replaced; kept as long as the profile refuses it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="former_password_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.replaced_at:%Y-%m-%d}"


class AuthenticatorApp(models.Model):
    """The app on a phone that shows the codes of one account (RFC 6238)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="authenticator")
    # Hexadecimal.
    secret = models.CharField(max_length=64)
    # The half minute of the last code taken; this one and all before it are refused from then on.
    last_step = models.BigIntegerField()
    enrolled_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.user_id)


class BackupCode(models.Model):
    """One code for a day without the phone; only its hash is known."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="backup_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="backup_code_once")]

    def __str__(self) -> str:
        return str(self.user_id)


class CodeKind(models.TextChoices):
    APP = "app", _("验证码")
    BACKUP = "backup", _("备用码")


class CodeFailure(models.Model):
    """A wrong code at the second step of a login, as long as it counts."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=CodeKind.choices)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "kind", "-at"], name="code_failure_counted"),
            models.Index(fields=["at"], name="code_failure_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.at:%Y-%m-%d %H:%M}"


class RememberedDevice(models.Model):
    """A browser that need not show a code; it holds the token, we its hash."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=60)
    address = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    # The first moment at which it is no longer known.
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-last_used_at"], name="device_of_user"),
            models.Index(fields=["expires_at"], name="device_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.label}"
