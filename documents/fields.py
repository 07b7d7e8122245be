"""What a paper asks for: typed fields, checked before they are kept, said in Chinese when they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.clock import local
from core.errors import Invalid

Text = str | Promise
# As it is given and as JSON keeps it: days and moments as ISO text.
Value = str | int | date | datetime
Kept = str | int

SHORT_LENGTH = 200
LONG_LENGTH = 2000
# What stands in a draft where something is still to be filled in.
BLANK = "＿＿＿＿"
# Eleven digits of a mobile phone, a fixed line, eighteen places of an identity number.
_PERSONAL = re.compile(r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{17}[\dXx])(?!\d)")


class Sort(Enum):
    SHORT = "short"
    LONG = "long"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True)
class Asked:
    """One field of a paper. What is required may wait until the paper is issued."""

    name: str
    label: Text
    sort: Sort = Sort.SHORT
    is_required: bool = True
    options: Mapping[str, Text] = field(default_factory=dict)


def keep_fields(asked: Sequence[Asked], given: Mapping[str, object], *, is_public: bool = False) -> dict[str, Kept]:
    """As they are stored; what is empty is left out. Raises Invalid by field for what is unknown or of another type."""
    known = {one.name: one for one in asked}
    kept: dict[str, Kept] = {}
    errors: dict[str, list[str]] = {}
    for name, value in given.items():
        if name not in known:
            errors[name] = [_("这份文书没有“%(name)s”这一项。") % {"name": name}]
        elif value is not None and value != "":
            try:
                kept[name] = _keep(known[name], value, is_public=is_public)
            except ValueError as exc:
                errors[name] = [str(exc)]
    if errors:
        raise Invalid(fields=errors)
    return kept


def _keep(asked: Asked, value: object, *, is_public: bool) -> Kept:
    match asked.sort:
        case Sort.NUMBER:
            return _keep_number(asked, value)
        case Sort.DAY:
            return _keep_day(asked, value).isoformat()
        case Sort.MOMENT:
            return _keep_moment(asked, value).isoformat()
        case Sort.CHOICE if value not in asked.options:
            raise ValueError(_("%(label)s：没有这个选项。") % {"label": asked.label})
    text = str(value).strip()
    longest = LONG_LENGTH if asked.sort is Sort.LONG else SHORT_LENGTH
    if len(text) > longest:
        raise ValueError(_("%(label)s最多 %(n)d 字。") % {"label": asked.label, "n": longest})
    if is_public and _PERSONAL.search(text):
        raise ValueError(_("%(label)s里有电话或证件号码，公开的文书不能写。") % {"label": asked.label})
    return text


def _keep_number(asked: Asked, value: object) -> int:
    if isinstance(value, bool) or not (
        isinstance(value, int) or (isinstance(value, str) and value.strip().isdecimal())
    ):
        raise ValueError(_("%(label)s请填整数。") % {"label": asked.label})
    return int(value)


def _keep_day(asked: Asked, value: object) -> date:
    try:
        if isinstance(value, datetime):
            return local(value).date()
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as exc:
        raise ValueError(_("%(label)s请填日期。") % {"label": asked.label}) from exc


def _keep_moment(asked: Asked, value: object) -> datetime:
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as exc:
        raise ValueError(_("%(label)s请填日期和时间。") % {"label": asked.label}) from exc
    if at.tzinfo is None:
        raise ValueError(_("%(label)s请填日期和时间。") % {"label": asked.label})
    return local(at)


def say_field(asked: Asked, kept: Mapping[str, Kept]) -> str:
    """In the words of a paper; a blank to fill in where there is nothing yet."""
    value = kept.get(asked.name)
    if value is None:
        return BLANK
    match asked.sort:
        case Sort.DAY:
            return say_date(date.fromisoformat(str(value)))
        case Sort.MOMENT:
            at = datetime.fromisoformat(str(value))
            return f"{say_date(at.date())}{at.hour}时" + (f"{at.minute:02d}分" if at.minute else "")
        case Sort.CHOICE:
            return str(asked.options[str(value)])
        case _:
            return str(value)


def say_date(on: date) -> str:
    """2026年11月23日, as official papers write it: no leading zero."""
    return f"{on.year}年{on.month}月{on.day}日"
