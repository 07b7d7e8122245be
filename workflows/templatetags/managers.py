"""What the frame asks of this app."""

from __future__ import annotations

from django import template

from organizations.context import Site
from workflows import where

register = template.Library()


@register.filter
def manages(site: Site) -> bool:
    """Whether this account may open the pages for managers."""
    return where.manages(site.held_posts)
