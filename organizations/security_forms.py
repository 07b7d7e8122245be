"""The forms of codes and of the rules of logging in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.forms import PageForm
from organizations.kinds import PostKind
from organizations.models import PasswordProfile, SecurityPolicy
from organizations.services.security_policy import PolicyChoice

# More signs than any code with its spaces and hyphens.
LONGEST_CODE = 40
_DIGITS_ONLY = {"inputmode": "numeric", "autocomplete": "one-time-code"}
_LETTERS_TOO = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class CodeInput(forms.TextInput):
    """Comes back empty: no code is good twice."""

    def format_value(self, value: Any) -> str | None:
        return None


class CodeForm(PageForm):
    code = forms.CharField(label=_("6 位验证码"), max_length=LONGEST_CODE, widget=CodeInput(_DIGITS_ONLY))


class BackupCodeForm(PageForm):
    code = forms.CharField(label=_("备用码"), max_length=LONGEST_CODE, widget=CodeInput(_LETTERS_TOO))


class ChangeFactorForm(PageForm):
    """Whatever is changed, a code is shown first."""

    REPLACE, RENEW, STOP = "replace", "renew", "stop"

    _WHAT = (
        (REPLACE, _("更换手机：用新手机重新扫码")),
        (RENEW, _("重新生成备用码：旧的全部作废")),
        (STOP, _("停用登录验证：以后只用密码登录")),
    )

    what = forms.ChoiceField(label=_("要办的事"), widget=forms.RadioSelect)
    code = forms.CharField(
        label=_("验证码或备用码"),
        max_length=LONGEST_CODE,
        help_text=_("验证器上现在的 6 位数字；手机不在身边就用一个备用码。"),
        widget=CodeInput(_LETTERS_TOO),
    )

    def __init__(self, *args: Any, may_stop: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = [choice for choice in self._WHAT if may_stop or choice[0] != self.STOP]


class SecurityPolicyForm(PageForm):
    says_optional = False

    password_profile = forms.ChoiceField(label=_("密码规则"), widget=forms.RadioSelect)
    second_factor_for_administrators = forms.BooleanField(label=_("三类管理员"), required=False)
    second_factor_posts = forms.MultipleChoiceField(
        label=_("必须使用登录验证的岗位"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=PostKind.choices,
    )
    grace_days = forms.IntegerField(
        label=_("启用登录验证的宽限天数"),
        help_text=_("从第一次被要求的那次登录算起；0 表示当场启用。"),
    )
    remember_days = forms.IntegerField(
        label=_("记住设备的天数"),
        help_text=_("本人勾选后，这台设备在这些天内登录只用密码；改动只对以后记住的设备有效。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profile = self.fields["password_profile"]
        assert isinstance(profile, forms.ChoiceField)
        profile.choices = list(PasswordProfile.objects.order_by("pk").values_list("code", "name"))

    def choice(self) -> PolicyChoice:
        return PolicyChoice(**self.cleaned_data)


def policy_as_initial(policy: SecurityPolicy) -> dict[str, object]:
    return {
        "password_profile": policy.password_profile.code,
        "second_factor_for_administrators": policy.second_factor_for_administrators,
        "second_factor_posts": policy.second_factor_posts,
        "grace_days": policy.grace_days,
        "remember_days": policy.remember_days,
    }
