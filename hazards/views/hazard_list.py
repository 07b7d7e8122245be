"""隐患列表: filters in the address, pages by cursor, at most eight statements whatever the scope."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.cached_rows import cached_rows
from core.clock import now
from hazards.clock_face import RELATED
from hazards.countdown import say_colour
from hazards.listing import COLOURS, Filters, count_capped, find_hazards, page_of
from hazards.many import offered_actions
from hazards.models import BulkRun, Domain
from hazards.services.bulk import MAX_ROWS
from hazards.states import Level, State
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from organizations.kinds import PERSONAL_POSTS, UnitKind
from organizations.models import Unit
from organizations.posts import HeldPost

Choice = tuple[str, str]


@login_required
@require_safe
def list_hazards(request: HttpRequest) -> HttpResponse:
    at, user = now(), actor_of(request)
    held = held_posts_of(request, at)
    filters = Filters.read(request.GET)
    found = find_hazards(user, filters, at=at, held=held)
    raw_cursor = request.GET.get("cursor", "")
    page = page_of(
        found,
        related=(*RELATED, "domain", "responsible_post__unit"),
        cursor=int(raw_cursor) if raw_cursor.isascii() and raw_cursor.isdigit() and len(raw_cursor) < 19 else None,
        backward=request.GET.get("dir") == "newer",
    )
    units = units_to_choose(held, filters.unit)
    params = filters.as_params()
    count = count_capped(found)
    context = {
        "at": at,
        "page": page,
        "count": str(count),
        "together": offered_actions(held) if page.rows else [],
        "bulk_params": params,
        "most_together": MAX_ROWS,
        "is_more": page.older is not None or page.newer is not None,
        "unfinished": BulkRun.objects.filter(actor=user, finished_at__isnull=True).order_by("-pk").first(),
        "filters": filters,
        "states": [("open", _("未办结")), *State.choices],
        "levels": Level.choices,
        "colours": [(colour, say_colour(colour)) for colour in COLOURS],
        "domains": list_domains(),
        "units": units,
        "active": _active(filters, params, dict(units)),
        "older_url": _url(params, cursor=page.older),
        "newer_url": _url(params, cursor=page.newer, dir="newer"),
    }
    return render(request, "hazards/list.html", context)


@cached_rows(seconds=60)
def list_domains() -> list[Choice]:
    return list(Domain.objects.values_list("code", "name"))


def units_to_choose(held: list[HeldPost], chosen: int | None) -> list[Choice]:
    """One's own units and what hangs directly below them or below the chosen one: never a whole province."""
    own = {
        (post.unit_parent_id if post.unit_kind == UnitKind.SEC else post.unit_id) or post.unit_id
        for post in held
        if post.kind not in PERSONAL_POSTS
    }
    if not own:
        return []
    tops = own | ({chosen} if chosen else set())
    near = Q(pk__in=tops) | Q(parent_id__in=tops, is_active=True)
    rows = Unit.objects.filter(near, path__overlap=list(own)).exclude(kind=UnitKind.SEC).order_by("path")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:200]]


def _active(filters: Filters, params: dict[str, str], units: dict[str, str]) -> list[dict[str, str]]:
    """The filters in force, in words, each with the address that drops it."""
    domains = dict(list_domains())
    labels = {
        "q": _("含“%(q)s”") % {"q": filters.q},
        "state": str(dict(State.choices).get(filters.state, _("未办结"))),
        "level": str(dict(Level.choices).get(filters.level, "")),
        "domain": domains.get(filters.domain, filters.domain),
        "unit": units.get(str(filters.unit), _("所选单位")),
        "overdue": _("已逾期"),
        "mine": _("我上报的"),
        "scheduled": _("列入治理计划"),
        "colour": say_colour(filters.colour),
        "taken_over": _("存量"),
        "listed": _("挂牌督办中"),
        "found_after": _("%(day)s 起") % {"day": filters.found_after},
        "found_before": _("到 %(day)s") % {"day": filters.found_before},
        "due_after": _("到期日 %(day)s 起") % {"day": filters.due_after},
        "due_before": _("到期日到 %(day)s") % {"day": filters.due_before},
        "reported_after": _("上报日 %(day)s 起") % {"day": filters.reported_after},
        "reported_before": _("上报日到 %(day)s") % {"day": filters.reported_before},
        "closed_after": _("销号日 %(day)s 起") % {"day": filters.closed_after},
        "closed_before": _("销号日到 %(day)s") % {"day": filters.closed_before},
    }
    return [{"label": labels[name], "url": _url({k: v for k, v in params.items() if k != name})} for name in params]


def _url(params: dict[str, str], *, cursor: int | None = -1, dir: str = "") -> str:
    """The list's own address with these filters; empty where there is no such page."""
    if cursor is None:
        return ""
    more = {"cursor": str(cursor)} if cursor != -1 else {}
    if dir:
        more["dir"] = dir
    return "?" + urlencode({**params, **more})
