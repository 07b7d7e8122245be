from __future__ import annotations

from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from api.errors import CutUpload
from api.output.hazards import UploadOut
from api.views.base import ApiView
from core.errors import Invalid
from hazards.photos import MAX_BYTES
from hazards.uploads import store_upload

# Boundaries and headers around the file.
FORM_BYTES = 64 * 1024
_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary", "description": "照片（jpg、png、webp）或 PDF"}},
}


class UploadsView(ApiView):
    parser_classes = [MultiPartParser]
    max_body_bytes = MAX_BYTES + FORM_BYTES
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "uploads"

    @extend_schema(
        operation_id="upload", tags=["uploads"], summary="先传文件，再在办理时写它的 id",
        request={"multipart/form-data": _FORM}, responses={201: UploadOut},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sent = _read_file(request)
        upload = store_upload(actor=self.actor, raw=sent.read(), name=sent.name or "", at=self.at)
        return Response(UploadOut(upload).data, status=status.HTTP_201_CREATED)


def _read_file(request: Request) -> UploadedFile[bytes]:
    """Raises Invalid unless exactly one file came, under the name `file`."""
    try:
        names = set(request.data)
    except ParseError as exc:
        raise CutUpload from exc
    for name in sorted(names - {"file"}):
        raise Invalid.of(**{str(name): _("没有这一项，请检查拼写。")})
    sent = request.FILES.getlist("file")
    if len(sent) != 1:
        raise Invalid.of(file=_("请在 file 里传一个文件，每次一个。"))
    return cast("UploadedFile[bytes]", sent[0])
