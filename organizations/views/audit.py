"""审计: what was done and refused beside the hazards' own log; read by the audit administrator only."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import SHANGHAI, now
from core.models import AuditEntry
from organizations.audit_words import describe
from organizations.forms import AuditFilterForm
from organizations.kinds import AdminRole
from organizations.policies import Authority
from organizations.selectors import PAGE_ROWS, AuditFilter, list_audit
from organizations.views.signed_in import REFUSED, actor_of, signed_in

EPOCH = datetime.fromtimestamp(0, UTC)


@signed_in
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    Authority(actor_of(request), now()).require_role(AdminRole.AUDIT)
    form = AuditFilterForm(request.GET)
    found = list_audit(_chosen(form), read_cursor(request.GET.get("before", ""))) if form.is_valid() else []
    query = request.GET.copy()
    query.pop("before", None)
    if len(found) > PAGE_ROWS:
        query["before"] = write_cursor(found[PAGE_ROWS - 1])
    context = {
        "form": form,
        "rows": [(entry, describe(entry)) for entry in found[:PAGE_ROWS]],
        "older": query.urlencode() if len(found) > PAGE_ROWS else "",
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "is_later_page": "before" in request.GET,
    }
    return render(request, "organizations/audit.html", context, status=REFUSED if form.errors else 200)


def _chosen(form: AuditFilterForm) -> AuditFilter:
    cleaned = form.cleaned_data
    since, until = cleaned["since"], cleaned["until"]
    return AuditFilter(
        kind=cleaned["kind"],
        q=cleaned["q"],
        since=datetime.combine(since, time(0), SHANGHAI) if since else None,
        until=datetime.combine(until, time(0), SHANGHAI) + timedelta(days=1) if until else None,
    )


def write_cursor(entry: AuditEntry) -> str:
    """Microseconds since 1970 and the id: exact, unlike a float."""
    return f"{(entry.at - EPOCH) // timedelta(microseconds=1)}-{entry.pk}"


def read_cursor(text: str) -> tuple[datetime, int] | None:
    """None for the first page and for anything that is no cursor."""
    moment, _, pk = text.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 18 for part in (moment, pk)):
        return None
    return EPOCH + timedelta(microseconds=int(moment)), int(pk)
