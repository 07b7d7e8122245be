"""The one socket of a page: `/ws/inbox/`. It carries numbers and counts; what they are about is read from pages."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.cookie import parse_cookie

from notifications.hub import Hub, Person, Socket
from notifications.socket_frames import Code, Refused, read_frame, read_query
from notifications.socket_wire import Wire

logger = logging.getLogger(__name__)

# More frames than this in so many seconds are no page of ours.
MAX_FRAMES = 30
FRAMES_SECONDS = 10.0
# The database may be busy with a thousand others who come back at once; then the client tries later.
ENTER_SECONDS = 20.0
# More open pages of one person on a process are no person's.
MAX_SOCKETS = 50
# No session key is longer.
MAX_KEY = 40


class InboxConsumer(AsyncWebsocketConsumer):
    """One open page. The hub hears for all sockets of the process, so none has a channel of its own."""

    channel_layer_alias = "none"

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self.hub = hub
        self.person: Person | None = None
        self.socket: Socket | None = None
        self.is_closed = False
        self._came: deque[float] = deque(maxlen=MAX_FRAMES)
        self._closing: asyncio.Task[None] | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without the detour of Channels over a thread that looks after database connections: here are none."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        await self.accept()
        try:
            asked = read_query(self.scope["query_string"])
            await self._enter(asked.since or 0, asked.age)
        except Refused as refused:
            await self._refuse(refused)

    async def _enter(self, since: int, age: int) -> None:
        key = self._session_key()
        try:
            async with asyncio.timeout(ENTER_SECONDS):
                reader = await self.hub.let_in(key) if key else None
        except Exception as error:
            raise Refused(Code.TRY_LATER, f"not read: {error!r}") from error
        if reader is None:
            raise Refused(Code.SESSION, "no open session")
        if since > reader.count.last_no:
            raise Refused(Code.FUTURE, f"has {since}, last is {reader.count.last_no}")
        if self.hub.n_sockets_of(reader.user_id) >= MAX_SOCKETS:
            raise Refused(Code.TOO_MANY, f"user {reader.user_id} has {MAX_SOCKETS} sockets")
        self.socket = Socket(key, Wire(self.send), self._close_soon)
        self.person = self.hub.join(self.socket, reader, since, age)

    def _session_key(self) -> str:
        cookies = b"; ".join(value for name, value in self.scope["headers"] if name == b"cookie")
        key = parse_cookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")
        return key if key.isascii() and key.isalnum() and len(key) <= MAX_KEY else ""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_closed or self.person is None or self.socket is None:
            return
        try:
            self._count_frame()
            asked = read_frame(text_data)
            if asked.since is None:
                self.socket.wire.pong()
                return
            if asked.since > self.person.count.last_no:
                await self._catch_up(self.person, asked.since)
            self.socket.wire.answer(self.person.count, asked.since)
        except Refused as refused:
            await self._refuse(refused)

    async def _catch_up(self, person: Person, since: int) -> None:
        """It may have read a page that is ahead of us, but not of the rows."""
        try:
            async with asyncio.timeout(ENTER_SECONDS):
                await self.hub.read_again(person)
        except Exception as error:
            raise Refused(Code.TRY_LATER, f"not read: {error!r}") from error
        if since > person.count.last_no:
            raise Refused(Code.FUTURE, f"has {since}, last is {person.count.last_no}")

    def _count_frame(self) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._came) == MAX_FRAMES and now - self._came[0] < FRAMES_SECONDS:
            raise Refused(Code.TOO_MANY, f"over {MAX_FRAMES} frames in {FRAMES_SECONDS:.0f} s")
        self._came.append(now)

    async def disconnect(self, code: int) -> None:
        self._leave()

    def _leave(self) -> None:
        self.is_closed = True
        if self.person and self.socket:
            self.hub.leave(self.socket, self.person)
        self.person = self.socket = None

    async def _refuse(self, refused: Refused) -> None:
        user_id = self.person.user_id if self.person else None
        level = logging.INFO if refused.code == Code.SESSION else logging.WARNING
        logger.log(level, "socket of user %s closed with %s: %s", user_id, int(refused.code), refused)
        self._leave()
        await self._close(refused.code)

    def _close_soon(self, code: Code) -> None:
        """The hub took it from its list; a client that reads nothing may take its time."""
        self.is_closed = True
        self.person = self.socket = None
        self._closing = asyncio.create_task(self._close(code))

    async def _close(self, code: Code) -> None:
        try:
            await self.close(int(code))
        except (OSError, RuntimeError):
            # It went by itself meanwhile.
            return
