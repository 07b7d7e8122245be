from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.kinds import AdminRole, PostKind
from organizations.models.units import Unit


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Rights come from posts held, never from the account itself."""

    username = models.CharField(_("用户名"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("单位")
    )
    admin_role = models.CharField(_("管理员"), max_length=10, choices=AdminRole.choices, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    must_set_password = models.BooleanField(_("首次登录须设密码"), default=True)
    password_set_at = models.DateTimeField(_("密码设定时间"), null=True, blank=True)
    # The first day on which the account no longer opens.
    leaves_on = models.DateField(_("离任日"), null=True, blank=True)
    # The first login at which he was asked for a second factor that he had not; his days of grace count from it.
    second_factor_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("建立时间"))

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("人员")
        constraints = [
            models.CheckConstraint(condition=Q(is_superuser=False), name="user_is_never_superuser"),
            models.CheckConstraint(
                condition=Q(admin_role="") | Q(admin_role__in=AdminRole.values), name="user_admin_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Post(models.Model):
    """An office in a unit that people hold for a time; work is owed by posts, not by people."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts", verbose_name=_("单位"))
    kind = models.CharField(_("岗位类别"), max_length=20, choices=PostKind.choices)
    title = models.CharField(_("岗位名称"), max_length=40)

    class Meta:
        verbose_name = _("岗位")
        constraints = [models.UniqueConstraint(fields=["unit", "kind"], name="post_once_per_unit")]

    def __str__(self) -> str:
        return f"{self.unit.name}{self.title}"


class Holding(models.Model):
    """One person holds one post from a day, until a day or open-ended."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("岗位"))
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("人员"))
    from_on = models.DateField(_("任职起"))
    # The first day on which the post is no longer held.
    until_on = models.DateField(_("任职止"), null=True, blank=True)
    appointed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("任命人")
    )
    # The holder for whom this person stands in.
    delegated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="delegations", verbose_name=_("授权人")
    )
    reason = models.CharField(_("授权事由"), max_length=100, blank=True)
    # The holding of the same post that this one takes over from.
    succeeds = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="successors", verbose_name=_("接替")
    )
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = _("任职")
        indexes = [
            models.Index(fields=["user", "from_on"], name="holding_of_user"),
            models.Index(fields=["until_on"], name="holding_by_end", condition=Q(until_on__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="holding_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["post", "user"], condition=Q(until_on__isnull=True), name="holding_open_once"
            ),
            models.CheckConstraint(
                condition=Q(delegated_by__isnull=True) | Q(until_on__isnull=False), name="holding_delegation_ends"
            ),
            models.CheckConstraint(
                condition=Q(delegated_by__isnull=True) | ~Q(delegated_by=F("user")), name="holding_not_of_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.post_id}"
