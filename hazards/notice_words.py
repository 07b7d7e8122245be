"""What the messages about hazards say, put into words from the hazard as it is when they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.clock import local
from hazards.actions import ACTIONS
from hazards.clockwork import STEP
from hazards.firing_words import say_of
from hazards.models import Hazard
from notifications.kinds import kind_of
from notifications.models import OutboxMessage
from notifications.texts import INBOX, Said

MAX_ABOUT = 28
_LABELS = {action.event: str(action.label) for action in ACTIONS.values()}
# What one is asked to do, where the action is named by its outcome; and what was done, where that is a finding.
_ASKED = {"submit": _lazy("整改"), "pass_verification": _lazy("复查"), "confirm_and_close": _lazy("核实销号")}
_FOUND = {
    "hazard.verification_passed": _lazy("判定复查合格"), "hazard.verification_failed": _lazy("判定复查不合格"),
    "hazard.looked_back": _lazy("回头看"), "hazard.return_ruled": _lazy("审核退办"),
}  # fmt: skip


def say_of_hazards(messages: Sequence[OutboxMessage]) -> dict[int, Said]:
    ids = {one.subject_id for one in messages if one.subject_id}
    rows = Hazard.objects.filter(pk__in=ids).select_related("unit", "domain").only(
        "unit__name", "domain__name", "place", "description", "is_restricted", "state", "receipt_number", "file_number"
    )  # fmt: skip
    hazards = {row.pk: row for row in rows}
    return {one.pk: _say(one, hazards.get(one.subject_id or 0)) for one in messages}


def _say(message: OutboxMessage, hazard: Hazard | None) -> Said:
    payload: Mapping[str, Any] = message.payload
    number = hazard.number if hazard else str(payload.get("number", ""))
    link = reverse("hazard_file", args=[number]) if number else "/"
    if hazard is None or hazard.is_restricted:
        return _say_confidential(message, number, link)
    if payload.get("gone"):
        what = _("%(number)s 已%(what)s，您单位不再办理") % {"number": number, "what": kind_of(message.kind).label}
        return Said(what, _("这一条已不在您的工作范围内，无须再办。"), INBOX, number=number)
    # Nothing that somebody wrote, where a name could stand.
    about = _("%(unit)s（%(domain)s）") % {"unit": hazard.unit.name, "domain": hazard.domain.name}
    matter = f"{hazard.unit.name}：{_short(f'{hazard.place}{hazard.description}')}"
    if message.kind.startswith("deadline."):
        title, sentence = _of_rung(message, hazard)
    elif payload.get("awaited") in ACTIONS:
        asked = payload["awaited"]
        title = _("请%(what)s") % {"what": _ASKED.get(asked, ACTIONS[asked].label)}
        sentence = "，".join([*_done(message), *_until(payload)])
    else:
        title, sentence = str(kind_of(message.kind).label), "，".join(_done(message))
        title += f"（{payload['what']}）" if payload.get("what") else ""
    told = f"{sentence}。" if sentence else ""
    return Said(f"{title}：{matter}", told, link, about=about, number=number, what=title, matter=matter)


def _say_confidential(message: OutboxMessage, number: str, link: str) -> Said:
    """Its number and nothing of what it is; no group hears of it."""
    if message.kind.startswith("deadline."):
        title = _("保密事项 %(number)s 已逾期") if _is_over(message) else _("保密事项 %(number)s 期限临近")
    else:
        awaits = message.payload.get("awaits")
        title = _("保密事项 %(number)s 等您办理") if awaits else _("保密事项 %(number)s 有新进展")
    return Said(title % {"number": number}, _("请登录系统查看。"), link, number=number)


def _is_over(message: OutboxMessage) -> bool:
    due = message.payload.get("due_at")
    return bool(due) and message.created_at >= datetime.fromisoformat(due)


def _short(text: str) -> str:
    return text if len(text) <= MAX_ABOUT else f"{text[: MAX_ABOUT - 1]}…"


def _done(message: OutboxMessage) -> list[str]:
    """Who did what: 县教育局安全办主任 王某 已交办."""
    payload = message.payload
    who = " ".join(str(payload[name]) for name in ("post", "by") if payload.get(name))
    what = str(_FOUND.get(message.kind) or _LABELS.get(message.kind) or kind_of(message.kind).label)
    said = [_("%(who)s 已%(what)s") % {"who": who, "what": what} if who else what]
    if payload.get("recorder"):
        said.append(_("由 %(who)s 代录") % {"who": payload["recorder"]})
    if payload.get("second"):
        said.append(_("%(who)s 已会签") % {"who": payload["second"]})
    return said


def _until(payload: Mapping[str, Any]) -> list[str]:
    return [_("%(when)s 前办理") % {"when": _moment(payload["due_at"])}] if payload.get("due_at") else []


def _of_rung(message: OutboxMessage, hazard: Hazard) -> tuple[str, str]:
    payload = message.payload
    title = str(payload.get("label") or kind_of(message.kind).label)
    due = _moment(payload["due_at"]) if payload.get("due_at") else ""
    is_over = _is_over(message)
    step = say_of(str(payload.get("of", STEP)), hazard.state)
    return title, (_("“%(step)s”已于 %(when)s 到期") if is_over else _("“%(step)s”%(when)s 到期")) % {
        "step": step,
        "when": due,
    }


def _moment(text: str) -> str:
    return local(datetime.fromisoformat(text)).strftime(str(_("%m月%d日 %H:%M")))


def say_of_units(messages: Sequence[OutboxMessage]) -> dict[int, Said]:
    """About a unit as a whole."""
    return {one.pk: _say_of_unit(one) for one in messages}


def _say_of_unit(message: OutboxMessage) -> Said:
    measure = message.payload.get("unit_measure")
    link = reverse("unit_measure", args=[measure]) if measure else "/"
    return Said(str(kind_of(message.kind).label), str(message.payload.get("cause", "")), link)
