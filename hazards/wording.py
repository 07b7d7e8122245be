"""What an event says, field by field, in the words of the form it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hazards.actions import ACTIONS
from hazards.countdown import say_day
from hazards.inputs import Field, Kind, Text, fields_of
from hazards.models import HazardEvent
from hazards.states import EvidenceStage, Level

# What services note in an event beside what the actor gave.
_NOTES: dict[str, Text] = {
    "from_unit": gettext_lazy("原办理单位"),
    "to_unit": gettext_lazy("现办理单位"),
    "withdrawn_action": gettext_lazy("撤回的操作"),
    "proposed": gettext_lazy("会签的操作"),
    "seconds": gettext_lazy("会签人"),
    "second_recorded_by": gettext_lazy("会签由其代录"),
    "filed_as": gettext_lazy("按此登记"),
    "old_name": gettext_lazy("原经手人"),
    "new_name": gettext_lazy("接手人"),
}
# Not words for a reader; `what` is told in words as `proposed`.
_SILENT = frozenset({"unit", "sha256", "withdrawn_seq", "evidence", "what"})


@dataclass(frozen=True)
class Line:
    label: str
    text: str
    # What stood there before, where the event corrected it.
    old: str = ""


def describe_event(event: HazardEvent, at: datetime) -> list[Line]:
    """The lines of one timeline entry; files are counted, ids and hashes left out."""
    fields = {field.name: field for field in fields_of(ACTIONS[event.action].data, new=True)}
    lines = []
    # The database keeps no order of keys; the form's is the one people know.
    for name in [*fields, *(name for name in event.data if name not in fields)]:
        value = event.data.get(name)
        if name in _SILENT or value in (None, "", [], False):
            continue
        field = fields.get(name)
        label = field.label if field else _NOTES.get(name)
        if label:
            lines.append(Line(str(label), _say(name, field, value, at), _old(event, name, value)))
    return lines


def _say(name: str, field: Field | None, value: object, at: datetime) -> str:
    if name == "withdrawn_action":
        return str(ACTIONS[str(value)].label)
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
    if field and field.kind is Kind.DATE:
        return say_day(date.fromisoformat(str(value)), at)
    return str(value)


def _old(event: HazardEvent, name: str, value: object) -> str:
    """Only corrections name what was there before, and only where it is text."""
    change = event.changes.get(name)
    if event.action != "amend" or change is None or change[0] in (None, "", value):
        return ""
    return str(change[0])


def stage_label(stage: str) -> str:
    return str(EvidenceStage(stage).label)
