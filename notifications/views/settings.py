"""消息设置: how each kind comes, when it is quiet, and where else one is reached."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.clock import now
from core.errors import Invalid
from notifications.forms import list_folds, list_quiet, list_way_rows, read_addresses, read_preferences
from notifications.models import PERSONAL
from notifications.preferences import Preferences, change_preferences, list_contacts, set_contacts
from notifications.selectors import get_inbox
from notifications.transports import get_transport
from notifications.views.inbox import actor_of

REFUSED = 422


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_settings(request: HttpRequest) -> HttpResponse:
    at, user = now(), actor_of(request)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        shown, addresses = read_preferences(request.POST.dict()), read_addresses(request.POST.dict())
        try:
            with transaction.atomic():
                change_preferences(actor=user, wanted=shown, at=at)
                set_contacts(actor=user, wanted=addresses, at=at)
        except Invalid as error:
            errors = error.fields
        else:
            messages.success(request, _("消息设置已保存。"))
            return redirect("messages_settings")
    else:
        shown, addresses = Preferences.of(get_inbox(user)), list_contacts(user)
    available = {str(way): get_transport(way) is not None for way in PERSONAL}
    context = {
        "at": at,
        "folds": list_folds(shown, errors),
        "ways": list_way_rows(shown, addresses, available, errors),
        "quiet": list_quiet(shown),
        "wants_digest": shown.wants_digest,
        "wrong": [message for found in errors.values() for message in found],
    }
    return render(request, "notifications/settings.html", context, status=REFUSED if errors else 200)
