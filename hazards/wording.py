"""What an event says, field by field, in the words of the form it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hazards.actions import ACTIONS
from hazards.countdown import say_day
from hazards.inputs import Field, Kind, Text, fields_of
from hazards.models import HazardEvent
from hazards.states import EvidenceStage, HowKnown, Level
from hazards.wording_clock import say_clock

# What services note in an event beside what the actor gave.
_NOTES: dict[str, Text] = {
    "from_unit": gettext_lazy("原办理单位"),
    "to_unit": gettext_lazy("现办理单位"),
    "withdrawn_action": gettext_lazy("撤回的操作"),
    "proposed": gettext_lazy("会签的操作"),
    "seconds": gettext_lazy("会签人"),
    "second_recorded_by": gettext_lazy("会签由其代录"),
    "filed_as": gettext_lazy("按此登记"),
    "asked": gettext_lazy("函告单位"),
    "reply_on": gettext_lazy("回复期限"),
    "asking": gettext_lazy("申请单位"),
    "from_lead": gettext_lazy("原牵头单位"),
    "to_lead": gettext_lazy("现牵头单位"),
    "advice": gettext_lazy("建议"),
    "effect": gettext_lazy("学校确认"),
    "old_limit": gettext_lazy("原期限"),
    "old_unit": gettext_lazy("撤并单位"),
    "new_unit": gettext_lazy("并入单位"),
    "old_name": gettext_lazy("原经手人"),
    "new_name": gettext_lazy("接手人"),
    "co_unit": gettext_lazy("配合单位"),
    "removed_unit": gettext_lazy("撤去的配合单位"),
    "plan_again": gettext_lazy("原方案已批准，重新编制"),
    "reached": gettext_lazy("完成节点"),
    "answered_by": gettext_lazy("答复单位"),
    "appraisal_asks": gettext_lazy("要求"),
    "master": gettext_lazy("原并入"),
    "judged_by": gettext_lazy("原复查、销号人"),
    "readers": gettext_lazy("收回查阅的人"),
    "author": gettext_lazy("批示人"),
    "drafted": gettext_lazy("拟稿待签发"),
    "paper_number": gettext_lazy("文号"),
    "lister": gettext_lazy("挂牌单位"),
    "term": gettext_lazy("督办期限"),
    "missed_term": gettext_lazy("督办期满未完成"),
    "raised_from": gettext_lazy("原挂牌"),
    "of_unit": gettext_lazy("对象单位"),
    "measure_kind": gettext_lazy("措施"),
    "step": gettext_lazy("待办事项"),
    "n_files": gettext_lazy("封存文件（个）"),
    "archive": gettext_lazy("封存校验值（SHA-256）"),
}
# Notes that are days.
_DAYS = frozenset({"reply_on", "old_limit", "term", "missed_term"})
# Not words for a reader; `what` is told in words as `proposed`.
_SILENT = frozenset(
    {
        "unit",
        "sha256",
        "withdrawn_seq",
        "evidence",
        "what",
        "asks",
        "part",
        "remove",
        "milestone",
        "second_phone",
        "measure",
        "suspension",
        "of",
        "row_id",
        "rung",
        "act",
    }
)


@dataclass(frozen=True)
class Line:
    label: str
    text: str
    # What stood there before, where the event corrected it.
    old: str = ""
    name: str = ""


def describe_event(event: HazardEvent, at: datetime) -> list[Line]:
    """The lines of one timeline entry; files are counted, ids and hashes left out, and what its sentence has said."""
    _sentence, said = say_clock(event.action, event.data, at)
    lines = [line for line in describe_data(event.action, event.data, at) if line.name not in said]
    if event.action == "request_countersign":
        return [*lines, *describe_data(str(event.data.get("what", "")), event.data.get("asks", {}), at)]
    if event.action == "amend":
        return [_with_old(event, line) for line in lines]
    return lines


def describe_data(action: str, data: Mapping[str, object], at: datetime) -> list[Line]:
    """What an action was given, as its event stores it."""
    if action not in ACTIONS:
        return []
    fields = {field.name: field for field in fields_of(ACTIONS[action].data, new=True)}
    lines = []
    # The database keeps no order of keys; the form's is the one people know.
    for name in [*fields, *(name for name in data if name not in fields)]:
        value = data.get(name)
        if name in _SILENT or value in (None, "", [], False):
            continue
        field = fields.get(name)
        label = field.label if field else _NOTES.get(name)
        if label:
            lines.append(Line(str(label), _say(name, field, value, at), name=name))
    return lines


def _with_old(event: HazardEvent, line: Line) -> Line:
    """Only corrections name what was there before, and only where it is text."""
    change = event.changes.get(line.name)
    if change is None or change[0] in (None, "", event.data.get(line.name)):
        return line
    return replace(line, old=str(change[0]))


def _say(name: str, field: Field | None, value: object, at: datetime) -> str:
    if name == "withdrawn_action":
        return str(ACTIONS[str(value)].label)
    if isinstance(value, Mapping) and "recorder" in value:
        return f"{value['recorder_post']}{value['recorder']}（{value['note']}）"
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if name == "level":
        return str(dict(Level.choices).get(str(value), value))
    if field and field.kind is Kind.UNITS and isinstance(value, list):
        return "、".join(str(unit.get("name", "")) for unit in value if isinstance(unit, Mapping))
    if isinstance(value, list):
        return _("%(n)d 个文件") % {"n": len(value)}
    if value is True:
        return _("是")
    if field and field.kind is Kind.CHOICE:
        return str(dict(field.choices).get(str(value), value))
    if (field and field.kind is Kind.DATE) or name in _DAYS:
        return say_day(date.fromisoformat(str(value)), at)
    return str(value)


def say_event(event: HazardEvent, at: datetime) -> str:
    """An act of the clock in one sentence; empty for every other."""
    return say_clock(event.action, event.data, at)[0]


def describe_behind(event: HazardEvent) -> list[Line]:
    """Whose act was entered and how it was known; who agreed to it as second person."""
    lines = []
    if told := event.data.get("on_behalf"):
        unit, post = str(told.get("unit", "")), str(told.get("post", ""))
        lines.append(Line(_("实际办理"), f"{told.get('name', '')}（{post or unit}）"))
        how = dict(HowKnown.choices).get(str(told.get("how", "")), "")
        n_scans = _("%(n)d 份扫描件") % {"n": told["n_scans"]} if told.get("n_scans") else ""
        lines.append(Line(_("得知方式"), " · ".join(str(part) for part in (how, told.get("note"), n_scans) if part)))
    if second := event.data.get("countersigned_by"):
        said = f"：{second['note']}" if second.get("note") else ""
        lines.append(Line(_("会签人"), f"{second.get('post', '')}{second.get('name', '')}{said}"))
    return lines


def stage_label(stage: str) -> str:
    return str(EvidenceStage(stage).label)
