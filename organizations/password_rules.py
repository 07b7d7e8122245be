"""What a new password must be, as the profile in force says; each refusal says what to do."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from organizations.models import FormerPassword, PasswordProfile, User
from organizations.security_policy import current_policy

# Longer ones only cost the hasher time.
LONGEST_PASSWORD = 256
_OWN_WORDS = ("username", "name", "phone")


class ProfileValidator:
    """The one entry of AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: User | None = None) -> None:
        profile = current_policy().password_profile
        errors = [*shape_errors(password, profile), *_word_errors(password, profile, user)]
        if not errors and user is not None and was_used(user, password, profile.n_remembered):
            errors.append(_("最近 %(n)s 次用过的密码不能再用，请换一个。") % {"n": profile.n_remembered})
        if errors:
            raise ValidationError([ValidationError(error) for error in errors])

    def get_help_text(self) -> str:
        return describe_rules(current_policy().password_profile)


def shape_errors(password: str, profile: PasswordProfile) -> list[str]:
    errors: list[str] = []
    if len(password) < profile.min_length:
        errors.append(_("至少要 %(least)s 位，现在是 %(n)s 位。") % {"least": profile.min_length, "n": len(password)})
    if len(password) > LONGEST_PASSWORD:
        errors.append(_("最长 %(most)s 位，请缩短。") % {"most": LONGEST_PASSWORD})
    n_classes = len({class_of(sign) for sign in password})
    if n_classes < profile.n_classes:
        errors.append(
            _("大写字母、小写字母、数字、其他字符（符号或汉字）至少要用 %(least)s 种，现在用了 %(n)s 种。")
            % {"least": profile.n_classes, "n": n_classes}
        )
    return errors


def class_of(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    return "lower" if sign.islower() else "upper" if sign.isupper() else "other"


def was_used(user: User, password: str, n_remembered: int) -> bool:
    """Whether it is one of the last so many of his own choice, the present one among them."""
    if not n_remembered:
        return False
    former = list(_former(user).values_list("password", flat=True)[:n_remembered])
    hashes = former if user.must_set_password else [user.password, *former][:n_remembered]
    return any(check_password(password, encoded) for encoded in hashes)


def remember_password(user: User, n_remembered: int) -> None:
    """Keep the present hash before it is replaced, unless it is a temporary one's; forget those no longer refused."""
    if user.password and n_remembered and not user.must_set_password:
        replaced_at = user.password_set_at or user.created_at
        FormerPassword.objects.create(user=user, password=user.password, replaced_at=replaced_at)
    kept = _former(user).values("pk")[:n_remembered]
    FormerPassword.objects.filter(user=user).exclude(pk__in=kept).delete()


def _former(user: User) -> QuerySet[FormerPassword]:
    return FormerPassword.objects.filter(user=user).order_by("-pk")


def describe_rules(profile: PasswordProfile) -> str:
    """One line for the form."""
    parts = [_("至少 %(n)s 位") % {"n": profile.min_length}]
    if profile.n_classes:
        parts.append(_("大写、小写字母、数字、其他字符至少用 %(n)s 种") % {"n": profile.n_classes})
    parts.append(_("不要用姓名、用户名或常见密码") if profile.refuses_common else _("不要用姓名、用户名"))
    if profile.n_remembered:
        parts.append(_("不能与最近 %(n)s 次的相同") % {"n": profile.n_remembered})
    return "，".join(parts) + "。"


def _word_errors(password: str, profile: PasswordProfile, user: User | None) -> list[str]:
    errors: list[str] = []
    if profile.refuses_common and _refuses(CommonPasswordValidator(), password, user):
        errors.append(_("这是常见密码，容易被猜中，请换一个。"))
    if _refuses(UserAttributeSimilarityValidator(_OWN_WORDS), password, user):
        errors.append(_("与姓名、用户名或手机号太像，请换一个。"))
    return errors


def _refuses(
    validator: CommonPasswordValidator | UserAttributeSimilarityValidator, password: str, user: User | None
) -> bool:
    try:
        validator.validate(password, user)
    except ValidationError:
        return True
    return False
