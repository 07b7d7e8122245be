"""消息设置 as it is shown and read: one choice a kind, one of each way, its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from notifications.kinds import KINDS, Choice, Group, Kind, kind_of
from notifications.models import PERSONAL, Quiet, Way
from notifications.preferences import Preferences

# As the form names them.
KIND, WAY, ADDRESS = "kind:", "way:", "address:"


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class KindRow:
    name: str
    label: str
    options: list[Option]
    error: str = ""

    @property
    def is_fixed(self) -> bool:
        return len(self.options) == 1


@dataclass(frozen=True)
class Fold:
    """The kinds of one group; `is_open` where one of them is wrong."""

    label: str
    rows: list[KindRow]
    n_changed: int

    @property
    def is_open(self) -> bool:
        return any(row.error for row in self.rows)


@dataclass(frozen=True)
class WayRow:
    way: str
    label: str
    # Not set up on this site.
    is_available: bool
    options: list[Option]
    address: str
    address_label: str
    help: str
    error: str = ""


def say_choice(choice: Choice) -> str:
    return {Choice.ON: _("即时"), Choice.DIGEST: _("随每日汇总"), Choice.OFF: _("不接收")}[choice]


def read_preferences(sent: Mapping[str, Any]) -> Preferences:
    """What a form or a call asks for; the service says what is wrong with it."""
    choices = {name.removeprefix(KIND): str(value) for name, value in sent.items() if name.startswith(KIND)}
    wanted = {way: str(sent.get(f"{WAY}{way}", "")) for way in PERSONAL}
    return Preferences(
        choices={name: value for name, value in choices.items() if value != Choice.ON},
        ways={str(way): value == "1" for way, value in wanted.items() if value in ("0", "1")},
        quiet=str(sent.get("quiet", "")),
        wants_digest=sent.get("wants_digest", "") == "1",
    )


def read_addresses(sent: Mapping[str, Any]) -> dict[str, str]:
    return {str(way): str(sent[f"{ADDRESS}{way}"]) for way in PERSONAL if f"{ADDRESS}{way}" in sent}


def list_folds(shown: Preferences, errors: Mapping[str, list[str]]) -> list[Fold]:
    folds = []
    for group in Group:
        kinds = [kind for kind in KINDS.values() if kind.group == group and kind.is_told]
        rows = [_kind_row(kind, shown, errors) for kind in kinds]
        if rows and group not in (Group.SYSTEM, Group.DIGEST):
            changed = [
                name for name, choice in shown.choices.items() if choice != Choice.ON and kind_of(name).group == group
            ]
            folds.append(Fold(str(group.label), rows, len(changed)))
    return folds


def _kind_row(kind: Kind, shown: Preferences, errors: Mapping[str, list[str]]) -> KindRow:
    chosen = shown.choices.get(kind.name, Choice.ON)
    options = [Option(choice, say_choice(choice), choice == chosen) for choice in kind.choices]
    return KindRow(kind.name, str(kind.label), options, " ".join(errors.get(f"{KIND}{kind.name}", [])))


def list_way_rows(
    shown: Preferences, addresses: Mapping[str, str], available: Mapping[str, bool], errors: Mapping[str, list[str]]
) -> list[WayRow]:
    return [
        WayRow(
            way=way,
            label=str(way.label),
            is_available=available.get(way, False),
            options=list(_way_options(way, shown.ways.get(way))),
            address=addresses.get(way, ""),
            address_label=_ADDRESS_LABELS[way](),
            help=_HELP[way](),
            error=" ".join(errors.get(f"{ADDRESS}{way}", [])),
        )
        for way in PERSONAL
    ]


def _way_options(way: Way, chosen: bool | None) -> Iterator[Option]:
    if way == Way.SMS:
        yield Option("", _("只发紧急的"), chosen is None)
        yield Option("1", _("待办和预警也发"), chosen is True)
    else:
        yield Option("", _("待办和预警都发"), chosen is not False)
    yield Option("0", _("不发"), chosen is False)


def list_quiet(shown: Preferences) -> list[Option]:
    return [Option(value, str(label), value == shown.quiet) for value, label in Quiet.choices]


_ADDRESS_LABELS = {
    Way.EMAIL: lambda: _("邮箱地址"),
    Way.SMS: lambda: _("手机号"),
    Way.WECOM: lambda: _("企业微信成员账号"),
    Way.DINGTALK: lambda: _("钉钉成员账号（userid）"),
}
_HELP = {
    Way.EMAIL: lambda: _("如 name@example.cn"),
    Way.SMS: lambda: _("11 位数字"),
    Way.WECOM: lambda: _("由本单位企业微信管理员告知"),
    Way.DINGTALK: lambda: _("由本单位钉钉管理员告知"),
}
