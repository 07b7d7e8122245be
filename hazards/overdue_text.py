"""催办文字: what units let pass, as a text to paste into a working group.

It goes where anybody may read it: numbers, places, steps and days, no person's name and nothing confidential.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from core.clock import local, today
from deadlines.schedule import last_day
from hazards.countdown import say_moment
from hazards.models import Hazard
from hazards.permitted import kinds_for
from hazards.states import Level
from organizations.posts import HeldPost

MAX_PLACE = 30


@dataclass(frozen=True)
class Listed:
    """One line: whose it is, which hazard, what for, since when it is late."""

    unit_name: str
    hazard: Hazard
    step: str
    due_at: datetime


def write_text(title: str, sender: str, lines: Sequence[Listed], n_all: int, at: datetime) -> str:
    """`lines` stand by unit; `n_all` counts those that found no room, too."""
    when = say_moment(at, at)
    text = [_("【逾期催办】%(title)s：逾期未办 %(n)d 项（截至%(when)s）") % {"title": title, "n": n_all, "when": when}]
    for unit_name, found in groupby(lines, key=lambda one: one.unit_name):
        rows = list(found)
        text.append(_("■ %(unit)s %(n)d 项") % {"unit": unit_name, "n": len(rows)})
        text += [f"{i}. {_say(one, at)}" for i, one in enumerate(rows, start=1)]
    if n_all > len(lines):
        text.append(_("另有 %(n)d 项，请登录系统查看。") % {"n": n_all - len(lines)})
    text.append(_("请抓紧办理，并在系统中填报；确有困难的，及时申请延期或报告。"))
    text.append(f"{sender} {_('%(month)d月%(day)d日') % {'month': local(at).month, 'day': local(at).day}}")
    return "\n".join(text)


def _say(one: Listed, at: datetime) -> str:
    place = " ".join(one.hazard.place.split())
    short = place if len(place) <= MAX_PLACE else f"{place[: MAX_PLACE - 1]}…"
    return f"{one.hazard.number} {short}，{one.step}，{_late(one.due_at, at)}"


def _late(due_at: datetime, at: datetime) -> str:
    days = (today(at) - last_day(due_at)).days
    return _("逾期 %(n)d 天") % {"n": days} if days > 0 else _("今天已到期")


def reminding_posts(held: Sequence[HeldPost]) -> list[HeldPost]:
    """By which posts the holder may ever remind; each hazard is asked again when it is done."""
    return [
        post
        for post in held
        if any(post.kind in kinds_for("remind", level, is_restricted=False).get(post.unit_kind, ()) for level in Level)
    ]
