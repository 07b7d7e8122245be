"""One daily digest: what there is to know in a day's few figures, each opening its rows; and what waited for it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import now
from core.errors import NotFound
from notifications.digests import read_digest
from notifications.selectors import Messages
from notifications.services import read_message
from notifications.views.inbox import actor_of
from organizations.context import held_posts_of


@login_required
@require_safe
def show_digest(request: HttpRequest, message_id: int) -> HttpResponse:
    at, user = now(), actor_of(request)
    own = Messages(user, at, held=held_posts_of(request, at))
    line = own.one(message_id)
    digest = read_digest(line.message) if line else None
    if line is None or digest is None:
        raise NotFound
    if line.is_unread and request.method == "GET":
        read_message(actor=user, message_id=message_id, at=at)
    waited = own.waited(digest.after, digest.upto)
    context = {"at": at, "line": line, "digest": digest, "waited": waited.lines, "n_more": waited.n_more}
    return render(request, "notifications/digest.html", context)
