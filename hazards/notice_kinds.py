"""The kinds of messages that come of hazards: one for each event with a notice, for each rung, and for measures."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from deadlines.models import Colour
from hazards.actions import ACTIONS
from hazards.notices import NOTICES, Notice, Who
from notifications.kinds import Group, Kind
from notifications.urgency import Urgency

_RUNG = Who.RUNG.label
_CLOCK, _MEASURE, _UNIT = Group.CLOCK, Group.MEASURE, Group.UNIT
WARNED = "deadline.warned"

# Dotted past tense; of a warning one for each colour, since from orange upward nobody can have it later.
OF_RUNGS = (
    Kind(name="deadline.reminded", group=_CLOCK, label=_("到期催办"), urgency=Urgency.TASK, audience=_RUNG),
    Kind(name=f"{WARNED}_blue", group=_CLOCK, label=_("蓝色预警"), urgency=Urgency.TASK, audience=_RUNG),
    Kind(name=f"{WARNED}_yellow", group=_CLOCK, label=_("黄色预警"), urgency=Urgency.TASK, audience=_RUNG),
    Kind(name=f"{WARNED}_orange", group=_CLOCK, label=_("橙色预警"), urgency=Urgency.WARNING, audience=_RUNG),
    Kind(name=f"{WARNED}_red", group=_CLOCK, label=_("红色预警"), urgency=Urgency.WARNING, audience=_RUNG),
    Kind(name="deadline.listed", group=Group.SUPERVISION, label=_("逾期挂牌督办"), urgency=Urgency.WARNING, audience=_RUNG),
    Kind(
        name="deadline.listing_drafted", group=Group.SUPERVISION, label=_("拟挂牌待审批"), urgency=Urgency.WARNING,
        audience=_RUNG,
    ),
    Kind(name="deadline.measure_drafted", group=_MEASURE, label=_("督办措施待签发"), urgency=Urgency.WARNING, audience=_RUNG),
    Kind(name="deadline.escalated", group=_CLOCK, label=_("超期报送上级"), urgency=Urgency.WARNING, audience=_RUNG),
    Kind(name="deadline.deemed_received", group=_CLOCK, label=_("视为送达"), urgency=Urgency.TASK, audience=_RUNG),
    Kind(name="deadline.notice_lapsed", group=_CLOCK, label=_("函告未复"), urgency=Urgency.TASK, audience=_RUNG),
    Kind(name="deadline.countersign_lapsed", group=_CLOCK, label=_("会签到期"), urgency=Urgency.TASK, audience=_RUNG),
)  # fmt: skip
_TARGET, _SIGNER = _("对象单位"), _("签发人")
OF_MEASURES = (
    Kind(name="measure.issued", group=_MEASURE, label=_("督办文书送达"), urgency=Urgency.WARNING, audience=_TARGET),
    Kind(name="measure.reply_asked", group=_MEASURE, label=_("请书面回复"), urgency=Urgency.WARNING, audience=_TARGET),
    Kind(name="measure.replied", group=_MEASURE, label=_("已书面回复"), urgency=Urgency.TASK, audience=_("签发单位")),
    Kind(name="measure.withdrawn", group=_MEASURE, label=_("督办措施已撤销"), audience=_TARGET),
    Kind(name="measure.drafted", group=_MEASURE, label=_("督办措施待签发"), urgency=Urgency.TASK, audience=_SIGNER),
    Kind(name="unit_measure.issued", group=_UNIT, label=_("单位约谈通知"), urgency=Urgency.WARNING, audience=_TARGET),
    Kind(name="unit_measure.withdrawn", group=_UNIT, label=_("单位约谈已撤销"), audience=_TARGET),
)


def list_kinds() -> list[Kind]:
    return [*_of_events(), *OF_RUNGS, *OF_MEASURES]


def _of_events() -> Iterator[Kind]:
    for name, notice in NOTICES.items():
        action = ACTIONS[name]
        yield Kind(
            name=action.event,
            group=notice.group,
            label=action.label,
            urgency=notice.urgency,
            audience=say_audience(notice),
            is_told=not notice.nobody,
        )


def say_audience(notice: Notice) -> str:
    """As the table in the docs says it."""
    if notice.nobody:
        return str(notice.nobody)
    words = "、".join(str(who.label) for who in notice.who)
    if notice.of_major:
        major = "、".join(str(who.label) for who in notice.of_major)
        words += str(_("；重大的另告%(who)s")) % {"who": major}
    return words


def colour_kind(colour: str) -> str:
    """A warning without a colour presses as the second does."""
    return f"{WARNED}_{colour or Colour.YELLOW}"
