"""Forms of units that move or merge, and what the page to choose another unit shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations.forms import PageForm
from organizations.models import Unit


@dataclass(frozen=True)
class Picked:
    title: str
    line: str
    asked: str
    button: str
    # Where the page came from and goes back to.
    back: str
    # From which one is chosen.
    units: Sequence[Unit]


class PickForm(PageForm):
    """The chosen unit travels hidden; the view looks it up among those that may be chosen."""

    to = forms.IntegerField(widget=forms.HiddenInput, required=False)


class IssuingNamesForm(PageForm):
    names = forms.CharField(
        label=_("发文名义"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行一个，例如设在本单位的专委会、平安办；本单位自己的名称不用写。"),
    )


class WorkbookForm(PageForm):
    file = forms.FileField(
        label=_("填好的表（.xlsx）"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=_("最多 5 MB、2 万行。"),
        error_messages={"required": _("请选择填好的表。"), "empty": _("这个文件是空的。")},
    )
