from __future__ import annotations

from datetime import date, timedelta

from django import template

register = template.Library()


@register.filter
def last_day(until_on: date | None) -> date | None:
    """The last day that counts, of the first that no longer does."""
    return until_on - timedelta(days=1) if until_on else None
