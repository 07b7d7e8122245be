"""A page that reads slowly gets the newest of each kind when it can, and holds nobody up meanwhile."""

from __future__ import annotations

import asyncio
import json

from notifications.push import Count
from notifications.socket_wire import GATHER_SECONDS, MAX_NAMED, Wire
from tests.support.aside import run_aside


class Reader:
    """The far end: frames it took; while it is stuck the next one waits."""

    def __init__(self) -> None:
        self.frames: list[dict] = []
        self.flows = asyncio.Event()
        self.flows.set()

    async def take(self, text: str) -> None:
        await self.flows.wait()
        self.frames.append(json.loads(text))

    async def has(self, n: int) -> list[dict]:
        async with asyncio.timeout(10):
            while len(self.frames) < n:
                await asyncio.sleep(0.005)
        return self.frames


async def settle() -> None:
    """Longer than anything that is due takes."""
    await asyncio.sleep(GATHER_SECONDS * 1.5)


def test_a_stuck_page_gets_the_newest_when_it_reads_again():
    async def story():
        reader = Reader()
        wire = Wire(reader.take)
        reader.flows.clear()
        for n in range(1, 10_001):
            wire.tell_count(Count(n, n))
            wire.tell_live("hazard", f"A-{n % 7}", n)
            wire.pong()
            if n % 1000 == 0:
                await asyncio.sleep(0)
        reader.flows.set()
        frames = await reader.has(4)
        await settle()
        return frames

    frames = run_aside(story())
    # The one that was on its way when it got stuck, then one of each kind.
    assert [frame["t"] for frame in frames] == ["inbox", "inbox", "pong", "live"]
    assert (frames[1]["no"], frames[1]["unread"]) == (10_000, 10_000)
    assert dict(frames[3]["hazards"]) == {f"A-{n % 7}": n for n in range(9994, 10_001)}


def test_the_same_count_is_told_once():
    async def story():
        reader = Reader()
        wire = Wire(reader.take)
        for _ in range(3):
            wire.tell_count(Count(4, 2))
            await asyncio.sleep(0)
        wire.tell_count(Count(4, 1))
        return await reader.has(2)

    assert [(frame["no"], frame["unread"]) for frame in run_aside(story())] == [(4, 2), (4, 1)]


def test_the_first_hint_goes_at_once_and_the_rest_together():
    async def story():
        reader = Reader()
        wire = Wire(reader.take)
        wire.tell_live("hazard", "A-1", 1)
        [first] = list(await reader.has(1))
        for n in range(2, 30):
            wire.tell_live("hazard", "A-1", n)
            await asyncio.sleep(0)
        wire.tell_live("board", "supervision", 1)
        _, second = list(await reader.has(2))
        await settle()
        assert len(reader.frames) == 2
        return first, second

    first, second = run_aside(story())
    assert first["hazards"] == [["A-1", 1]]
    assert (second["hazards"], second["boards"]) == ([["A-1", 29]], ["supervision"])


def test_more_than_can_be_named():
    async def story(n):
        reader = Reader()
        wire = Wire(reader.take)
        for name in range(n):
            wire.tell_live("hazard", f"A-{name}", 1)
        wire.tell_live("hazard", "A-0", 2)
        return (await reader.has(1))[0]

    most, over = run_aside(story(MAX_NAMED)), run_aside(story(MAX_NAMED + 1))
    assert (len(most["hazards"]), most["many"]) == (MAX_NAMED, False)
    assert (len(over["hazards"]), over["many"]) == (MAX_NAMED, True)
    assert most["hazards"][0] == ["A-0", 2]


def test_a_closed_one_sends_nothing():
    async def story():
        reader = Reader()
        wire = Wire(reader.take)
        wire.tell_live("hazard", "A-1", 1)
        await reader.has(1)
        wire.tell_live("hazard", "A-1", 2)
        wire.close()
        wire.tell_count(Count(1, 1))
        await settle()
        return reader.frames

    assert len(run_aside(story())) == 1


def test_a_page_that_went_is_not_written_to_again():
    async def story():
        tries = []

        async def gone(text: str) -> None:
            tries.append(text)
            raise OSError

        wire = Wire(gone)
        for n in range(3):
            wire.tell_count(Count(n, n))
            await asyncio.sleep(0.01)
        return tries

    assert len(run_aside(story())) == 1
