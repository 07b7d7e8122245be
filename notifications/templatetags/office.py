"""Who is offered the record of what a person was told."""

from __future__ import annotations

from django import template

from organizations.context import Site
from organizations.policies import HEALTH_READERS

register = template.Library()


@register.filter
def reads_told(site: Site) -> bool:
    return any(post.kind in HEALTH_READERS for post in site.held_posts)
