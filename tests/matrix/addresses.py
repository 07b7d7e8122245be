"""Every address of the site as the resolver knows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from hazards.actions import ACTIONS, Party

# The one page address for all actions of a hazard; each action is an address of its own here.
ACT_PAGE = "hazard_act"
UNKNOWN_ACTION = "fly"


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    params: frozenset[str]


def list_addresses() -> list[Address]:
    return [one for found in _walk(get_resolver()) for one in _expand(found)]


def _walk(resolver: URLResolver, route: str = "", namespace: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        below = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, below, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            params = frozenset([*resolver.pattern.converters, *pattern.pattern.converters])
            yield Address(f"{namespace}{pattern.name or f'unnamed {below}'}", below, params)


def _expand(found: Address) -> Iterator[Address]:
    if found.name != ACT_PAGE:
        yield found
        return
    # What no person asks for is as unknown as what there is not.
    asked_for = [name for name, action in ACTIONS.items() if action.party is not Party.CLOCK]
    for action in (*asked_for, UNKNOWN_ACTION):
        yield Address(f"{ACT_PAGE}:{action}", found.route, found.params)
