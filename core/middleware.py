from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.audit import deny_request
from core.errors import DomainError

API_PREFIX = "/api/"


class DomainErrors:
    """A refusal that a page view lets through becomes a page with the right status, and a denial is recorded.

    Views run outside a transaction (no ATOMIC_REQUESTS), so the refused one has ended here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError) or request.path.startswith(API_PREFIX):
            return None
        deny_request(request=request, error=exception)
        return render(request, "errors/domain.html", {"error": exception}, status=exception.status)
