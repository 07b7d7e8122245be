"""The forms of this app's pages. What a service refuses lands at the field it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.models import AuditKind
from organizations.kinds import PARENT_KINDS, AdminRole, UnitKind
from organizations.models import Post, Unit, User
from organizations.password_rules import describe_rules
from organizations.security_policy import current_policy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

T = TypeVar("T")


class PageForm(forms.Form):
    """Fields in our look; several may stand on one page, so each names its own ids."""

    required_css_class = "is-required"
    # Whether a field that may stay empty says so; a filter need not.
    says_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.removesuffix('Form').lower()}_%s")
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        dress(self.fields.values())

    def attempt(self, act: Callable[[dict[str, Any]], T]) -> T | None:
        """What `act` gives for the cleaned fields; None when a field or the service refused."""
        if not self.is_valid():
            return None
        try:
            return act(self.cleaned_data)
        except Invalid as error:
            self.absorb(error)
            return None

    def absorb(self, error: Invalid) -> None:
        if not error.fields:
            self.add_error(None, error.message)
        for field, messages in error.fields.items():
            for message in messages:
                self.add_error(field if self.takes(field) else None, message)

    def takes(self, field: str) -> bool:
        """Whether an error of this name has a place at a field."""
        return field in self.fields


def dress(fields: Iterable[forms.Field]) -> None:
    for field in fields:
        # Ticked, not typed: these look as the page's own markup says.
        if isinstance(field.widget, (forms.CheckboxInput, forms.RadioSelect)):
            continue
        is_select = isinstance(field.widget, forms.Select)
        field.widget.attrs.setdefault("class", "form-select" if is_select else "form-control")


# A day outside is a slip of the pen.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)


def day_field(label: str | StrPromise, *, required: bool = True, help_text: str | StrPromise = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    bounds = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    return forms.DateField(label=label, widget=widget, required=required, help_text=help_text, validators=bounds)


def password_field(
    label: str | StrPromise, *, autocomplete: str = "new-password", help_text: str | StrPromise = ""
) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text)


class LoginForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("用户名或密码不对，请注意大小写。忘记密码请联系本单位的安全管理员重置。"),
        "inactive": _("这个账号已停用。"),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(request, *args, **kwargs)
        dress(self.fields.values())
        self.fields["username"].widget.attrs["autocapitalize"] = "none"


class NewPasswordForm(PageForm):
    new = password_field(_("新密码"))
    again = password_field(_("再输一遍新密码"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = describe_rules(current_policy().password_profile)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("两次输入的新密码不一致。"))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    old = password_field(_("原密码"), autocomplete="current-password")
    field_order = ("old", "new", "again")


class PersonForm(PageForm):
    name = forms.CharField(label=_("姓名"), max_length=40)
    username = forms.CharField(
        label=_("用户名"), max_length=60, help_text=_("登录用，建好后不改；可用姓名拼音加数字。")
    )
    phone = forms.CharField(label=_("手机"), max_length=20, required=False)


class PostField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Post) -> str:
        return obj.title


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}（{obj.username}）"


class AppointForm(PageForm):
    """One of the unit's people, or anybody else of the keeper's scope by user name."""

    says_optional = False

    post = PostField(label=_("岗位"), queryset=Post.objects.none(), empty_label=None)
    user = PersonField(label=_("本单位人员"), queryset=User.objects.none(), required=False, empty_label=_("请选择"))
    username = forms.CharField(label=_("或填写其他单位人员的用户名"), max_length=60, required=False)
    from_on = day_field(_("任职起"))

    def __init__(self, *args: Any, posts: list[Post], people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        post, user = self.fields["post"], self.fields["user"]
        assert isinstance(post, PostField) and isinstance(user, PersonField)
        post.queryset = Post.objects.filter(pk__in=[one.pk for one in posts])
        user.queryset = User.objects.filter(pk__in=[one.pk for one in people if one.is_active and not one.admin_role])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("user")) == bool(cleaned.get("username")):
            self.add_error("user", _("请选择一位人员，或填写一个用户名，二者选一。"))
        return cleaned


class EndHoldingForm(PageForm):
    until_on = day_field(_("从这一天起不再任职"))


class UnitForm(PageForm):
    kind = forms.ChoiceField(label=_("类型"))
    name = forms.CharField(label=_("名称"), max_length=80)
    code = forms.CharField(
        label=_("行政区划代码"), max_length=6, required=False, help_text=_("只有市、县填写，六位数字；其他单位随上级。")
    )
    township = forms.CharField(label=_("所属乡镇"), max_length=40, required=False)
    phone = forms.CharField(label=_("值班电话"), max_length=30, required=False)

    def __init__(self, *args: Any, parent: Unit | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in UnitKind if may_stand_below(kind, parent)]
        kind_field = self.fields["kind"]
        assert isinstance(kind_field, forms.ChoiceField)
        kind_field.choices = [(kind.value, kind.label) for kind in kinds]


def may_stand_below(kind: UnitKind, parent: Unit | None) -> bool:
    if parent is None:
        return kind == UnitKind.PROVINCE or UnitKind.PROVINCE in PARENT_KINDS[kind] or kind == UnitKind.COUNTY
    return parent.kind in PARENT_KINDS[kind]


class RenameForm(PageForm):
    name = forms.CharField(label=_("新名称"), max_length=80)


class AdminRoleForm(PageForm):
    says_optional = False

    role = forms.ChoiceField(label=_("管理员类别"), required=False, choices=[("", _("不是管理员")), *AdminRole.choices])


class AuditFilterForm(PageForm):
    says_optional = False

    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[("", _("全部")), *AuditKind.choices])
    q = forms.CharField(label=_("操作人或对象"), max_length=60, required=False)
    since = day_field(_("从"), required=False)
    until = day_field(_("到"), required=False)
