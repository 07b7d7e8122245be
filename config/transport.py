"""What stands between uvicorn and the WSGI application."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# 40 photos of 20 MB and the fields beside them; the pages set tighter limits.
MAX_BODY = 840 * 1024 * 1024
IN_MEMORY = 1024 * 1024
PIECE = 256 * 1024


class BodyTooLarge(Exception):
    """The client sent more than any page takes."""


class ClientLeft(Exception):
    """The client went before its request was whole."""


class WholeRequests:
    """Hand a request on once it has arrived, so that a slow line holds no thread.

    A request cut on its way is dropped; nothing of it reaches a page.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        with SpooledTemporaryFile(IN_MEMORY) as body:
            try:
                refuse_announced(scope)
                size = await spool(receive, body)
            except ClientLeft:
                return
            except BodyTooLarge:
                await answer_too_large(send)
                return
            body.seek(0)
            await self.application(cleaned(scope, size), replay(body, size, receive), send)


def refuse_announced(scope: Message) -> None:
    """Refuse before reading what the client itself calls too large."""
    for name, value in scope["headers"]:
        if name == b"content-length" and int(value) > MAX_BODY:
            raise BodyTooLarge


async def spool(receive: Receive, body: IO[bytes]) -> int:
    """Write the whole body to `body` and give its size in bytes."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        piece = message.get("body", b"")
        size += len(piece)
        if size > MAX_BODY:
            raise BodyTooLarge
        body.write(piece)
        more = message.get("more_body", False)
    return size


def replay(body: IO[bytes], size: int, receive: Receive) -> Receive:
    """A `receive` that tells the spooled body again, then listens on."""
    told = False

    async def tell() -> Message:
        nonlocal told
        if told:
            return await receive()
        piece = body.read(PIECE)
        told = body.tell() >= size
        return {"type": "http.request", "body": piece, "more_body": not told}

    return tell


def cleaned(scope: Message, size: int) -> Message:
    """The request with the true length of its body.

    Names with an underscore go: `X_Forwarded_Proto` would pass for the header that only the proxy may set.
    """
    headers = [(name, value) for name, value in scope["headers"] if name != b"content-length" and b"_" not in name]
    headers.append((b"content-length", str(size).encode()))
    return {**scope, "headers": headers}


async def answer_too_large(send: Send) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def refuse_socket(scope: Message, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 4404})


class SocketPaths:
    """Sockets by their path; any other is refused."""

    def __init__(self, sockets: Mapping[str, Application]) -> None:
        self.sockets = sockets

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await self.sockets.get(scope["path"], refuse_socket)(scope, receive, send)


class Lifespan:
    """Ends what belongs to the server's loop when the server does."""

    def __init__(self, stop: Callable[[], Awaitable[None]]) -> None:
        self.stop = stop

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})
