"""One ear of a process on the channel layer: for all its sockets together, and again after the layer's server was away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from channels.layers import get_channel_layer

from notifications.push import LIVE
from notifications.seldom import Seldom

logger = logging.getLogger(__name__)

Hear = Callable[[Mapping[str, Any]], None]
ECHO = "ear.echo"
# So many of its own words may be on their way before it takes itself for deaf.
MAX_UNHEARD = 2


class Deaf(Exception):
    """What it said to itself did not come back."""


class Ear:
    """Hears what is live, and the groups that are wanted; what is missed meanwhile is in rows.

    It speaks to itself now and then: that a server hangs, or forgot who listens, is noticed by nothing else.
    Then all is subscribed anew.
    """

    def __init__(self, hear: Hear, *, echo_seconds: float = 3.0, pause_seconds: float = 1.0) -> None:
        self._hear = hear
        self._echo_seconds, self._pause_seconds = echo_seconds, pause_seconds
        self._wanted: set[str] = {LIVE}
        self.joined: set[str] = set()
        self._changed = asyncio.Event()
        self._n_said = self._n_heard = 0
        self._seldom = Seldom(logger)

    def want(self, group: str) -> None:
        self._wanted.add(group)
        self._changed.set()

    def unwant(self, group: str) -> None:
        self._wanted.discard(group)
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._listen()
            except Exception as error:
                self._seldom.warn("open pages get no hints at the moment, only what is read from rows: %r", error)
            await asyncio.sleep(self._pause_seconds)

    async def _listen(self) -> None:
        """Until something is wrong, which is raised."""
        layer = get_channel_layer()
        self._n_said = self._n_heard = 0
        tasks: list[asyncio.Task[None]] = []
        try:
            async with asyncio.timeout(self._echo_seconds):
                channel = await layer.new_channel()
            works = (self._receive(layer, channel), self._follow(layer, channel), self._echo(layer, channel))
            tasks = [asyncio.create_task(work) for work in works]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            # Before its tasks end: one that ends would else unsubscribe from a server that may be away.
            await self._forget(layer)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _forget(self, layer: Any) -> None:
        self.joined = set()
        try:
            async with asyncio.timeout(self._echo_seconds):
                await layer.flush()
        except Exception as error:
            self._seldom.warn("connections to the channel layer did not close: %r", error)

    async def _receive(self, layer: Any, channel: str) -> None:
        while True:
            message = await layer.receive(channel)
            if message["type"] == ECHO:
                self._n_heard = message["n"]
                continue
            try:
                self._hear(message)
            except Exception:
                logger.exception("a hint that nobody understands: %s", message["type"])

    async def _follow(self, layer: Any, channel: str) -> None:
        """Be in the groups that are wanted."""
        joined = self.joined = set()
        while True:
            self._changed.clear()
            for group in self._wanted - joined:
                async with asyncio.timeout(self._echo_seconds):
                    await layer.group_add(group, channel)
                joined.add(group)
            for group in joined - self._wanted:
                async with asyncio.timeout(self._echo_seconds):
                    await layer.group_discard(group, channel)
                joined.discard(group)
            await self._changed.wait()

    async def _echo(self, layer: Any, channel: str) -> None:
        while self._n_said - self._n_heard < MAX_UNHEARD:
            self._n_said += 1
            async with asyncio.timeout(self._echo_seconds):
                await layer.send(channel, {"type": ECHO, "n": self._n_said})
            await asyncio.sleep(self._echo_seconds)
        raise Deaf
