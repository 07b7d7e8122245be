"""Every kind of message: its words, how urgent it is, and whether a reader may have it later or not at all.

The layers above register theirs in AppConfig.ready(); the table in docs/messages.md is made from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.urgency import Urgency


class Group(models.TextChoices):
    """As the page of preferences puts them together."""

    TODO = "todo", _("办理流转")
    CLOCK = "clock", _("催办与预警")
    SUPERVISION = "supervision", _("挂牌督办")
    MEASURE = "measure", _("通报、约谈与问责")
    UNIT = "unit", _("单位督办")
    DIGEST = "digest", _("汇总")
    SYSTEM = "system", _("系统")


class Choice(StrEnum):
    """How one person wants one kind."""

    ON = "on"
    DIGEST = "digest"
    OFF = "off"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`name` is dotted; an event's kind is its own, a rung's begins with deadline."""

    name: str
    group: Group
    label: str | Promise
    urgency: Urgency = Urgency.INFO
    # Who must hear of it is named in docs/messages.md.
    audience: str | Promise = ""
    # Whether anybody hears of it but whose turn it begins, who is always told: of others there is nothing to choose.
    is_told: bool = True

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What a reader may choose: information not at all, a task in the digest, a warning at once."""
        if self.urgency >= Urgency.WARNING:
            return (Choice.ON,)
        return (Choice.ON, Choice.DIGEST) if self.urgency == Urgency.TASK else tuple(Choice)


KINDS: dict[str, Kind] = {}
BURST, DAILY, TEST = "digest.burst", "digest.daily", "system.test"
# Personal ways that are used where the person has an address for them and did not say no, by urgency.
USUAL_WAYS: Mapping[Urgency, tuple[str, ...]] = {
    Urgency.INFO: (),
    Urgency.TASK: ("email", "wecom", "dingtalk"),
    Urgency.WARNING: ("email", "wecom", "dingtalk"),
    Urgency.URGENT: ("email", "wecom", "dingtalk", "sms"),
}


def register(kinds: Iterable[Kind]) -> None:
    """Raises ValueError where a name is taken by another kind."""
    for kind in kinds:
        if KINDS.setdefault(kind.name, kind) != kind:
            raise ValueError(f"two kinds of messages are named {kind.name}")


def kind_of(name: str) -> Kind:
    """A kind that is not known any more is told as plain information."""
    return KINDS.get(name) or Kind(name=name, group=Group.SYSTEM, label=name)


register(
    (
        Kind(
            name=BURST,
            group=Group.DIGEST,
            label=_("消息过多，已合并"),
            urgency=Urgency.WARNING,
            audience=_("收件人本人"),
        ),
        Kind(
            name=DAILY,
            group=Group.DIGEST,
            label=_("每日汇总"),
            urgency=Urgency.TASK,
            audience=_("各单位负责人、分管领导"),
        ),
        Kind(name=TEST, group=Group.SYSTEM, label=_("测试消息"), audience=_("填写的收件人")),
    )
)
