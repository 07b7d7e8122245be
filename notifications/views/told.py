"""告知记录 of one person, for the office of his bureau."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.clock import now
from core.errors import NotAllowed, NotFound
from core.params import read_id
from core.workbooks import XLSX
from notifications.models import OutboxMessage
from notifications.told import MOST_EXPORTED, list_told_to, of_kind, readable, view_told_to, write_file
from organizations.context import held_posts_of
from organizations.models import User
from organizations.policies import HEALTH_READERS
from organizations.posts import HeldPost, bureau_of
from organizations.views.signed_in import actor_of, signed_in


@signed_in
@require_safe
def show_told_to(request: HttpRequest, user_id: int) -> HttpResponse:
    at = now()
    held = held_posts_of(request, at)
    person = _access(held, user_id)
    which = request.GET.get("which", "")
    messages = of_kind(OutboxMessage.objects.filter(recipient=person), which)
    page = list_told_to(messages, actor_of(request), at, held, read_id(request.GET.get("before", "")))
    context = {"at": at, "person": person, "page": page, "which": which}
    return render(request, "notifications/office/told_to.html", context)


@signed_in
@require_safe
def download_told_to(request: HttpRequest, user_id: int) -> HttpResponse:
    at = now()
    held = held_posts_of(request, at)
    person = _access(held, user_id)
    messages = of_kind(OutboxMessage.objects.filter(recipient=person), request.GET.get("which", ""))
    newest = list(messages.select_related("recipient__unit").order_by("-pk")[:MOST_EXPORTED])
    reader = actor_of(request)
    rows = view_told_to(readable(newest, reader, at, held), reader)
    answer = HttpResponse(write_file(rows), content_type=XLSX)
    name = f"{person.name}{_('告知记录')}.xlsx"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _access(held: list[HeldPost], user_id: int) -> User:
    """Somebody of the bureau's own county. Raises NotAllowed for who is not of its office, else NotFound."""
    offices = {post.unit_id for post in held if post.kind in HEALTH_READERS}
    if not offices:
        raise NotAllowed(_("个人的告知记录由教育局安全办查看。"))
    person = User.objects.select_related("unit").filter(pk=user_id).first()
    if person is None or person.unit is None:
        raise NotFound
    try:
        is_own = bureau_of(person.unit).pk in offices
    except LookupError:
        is_own = False
    if not is_own:
        raise NotFound
    return person
