"""Milestones as people write them, a line each, and as they are kept: [{"on", "what", "done_on"}], by day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid

Milestone = dict[str, str]

MOST = 20
LONGEST = 80
# 2026-12-20, 2026/12/20, 2026.12.20 and 2026年12月20日, then words.
_LINE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?[\s:：,，、]*(.*)")


def read_milestones(
    text: str, *, at: datetime, last_on: date, before: Sequence[Mapping[str, str]] = ()
) -> list[Milestone]:
    """Raises Invalid on `milestones` naming each line that is wrong.

    `last_on` is the last day of the limit. Lines that stood there before may lie in the past and stay reached.
    """
    known = {(one["on"], one["what"]): one.get("done_on", "") for one in before}
    found: dict[tuple[str, str], str] = {}
    wrong: list[str] = []
    for n, line in enumerate((line.strip() for line in text.splitlines()), start=1):
        if not line:
            continue
        day, what = _read_line(line)
        if day is None or not what:
            wrong.append(_("第 %(n)d 行请写日期和内容，例如：2026-12-20 完成招标。") % {"n": n})
            continue
        key = (day.isoformat(), what)
        if why := _why_not(day, what, key in known, today(at), last_on):
            wrong.append(_("第 %(n)d 行%(why)s") % {"n": n, "why": why})
        found[key] = known.get(key, "")
    if len(found) > MOST:
        wrong.append(_("最多 %(n)d 个节点。") % {"n": MOST})
    if wrong:
        raise Invalid(fields={"milestones": wrong})
    return [{"on": on, "what": what, "done_on": done_on} for (on, what), done_on in sorted(found.items())]


def _read_line(line: str) -> tuple[date | None, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        return None, ""
    try:
        return date(int(match[1]), int(match[2]), int(match[3])), match[4].strip()
    except ValueError:
        return None, ""


def _why_not(day: date, what: str, is_known: bool, now_on: date, last_on: date) -> str:
    if len(what) > LONGEST:
        return _("内容最多 %(n)d 个字。") % {"n": LONGEST}
    if day > last_on:
        return _("不能晚于整改期限 %(day)s。") % {"day": last_on.isoformat()}
    if day < now_on and not is_known:
        return _("日期已过，请改为今天或以后。")
    return ""


def reach(milestones: Iterable[Mapping[str, str]], key: str, on: date) -> list[Milestone]:
    """The list with the one at that place reached on a day."""
    return [{**one, "done_on": on.isoformat()} if str(n) == key else dict(one) for n, one in enumerate(milestones)]
