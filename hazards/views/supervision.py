"""挂牌督办: the board."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import now
from hazards.many import offered_actions
from hazards.services.bulk import MAX_ROWS
from hazards.states import Level
from hazards.states_clock import ListingTrigger, SupervisionState
from hazards.supervision_board import TABS, BoardFilters, read_board
from hazards.views.common import actor_of
from hazards.views.hazard_list import units_to_choose
from organizations.context import held_posts_of


@dataclass(frozen=True)
class Tab:
    state: str
    label: str
    n: int
    url: str
    is_current: bool


@login_required
@require_safe
def show_board(request: HttpRequest) -> HttpResponse:
    """What the reader may read of what is proposed, listed, accepted and taken off; leaders decide many in one act."""
    at, user = now(), actor_of(request)
    held = held_posts_of(request, at)
    decides = [action for action in offered_actions(held) if action.name == "decide_listing"]
    default = SupervisionState.PROPOSED if decides and not request.GET else SupervisionState.LISTED
    filters = BoardFilters.read(request.GET, default=default)
    board = read_board(user, filters, at, held=held)
    tabs = [
        Tab(state, str(label), board.counts.get(state, 0), "?" + urlencode(filters.as_params(state=state)), state == filters.state)
        for state, label, _order in TABS
    ]  # fmt: skip
    context = {
        "at": at,
        "tabs": tabs,
        "board": board,
        "filters": filters,
        "levels": Level.choices,
        "triggers": ListingTrigger.choices,
        "units": units_to_choose(held, filters.unit),
        "decides": decides if filters.state == SupervisionState.PROPOSED and board.rows else [],
        "most_together": MAX_ROWS,
        "label": next(tab.label for tab in tabs if tab.is_current),
    }
    return render(request, "hazards/supervision/board.html", context)
