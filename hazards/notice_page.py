"""docs/messages.md, made from what runs: who hears of which event, how pressing it is, and what its reader may choose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hazards.actions import ACTIONS
from hazards.notices import NOTICES, Who
from notifications.kinds import KINDS, USUAL_WAYS, Choice, Group, Kind
from notifications.models import Way
from notifications.outbox import HOURLY_CAP
from notifications.preferences import choices_of
from notifications.urgency import Urgency

_HEAD = """# Messages

Made by `manage.py write_messages` from `hazards/notices.py` and the registered kinds. Do not edit; a test fails when it is stale, and another when an
event has neither a notice nor an explicit nobody.

Beside what a row names: whoever's turn begins is told, of a small row whoever it waits for, of an act entered or countersigned for him who stands behind it; never who
did it, never who could not open the file; delegates as their post, vacant posts upward. What waits for its reader presses as 待办 at least. Of a confidential matter the
number alone is told, to those who may read it.
"""
_NOBODY = "*nobody*: "


def describe_messages() -> str:
    parts = [_HEAD, *_groups(), _urgencies(), _words()]
    return "\n".join(part.strip() + "\n" for part in parts)


def _groups() -> Iterator[str]:
    nobody = {ACTIONS[name].event: str(notice.nobody) for name, notice in NOTICES.items() if notice.nobody}
    for group in Group:
        kinds = [kind for kind in KINDS.values() if kind.group == group]
        if kinds:
            yield f"## {group.label}\n\n{_table(kinds, nobody)}"


def _table(kinds: list[Kind], nobody: Mapping[str, str]) -> str:
    lines = ["| kind | 中文 | who hears | urgency | reader may choose |", "| --- | --- | --- | --- | --- |"]
    for kind in kinds:
        who = f"{_NOBODY}{nobody[kind.name]}" if kind.name in nobody else str(kind.audience)
        choices = ", ".join(choice.value for choice in choices_of(kind))
        lines.append(f"| `{kind.name}` | {kind.label} | {who} | {kind.urgency.label} | {choices} |")
    return "\n".join(lines)


def _urgencies() -> str:
    lines = [
        "| urgency | ways beside the inbox, where there is an address | quiet hours | cap |",
        "| --- | --- | --- | --- |",
    ]
    for urgency in Urgency:
        ways = "、".join(str(Way(way).label) for way in USUAL_WAYS[urgency]) or "–"
        quiet = "waits" if Urgency.INFO < urgency < Urgency.WARNING else "–"
        cap = "–" if urgency >= Urgency.URGENT else f"{HOURLY_CAP} an hour"
        lines.append(f"| {urgency.label} | {ways} | {quiet} | {cap} |")
    note = f"`{Choice.ON}`: at once; `{Choice.DIGEST}`: with the next daily digest; `{Choice.OFF}`: not at all. Over the cap messages are folded into one that counts them."
    return "## How\n\n" + "\n".join(lines) + f"\n\n{note}"


def _words() -> str:
    lines = ["| word | meaning |", "| --- | --- |", *(f"| `{who.value}` | {who.label} |" for who in Who)]
    return "## Words of audience\n\n" + "\n".join(lines)
