"""Units and people out of a workbook: template, upload, what it would do, the errors, the first passwords."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import now
from core.errors import Invalid, NotFound
from core.workbooks import MOST_BYTES, WHY, XLSX
from organizations.imports.columns import SHEETS
from organizations.imports.files import write_errors, write_template
from organizations.kinds import AdminRole
from organizations.models import PeopleImport
from organizations.policies import Authority
from organizations.services import bring_people_in, check_people_import, tell_first_passwords
from organizations.unit_forms import WorkbookForm
from organizations.views.signed_in import REFUSED, actor_of, signed_in

# More are in the sheet to download.
ERRORS_SHOWN = 50


@signed_in
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), now()
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
    if request.method == "POST":
        found = form.attempt(
            lambda cleaned: check_people_import(
                actor=actor, raw=_read(cleaned["file"]), file_name=cleaned["file"].name, at=at
            )
        )
        if found is not None:
            return redirect("people_import", found.pk)
    return render(request, "organizations/import.html", {"form": form}, status=REFUSED if form.errors else 200)


@signed_in
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    Authority(actor_of(request), now()).require_role(AdminRole.SYSTEM)
    return _file(write_template(), _("机构人员导入模板.xlsx"))


@signed_in
@require_http_methods(["GET", "POST"])
def look(request: HttpRequest, import_id: int) -> HttpResponse:
    """What the workbook would do; by POST it is done."""
    at = now()
    found = _access(request, import_id, at)
    if request.method == "POST":
        bring_people_in(actor=actor_of(request), imported=found, at=at)
        messages.success(request, _("导入完成。"))
        return redirect("people_import", found.pk)
    headers = {sheet: {column.name: column.header for column in columns} for sheet, columns in SHEETS.items()}
    shown = [
        {**error, "header": headers.get(error["sheet"], {}).get(error["column"], "")}
        for error in found.errors[:ERRORS_SHOWN]
    ]
    context = {"found": found, "shown": shown, "is_over": not found.done_at and not found.rows}
    return render(request, "organizations/import_look.html", context)


@signed_in
@require_safe
def errors(request: HttpRequest, import_id: int) -> HttpResponse:
    found = _access(request, import_id, now())
    if not (found.errors and found.rows):
        raise NotFound
    return _file(write_errors(found.rows, found.errors), _("导入问题.xlsx"))


@signed_in
@require_POST
def passwords(request: HttpRequest, import_id: int) -> HttpResponse:
    at = now()
    found = _access(request, import_id, at)
    raw = tell_first_passwords(actor=actor_of(request), imported=found, at=at)
    return _file(raw, _("初始密码.xlsx"))


def _access(request: HttpRequest, import_id: int, at: datetime) -> PeopleImport:
    """Each administrator his own uploads."""
    actor = actor_of(request)
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    found = PeopleImport.objects.filter(pk=import_id, made_by=actor).first()
    if found is None:
        raise NotFound
    return found


def _read(uploaded: UploadedFile[bytes]) -> bytes:
    if (uploaded.size or 0) > MOST_BYTES:
        raise Invalid.of(file=str(WHY["too_large"]))
    return bytes(uploaded.read())


def _file(raw: bytes, name: str) -> HttpResponse:
    response = HttpResponse(raw, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
