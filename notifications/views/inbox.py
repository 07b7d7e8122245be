"""消息: what one was told, newest first, those about one hazard together; and marking them as read."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.clock import local, now
from core.errors import NotFound
from core.params import read_id
from notifications.context import inbox_of
from notifications.kinds import Group
from notifications.models import OutboxMessage
from notifications.selectors import Filters, Line, Messages, count_unread_by_group
from notifications.services import read_all, read_message, read_subject
from organizations.context import held_posts_of
from organizations.models import User

Link = tuple[str, str, bool]


def actor_of(request: HttpRequest) -> User:
    """The account of a view behind `login_required`."""
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_safe
def list_messages(request: HttpRequest) -> HttpResponse:
    at, user = now(), actor_of(request)
    filters = Filters.read(request.GET)
    page = Messages(user, at, held=held_posts_of(request, at)).page(filters, request.GET.get("cursor", ""))
    params = filters.as_params()
    own = inbox_of(request)
    context = {
        "at": at,
        "page": page,
        "filters": filters,
        "params": urlencode(params),
        "tabs": _tabs(filters, count_unread_by_group(user) if own.n_unread else {}, own.n_unread),
        "narrowed": _say_narrowed(filters, page.cards[0].head if page.cards else None),
        "older_url": "?" + urlencode({**params, "cursor": page.older}) if page.older else "",
    }
    return render(request, "notifications/list.html", context)


def _tabs(filters: Filters, unread: dict[str, int], n_unread: int) -> list[tuple[str, str, bool, int]]:
    """(label, address, whether it is this page, how many are unread)"""
    here = filters.as_params()
    found: list[tuple[str, dict[str, str], int]] = [
        (_("全部"), {}, 0),
        (_("未读"), {"unread": "1"}, n_unread),
        (_("待我办理"), {"mine": "1"}, 0),
        *((str(Group(one).label), {"group": one}, unread.get(one, 0)) for one in Group.values),
    ]
    base = reverse("messages")
    return [(label, f"{base}?{urlencode(told)}" if told else base, told == here, n) for label, told, n in found]


def _say_narrowed(filters: Filters, first: Line | None) -> str:
    """What one subject's or one hour's page shows."""
    if filters.folded:
        return _("%(when)s 起一小时内合并的消息") % {"when": local(filters.folded).strftime(str(_("%m月%d日 %H:%M")))}
    if filters.about and first:
        return _("关于 %(number)s 的消息") % {"number": first.said.number or first.said.title}
    return _("没有关于它的消息") if filters.about else ""


@login_required
@require_safe
def open_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Mark it as read and go to what it tells of."""
    at, user = now(), actor_of(request)
    line = Messages(user, at, held=held_posts_of(request, at)).one(message_id)
    if line is None:
        raise NotFound
    if line.is_unread and request.method == "GET":
        read_message(actor=user, message_id=message_id, at=at)
    if line.link:
        return redirect(line.link)
    return redirect(f"{reverse('messages')}?{urlencode({'about': line.message.subject_id or ''})}")


@login_required
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """One (`message`), a subject's (`about`), or all up to a number (`until`); back to the list as it was filtered."""
    at, user = now(), actor_of(request)
    asked = {name: read_id(request.POST.get(name, "")) for name in ("message", "about", "until")}
    if asked["message"]:
        if not OutboxMessage.objects.filter(pk=asked["message"], recipient=user).exists():
            raise NotFound
        read_message(actor=user, message_id=asked["message"], at=at)
    elif asked["about"]:
        read_subject(actor=user, subject_id=asked["about"], at=at)
    elif asked["until"]:
        read_all(actor=user, until_no=asked["until"], at=at)
    params = Filters.read(request.GET).as_params()
    return redirect(reverse("messages") + (f"?{urlencode(params)}" if params else ""))
