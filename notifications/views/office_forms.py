from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import PERSONAL, Outlet
from notifications.outlets import GROUPS, MAX_NAME, MAX_SECRET, MAX_URL, SHARED, OutletFacts, groups_of
from organizations.forms import PageForm
from organizations.models import Unit


def _secret_input() -> forms.PasswordInput:
    """Never shown again, not even after a refusal."""
    return forms.PasswordInput(attrs={"autocomplete": "new-password"})


class OutletForm(PageForm):
    """`outlet` is the one that is changed; of it what is kept secret may stay empty."""

    name = forms.CharField(label=_("名称"), max_length=MAX_NAME, help_text=_("如“城关中心校安全群”，发送记录里用它"))
    way = forms.ChoiceField(label=_("方式"), choices=[(way.value, way.label) for way in SHARED])
    unit = forms.ModelChoiceField(
        label=_("单位"), queryset=Unit.objects.none(), empty_label=_("请选择"),
        help_text=_("只收到这个单位和它下级单位的消息；保密事项任何群和系统都收不到"),
    )  # fmt: skip
    url = forms.CharField(label=_("地址"), max_length=MAX_URL, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    secret = forms.CharField(label=_("密钥"), max_length=MAX_SECRET, required=False, widget=_secret_input())
    groups = forms.MultipleChoiceField(
        label=_("接收哪些消息"), choices=[(group.value, group.label) for group in GROUPS], required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("都不选的，只收预警及更紧急的"),
    )  # fmt: skip
    is_private_allowed = forms.BooleanField(label=_("允许发到内网地址"), required=False)

    def __init__(self, *args: Any, outlet: Outlet | None = None, **kwargs: Any) -> None:
        if outlet is not None:
            kwargs["initial"] = {
                "name": outlet.name, "way": outlet.way, "unit": outlet.unit_id, "groups": groups_of(outlet),
                "is_private_allowed": outlet.is_private_allowed,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.outlet = outlet
        unit: Any = self.fields["unit"]
        unit.queryset = Unit.objects.filter(is_active=True).order_by("path")
        self.fields["secret"].help_text = _("对接接口必填，至少 16 位；钉钉机器人填“加签”密钥；保存后不再显示")
        if outlet is not None:
            self.fields["way"].disabled = True
            self.fields["url"].required = False
            self.fields["url"].help_text = _("不填即不变；地址里带有密钥，不再显示")
            self.fields["secret"].help_text = _("不填即不变；不再显示")
        else:
            self.fields["url"].help_text = _("群机器人的完整地址，或对方系统的接收地址；保存后不再显示")

    def facts(self) -> OutletFacts:
        given = self.cleaned_data
        return OutletFacts(
            name=given["name"], way=given["way"], unit_id=given["unit"].pk, url=given["url"], secret=given["secret"],
            groups=given["groups"], is_private_allowed=given["is_private_allowed"],
        )  # fmt: skip


class TestForm(PageForm):
    way = forms.ChoiceField(label=_("方式"), choices=[(way.value, way.label) for way in PERSONAL])
    address = forms.CharField(label=_("发到"), max_length=200, help_text=_("邮箱、手机号，或企业微信、钉钉的账号"))
