"""What all calls share: who asks, when, how much may be sent, and that nothing is kept on the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, cast

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.errors import TooLarge
from core.clock import now
from organizations.models import User

MAX_BODY_BYTES = 2 * 1024 * 1024


class ApiView(APIView):
    max_body_bytes: ClassVar[int] = MAX_BODY_BYTES
    at: datetime

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before the session's CSRF check, which would read a form's files.
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.max_body_bytes:
            raise TooLarge
        self.at = now()
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)
