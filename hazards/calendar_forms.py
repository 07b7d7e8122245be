"""The forms of 工作日历: days, hours, terms and the roster. What is typed comes back with what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.calendar_rows import Mark
from core.calendars import Season, Session, published_years
from core.errors import Invalid
from deadlines.calendar_services import FIRST_YEAR, LAST_YEAR, LONGEST_NAME, MOST_SEASONS, SeasonChoice
from deadlines.models import Semester, WorkSeason
from organizations.forms import PageForm, day_field

_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_SESSION = re.compile(r"(\d{1,2})[:：](\d{2})\s*(?:-|–|—|~|至|到)\s*(\d{1,2})[:：](\d{2})")
_BETWEEN = re.compile(r"[\s,，;；、]+")


class CalendarDayForm(PageForm):
    REST, WORK, PLAIN = "rest", "work", "plain"

    on = day_field(gettext_lazy("哪一天"))
    kind = forms.ChoiceField(
        label=gettext_lazy("这一天"),
        choices=[
            (REST, gettext_lazy("放假")),
            (WORK, gettext_lazy("上班（调休）")),
            (PLAIN, gettext_lazy("按星期，不特别安排")),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("节日或安排"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("如：国庆节。按星期的不用填。"),
    )

    @property
    def wanted(self) -> str:
        """What was asked for, to be seen again before it is done."""
        told = self.cleaned_data
        return f"{told['on'].isoformat()} {told['kind']} {told['name']}".strip()

    def mark(self) -> Mark | None:
        kind = self.cleaned_data["kind"]
        return None if kind == self.PLAIN else (kind == self.WORK, self.cleaned_data["name"])


def _year_field() -> forms.IntegerField:
    return forms.IntegerField(label=gettext_lazy("哪一年"), min_value=FIRST_YEAR, max_value=LAST_YEAR)


class CalendarFileForm(PageForm):
    year = _year_field()
    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy(
            "Excel（.xlsx）或 CSV，三列：日期、类型（放假或上班）、名称。照国务院办公厅通知逐日填写，会替换该年原有安排。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class CalendarRestoreForm(PageForm):
    year = forms.TypedChoiceField(label=gettext_lazy("恢复哪一年"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = self.fields["year"]
        assert isinstance(year, forms.ChoiceField)
        year.choices = [(one, str(one)) for one in sorted(published_years(), reverse=True)]


class HoursForm(PageForm):
    """Four fields for each season; one with nothing typed is none."""

    def __init__(self, *args: Any, rows: Sequence[WorkSeason] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.n_rows = min(MOST_SEASONS, max(2, len(rows) + 1))
        for n in range(self.n_rows):
            row = rows[n] if n < len(rows) else None
            self._add(f"name_{n}", _("名称"), row.name if row else "", LONGEST_NAME, _("如：夏季"))
            self._add(f"from_{n}", _("从"), f"{row.from_month}月{row.from_day}日" if row else "", 12, _("如：5月1日"))
            self._add(
                f"to_{n}", _("到（含当天）"), f"{row.to_month}月{row.to_day}日" if row else "", 12, _("如：9月30日")
            )
            typed = " ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in row.sessions) if row else ""
            self._add(f"sessions_{n}", _("上班时间"), typed, 80, _("如：08:30-12:00 14:30-18:00"))

    def _add(self, name: str, label: str, initial: str, longest: int, help_text: str) -> None:
        field = forms.CharField(label=label, initial=initial, max_length=longest, required=False, help_text=help_text)
        field.widget.attrs["class"] = "form-control"
        self.fields[name] = field

    # Rows of which a few stay empty are nothing to remark upon.
    says_optional = False

    def fieldsets(self) -> list[list[forms.BoundField]]:
        names = ("name", "sessions", "from", "to")
        return [[self[f"{name}_{n}"] for name in names] for n in range(self.n_rows)]

    def choices(self) -> list[SeasonChoice]:
        """Raises Invalid at the fields that can't be read."""
        found: list[SeasonChoice] = []
        errors: dict[str, list[str]] = {}
        for n in range(self.n_rows):
            typed = {name: self.cleaned_data[f"{name}_{n}"].strip() for name in ("name", "from", "to", "sessions")}
            if not any(typed.values()):
                continue
            first, last, sessions = _month_day(typed["from"]), _month_day(typed["to"]), _sessions(typed["sessions"])
            if first is None:
                errors[f"from_{n}"] = [_("请写成：5月1日")]
            if last is None:
                errors[f"to_{n}"] = [_("请写成：9月30日")]
            if sessions is None:
                errors[f"sessions_{n}"] = [_("请写成：08:30-12:00 14:30-18:00")]
            if first and last and sessions:
                found.append(SeasonChoice(typed["name"], Season(first, last, sessions)))
        if errors:
            raise Invalid(fields=errors)
        return found


def _month_day(text: str) -> tuple[int, int] | None:
    match = _MONTH_DAY.fullmatch(text)
    try:
        day = date(2028, int(match[1]), int(match[2])) if match else None
    except ValueError:
        return None
    return (day.month, day.day) if day else None


def _sessions(text: str) -> tuple[Session, ...] | None:
    found: list[Session] = []
    for part in _BETWEEN.split(re.sub(r"\s*([-–—~至到])\s*", r"\1", text)):
        match = _SESSION.fullmatch(part)
        if match is None:
            return None
        hours = [int(digits) for digits in match.groups()]
        try:
            found.append((time(hours[0], hours[1]), time(hours[2], hours[3])))
        except ValueError:
            return None
    return tuple(found)


class TermForm(PageForm):
    school_year = forms.TypedChoiceField(label=gettext_lazy("学年"), coerce=int)
    semester = forms.TypedChoiceField(label=gettext_lazy("学期"), coerce=int, choices=Semester.choices)
    starts_on = day_field(gettext_lazy("开学日"))
    ends_on = day_field(gettext_lazy("最后一天"), help_text=gettext_lazy("次日起为寒暑假"))

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        school_year = self.fields["school_year"]
        assert isinstance(school_year, forms.ChoiceField)
        school_year.choices = [(one, f"{one}—{one + 1}") for one in range(year - 1, year + 3)]


class DutyForm(PageForm):
    first = day_field(gettext_lazy("从哪天"))
    last = day_field(gettext_lazy("到哪天"), help_text=gettext_lazy("含当天；一次最多 62 天，原有的会替换"))
    leader_name = forms.CharField(
        label=gettext_lazy("带班领导"),
        max_length=40,
        widget=forms.TextInput(attrs={"list": "duty_names", "autocomplete": "off"}),
        help_text=gettext_lazy("选本单位人员的，系统会直接通知到人"),
    )
    phone = forms.CharField(
        label=gettext_lazy("值班电话"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
