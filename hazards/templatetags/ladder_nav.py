"""Who is offered the pages of measures and of units in the navigation."""

from __future__ import annotations

from django import template

from hazards.measures_pages import drafting_units
from organizations.context import Site
from organizations.kinds import EDUCATION_TREE, PERSONAL_POSTS

register = template.Library()


@register.filter
def reads_drafts(site: Site) -> bool:
    return bool(drafting_units(site.held_posts))


@register.filter
def heads_units(site: Site) -> bool:
    return any(post.kind not in PERSONAL_POSTS and post.unit_kind in EDUCATION_TREE for post in site.held_posts)
