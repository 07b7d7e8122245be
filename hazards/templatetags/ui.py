"""Tags of our building blocks; each renders one partial under templates/_partials/."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.calendars import get_calendar
from core.clock import local
from hazards.clock_face import Mark, countdown_of, marks_of
from hazards.countdown import Countdown, count_down, say_day, say_moment
from hazards.models import Hazard

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of static/img/icons.svg; always beside a word, hence hidden from readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("img/icons.svg"), name
    )


@register.filter
def day(value: date | datetime | None, at: datetime) -> str:
    if value is None:
        return ""
    return say_day(local(value).date() if isinstance(value, datetime) else value, at)


@register.filter
def moment(value: datetime | None, at: datetime) -> str:
    return say_moment(value, at) if value else ""


@register.simple_tag
def time_left(due_at: datetime | None, at: datetime) -> Countdown | None:
    """Of a turn that has no ladder of colours."""
    return count_down(due_at, at, get_calendar()) if due_at else None


@register.simple_tag
def clock(hazard: Hazard, at: datetime) -> Countdown | None:
    """Of the present step of a hazard, in its colour."""
    return countdown_of(hazard, at)


@register.filter
def marks(hazard: Hazard) -> list[Mark]:
    return marks_of(hazard)


@register.filter
def iso(value: object) -> str:
    return local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else ""


@register.simple_tag(takes_context=True)
def current(context: template.Context, *names: str) -> SafeString:
    """`aria-current` for the link to a page of one of these names."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    return SafeString(' aria-current="page"') if match and match.url_name in names else SafeString("")


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    return mapping.get(key, "")


@register.filter
def words(text: str) -> list[str]:
    return text.split()
