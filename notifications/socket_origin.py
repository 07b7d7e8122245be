"""Which pages may open a socket: those of this site. Browsers tell no lie here, and send their cookies from anywhere."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import is_same_domain

logger = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class OwnOriginOnly:
    """Refuse a handshake from elsewhere with 403, by the rules that Django has for forms (CSRF)."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if is_own_origin(headers, is_secure(scope, headers)):
            await self.application(scope, receive, send)
            return
        logger.warning("a socket from the foreign origin %r was refused", headers.get(b"origin", "")[:200])
        await receive()
        await send({"type": "websocket.close"})


def is_secure(scope: Message, headers: dict[bytes, str]) -> bool:
    if scope.get("scheme") in ("wss", "https"):
        return True
    proxy = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
    if not proxy:
        return False
    name, value = proxy
    header = name.removeprefix("HTTP_").replace("_", "-").lower().encode()
    return bool(headers.get(header, "").split(",")[0].strip() == value)


def is_own_origin(headers: dict[bytes, str], secure: bool) -> bool:
    """A page's origin is this very host, or one of CSRF_TRUSTED_ORIGINS; the host is one of ALLOWED_HOSTS."""
    host, origin = headers.get(b"host", ""), headers.get(b"origin", "")
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS) or not origin:
        return False
    return origin == f"{'https' if secure else 'http'}://{host}" or _is_trusted(origin)


def _is_trusted(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    for trusted in settings.CSRF_TRUSTED_ORIGINS:
        scheme, _, netloc = trusted.partition("://")
        if origin == trusted:
            return True
        if "*" in netloc and parts.scheme == scheme and is_same_domain(parts.netloc, netloc.lstrip("*")):
            return True
    return False
