"""`python -m bench.bare_site`: the least that serves a page with Viewflow installed; prints its port."""

from __future__ import annotations

import socket

import django
import uvicorn
from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def show_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ready")


urlpatterns = [path("healthz", show_page)]


def main() -> None:
    settings.configure(
        SECRET_KEY="bench",
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["127.0.0.1"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "viewflow", "viewflow.workflow",
        ],
    )  # fmt: skip
    django.setup()
    pages = WSGIMiddleware(get_wsgi_application())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        print(listener.getsockname()[1], flush=True)
        uvicorn.Server(uvicorn.Config(pages, log_level="error")).run(sockets=[listener])


if __name__ == "__main__":
    main()
