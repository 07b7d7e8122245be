"""What open pages ask for by themselves: how far things are where no socket works, and parts of pages anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.clock import now
from core.params import read_id
from notifications.context import inbox_of
from notifications.hooks import LiveHint
from notifications.selectors import Messages
from notifications.socket_rows import read_live
from notifications.socket_wire import HAZARD
from notifications.views.inbox import actor_of
from organizations.context import held_posts_of
from organizations.posts import keys_of

# More events than this since the page last asked are not told by name.
MANY = 300
_UNAUTHENTICATED = 401


def _or_401(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A page that lies open is told that its login is over, not led to another page."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request)
        told = {"code": "not_authenticated", "message": _("请先登录。"), "fields": {}}
        return JsonResponse(told, status=_UNAUTHENTICATED)

    return answer


@never_cache
@_or_401
@require_safe
def show_state(request: HttpRequest) -> HttpResponse:
    """The socket's numbers: the last message and how many are unread; where `live` is asked for, what changed since its mark.

    Names may come again: a page goes by the number of the event. With an empty mark all of them are old news.
    """
    own = inbox_of(request)
    state: dict[str, object] = {
        "no": own.no, "unread": own.n_unread, "since": read_id(request.GET.get("since", "")) or 0,
    }  # fmt: skip
    if "live" in request.GET:
        state["live"] = _find_live(request, _read_mark(request.GET["live"]))
    return JsonResponse(state)


def _find_live(request: HttpRequest, before: dict[int, int]) -> dict[str, object]:
    marks, hints = read_live(before)
    keys = frozenset(keys_of(actor_of(request), held_posts_of(request, now())))
    return _tell_live([hint for hint in hints if not keys.isdisjoint(hint.keys)], before, marks)


def _tell_live(hints: Sequence[LiveHint], before: dict[int, int], marks: dict[int, int]) -> dict[str, object]:
    newest: dict[tuple[bool, str], int] = {}
    for hint in hints:
        name = (hint.topic == HAZARD, hint.name)
        newest[name] = max(hint.seq, newest.get(name, 0))
    return {
        "mark": ".".join(str(marks[place]) for place in sorted(marks)),
        "hazards": [[name, seq] for (is_hazard, name), seq in newest.items() if is_hazard],
        "boards": [name for is_hazard, name in newest if not is_hazard],
        "many": any(marks[place] - before.get(place, marks[place]) > MANY for place in marks),
    }


def _read_mark(text: str) -> dict[int, int]:
    """By the place of each source; what is no mark is none."""
    parts = [read_id(part) for part in text.split(".")]
    return {place: part for place, part in enumerate(parts) if part} if all(parts) else {}


@login_required
@require_safe
def show_rows(request: HttpRequest) -> HttpResponse:
    """What came after the message of the number `since`, as a part of a page."""
    at = now()
    since = read_id(request.GET.get("since", "")) or 0
    lines = Messages(actor_of(request), at, held=held_posts_of(request, at)).since(since)
    return render(request, "notifications/rows.html", {"at": at, "lines": lines})


@login_required
@require_safe
def show_latest(request: HttpRequest) -> HttpResponse:
    """The part of 工作台 with the latest messages."""
    at = now()
    lines = Messages(actor_of(request), at, held=held_posts_of(request, at)).latest()
    return render(request, "notifications/latest.html", {"at": at, "latest": lines})
