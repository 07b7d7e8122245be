"""`python -m bench.bare_sockets`: a consumer that forwards what its groups say, and nothing else; prints its port."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

from config.launcher.embedded import redis_prefix, redis_url
from config.launcher.up import LISTEN_BACKLOG, SOCKETS
from config.layers import channel_layers

ALL, HALF = "bare.all", "bare.half"


def group_of(n: int) -> str:
    return f"bare.{n}"


class Forward(AsyncWebsocketConsumer):
    """`/<n>`: in its own group and in that of all; the first 500 in one more."""

    async def connect(self) -> None:
        await self.accept()
        n = int(self.scope["path"].strip("/"))
        self.groups = [group_of(n), ALL, *([HALF] if n < 500 else [])]
        for group in self.groups:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.send("ready")

    async def say(self, message: dict[str, Any]) -> None:
        await self.send(message["text"])


async def answer_ready(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
    await send({"type": "http.response.body", "body": b"ready"})


def main() -> None:
    settings.configure(SECRET_KEY="bench", CHANNEL_LAYERS=channel_layers(redis_url(), redis_prefix()))
    application = ProtocolTypeRouter({"http": answer_ready, "websocket": Forward.as_asgi()})
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(LISTEN_BACKLOG)
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(application, log_level="error", lifespan="off", timeout_graceful_shutdown=1, **SOCKETS)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
