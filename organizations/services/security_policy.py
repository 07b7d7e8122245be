from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.errors import Invalid
from core.models import AuditKind
from organizations.kinds import AdminRole, PostKind
from organizations.models import PasswordProfile, SecurityPolicy, User
from organizations.policies import Authority
from organizations.security_policy import current_policy

MOST_GRACE_DAYS = 60
MOST_REMEMBER_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class PolicyChoice:
    """`password_profile` is a code, the posts are kinds."""

    password_profile: str
    second_factor_posts: Collection[str]
    second_factor_for_administrators: bool
    grace_days: int
    remember_days: int


@transaction.atomic
def change_security_policy(*, actor: User | None, choice: PolicyChoice, at: datetime) -> SecurityPolicy:
    """Put new rules in force: for passwords when one is next set, for all else at the next login.

    Rotation of a newly chosen profile counts from now. Writes nothing where nothing changed.
    """
    Authority(actor, at).require_role(AdminRole.SECURITY)
    former = current_policy()
    profile = _check(choice)
    new = SecurityPolicy(
        password_profile=profile,
        profile_since=former.profile_since if profile == former.password_profile else at,
        second_factor_posts=sorted(set(choice.second_factor_posts)),
        second_factor_for_administrators=choice.second_factor_for_administrators,
        grace_days=choice.grace_days,
        remember_days=choice.remember_days,
        set_by=actor,
        set_at=at,
    )
    changes = _changes(former, new)
    if not changes:
        return former
    new.save()
    record_audit(
        kind=AuditKind.SETTINGS, at=at, actor=actor, action="security_policy.changed", subject=_("登录规则"),
        detail={"message": "；".join(changes), "policy": new.pk},
    )  # fmt: skip
    return new


def _check(choice: PolicyChoice) -> PasswordProfile:
    profile = PasswordProfile.objects.filter(code=choice.password_profile).first()
    errors: dict[str, str] = {}
    if profile is None:
        errors["password_profile"] = _("请选择一种密码规则。")
    if not set(choice.second_factor_posts) <= set(PostKind.values):
        errors["second_factor_posts"] = _("请从列出的岗位中选择。")
    for name, days, least, most in (
        ("grace_days", choice.grace_days, 0, MOST_GRACE_DAYS),
        ("remember_days", choice.remember_days, 1, MOST_REMEMBER_DAYS),
    ):
        if not least <= days <= most:
            errors[name] = _("请填 %(least)s 到 %(most)s 之间的天数。") % {"least": least, "most": most}
    if errors or profile is None:
        raise Invalid.of(**errors)
    return profile


def _changes(former: SecurityPolicy, new: SecurityPolicy) -> list[str]:
    """What changed, in words: “宽限天数 7 → 3”."""
    facts = (
        (_("密码规则"), former.password_profile.name, new.password_profile.name),
        (_("须登录验证的岗位"), _labels(former.second_factor_posts), _labels(new.second_factor_posts)),
        (_("管理员须登录验证"), _yes(former.second_factor_for_administrators), _yes(new.second_factor_for_administrators)),
        (_("宽限天数"), str(former.grace_days), str(new.grace_days)),
        (_("免验证天数"), str(former.remember_days), str(new.remember_days)),
    )  # fmt: skip
    return [f"{name} {old} → {now}" for name, old, now in facts if old != now]


def _labels(kinds: Collection[str]) -> str:
    return "、".join(str(kind.label) for kind in PostKind if kind in kinds) or _("无")


def _yes(value: bool) -> str:
    return _("是") if value else _("否")
