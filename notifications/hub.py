"""The open pages of one web process: who they belong to, what they may hear, and how far they were told.

Rows are the record. Hints from the channel layer only make it quick: every few seconds the rows are read for all
sockets together, so that what a hint lost is made good, whether the layer or the database was away.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.clock import now
from notifications.hooks import LiveHint
from notifications.push import LIVE, Count, inbox_group
from notifications.seldom import Seldom
from notifications.socket_entrance import Reader, let_in
from notifications.socket_frames import Code
from notifications.socket_layer import Ear
from notifications.socket_rows import RowReader, beat, read_counts, read_live, take_leave
from notifications.socket_wire import Wire

logger = logging.getLogger(__name__)

# Of one person's changed session a second look is taken: the hint of a logout comes before the row is gone.
SECOND_LOOK_SECONDS = 2.0
# So many newest events of live names are remembered, so that a hint that comes twice is told once.
REMEMBERED = 5_000
# Let in together, so that the first of a thousand need not wait for the last.
LET_IN_AT_ONCE = 200
# More news than this from rows at once is not told by name.
MANY = 200


@dataclass(frozen=True)
class Rhythm:
    """Seconds between two looks into rows: for counts and live names; for sessions, posts and the sign of life."""

    rows: float = 3.0
    rights: float = 20.0
    echo: float = 3.0


@dataclass(eq=False)
class Socket:
    """One open page."""

    session_key: str
    wire: Wire
    close: Callable[[Code], None]


class Person:
    """Somebody with open pages on this process."""

    def __init__(self, reader: Reader) -> None:
        self.user_id = reader.user_id
        self.keys: frozenset[int] = frozenset()
        self.count = reader.count
        self.heard_at = 0.0
        self.sockets: set[Socket] = set()

    def hear(self, count: Count, at: float) -> None:
        """A hint; one that was overtaken says nothing new."""
        if count.last_no >= self.count.last_no:
            self.count, self.heard_at = count, at
            self.tell()

    def read(self, count: Count, begun_at: float) -> None:
        """What the rows say, unless a hint came since they were read."""
        if self.heard_at < begun_at:
            self.count = count
            self.tell()

    def tell(self) -> None:
        for socket in self.sockets:
            socket.wire.tell_count(self.count)


class Hub:
    """One for each process; begins with its first socket."""

    def __init__(self, rhythm: Rhythm | None = None) -> None:
        self.rhythm = rhythm or Rhythm()
        self.rows = RowReader()
        self._people: dict[int, Person] = {}
        self._by_key: defaultdict[int, set[Person]] = defaultdict(set)
        self._waiting: dict[str, asyncio.Future[Reader | None]] = {}
        self._letting_in: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ear: Ear | None = None
        self._look_again: set[int] = set()
        self._rights_changed = asyncio.Event()
        self._came = asyncio.Event()
        self._marks: dict[int, int] = {}
        self._known: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._recent: deque[tuple[float, LiveHint]] = deque(maxlen=REMEMBERED)
        self._seldom = Seldom(logger)

    @property
    def n_sockets(self) -> int:
        return sum(len(person.sockets) for person in self._people.values())

    def n_sockets_of(self, user_id: int) -> int:
        person = self._people.get(user_id)
        return len(person.sockets) if person else 0

    def keys_of(self, user_id: int) -> frozenset[int]:
        """The audience keys that a connected person's pages hear by; none of one who is not connected."""
        person = self._people.get(user_id)
        return person.keys if person else frozenset()

    def hears(self, user_id: int) -> bool:
        """Whether hints for this person reach the process; until they do, rows are what is told from."""
        return self._ear is not None and {LIVE, inbox_group(user_id)} <= self._ear.joined

    # --- coming and going ---------------------------------------------------------------------------------------

    async def let_in(self, session_key: str) -> Reader | None:
        """Whose session it is, None where it opens nothing; those who wait meanwhile are asked for together.

        Raises what the database raises.
        """
        waiting = self._waiting.get(session_key)
        if waiting is None:
            waiting = self._waiting[session_key] = asyncio.get_running_loop().create_future()
            if self._letting_in is None:
                self._letting_in = asyncio.create_task(self._let_in_all())
        return await asyncio.shield(waiting)

    async def _let_in_all(self) -> None:
        try:
            while self._waiting:
                some = {key: self._waiting.pop(key) for key in list(self._waiting)[:LET_IN_AT_ONCE]}
                try:
                    readers = await self.rows.run(let_in, list(some), now())
                except Exception as error:
                    for one in some.values():
                        one.set_exception(error)
                        one.exception()  # nobody may be waiting any more
                    continue
                for key, one in some.items():
                    one.set_result(readers.get(key))
        finally:
            self._letting_in = None

    def join(self, socket: Socket, reader: Reader, since: int, age: int = 0) -> Person:
        """`age`: seconds since the page was asked for; what moved meanwhile it may not show."""
        self._begin()
        person = self._people.get(reader.user_id)
        if person is None:
            person = self._people[reader.user_id] = Person(reader)
            self._hearing().want(inbox_group(reader.user_id))
            self._came.set()
        self._give_keys(person, reader.keys)
        if person.count.last_no < reader.count.last_no:
            person.count = reader.count
            person.tell()
        person.sockets.add(socket)
        socket.wire.answer(person.count, since)
        self._tell_recent(socket, person, age)
        return person

    def _tell_recent(self, socket: Socket, person: Person, age: int) -> None:
        begun_at = asyncio.get_running_loop().time() - age
        for heard_at, hint in reversed(self._recent):
            if heard_at < begun_at:
                return
            if not person.keys.isdisjoint(hint.keys):
                socket.wire.tell_live(hint.topic, hint.name, hint.seq)

    def leave(self, socket: Socket, person: Person) -> None:
        socket.wire.close()
        person.sockets.discard(socket)
        if not person.sockets and self._people.get(person.user_id) is person:
            del self._people[person.user_id]
            self._give_keys(person, ())
            self._hearing().unwant(inbox_group(person.user_id))

    async def read_again(self, person: Person) -> None:
        """A client says that it has more than it was told: the rows know."""
        begun_at = asyncio.get_running_loop().time()
        found = await self.rows.run(read_counts, [person.user_id])
        person.read(found.get(person.user_id, Count(0, 0)), begun_at)

    def _give_keys(self, person: Person, keys: Collection[int]) -> None:
        for key in person.keys - frozenset(keys):
            self._by_key[key].discard(person)
            if not self._by_key[key]:
                del self._by_key[key]
        for key in keys:
            self._by_key[key].add(person)
        person.keys = frozenset(keys)

    # --- beginning and end ----------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._tasks:
            return
        self._ear = Ear(self.hear, echo_seconds=self.rhythm.echo)
        self._start(self._ear.run())
        self._start(self._read_rows())
        self._start(self._check_rights())

    def _hearing(self) -> Ear:
        assert self._ear is not None
        return self._ear

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.add(asyncio.create_task(work))

    async def stop(self) -> None:
        """The server ends; it has closed the sockets itself."""
        tasks, self._tasks = self._tasks, set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if tasks:
            try:
                async with asyncio.timeout(self.rhythm.rows):
                    await self.rows.run(take_leave, now())
            except Exception as error:
                logger.warning("the row of this process's sockets stays behind: %r", error)
        await self.rows.stop()

    # --- hints ----------------------------------------------------------------------------------------------------

    def hear(self, message: Mapping[str, Any]) -> None:
        """One message of the channel layer, see notifications.push."""
        if message["type"] == "live":
            self._tell_live(LiveHint(message["topic"], message["name"], message["seq"], tuple(message["keys"])))
            return
        person = self._people.get(message["user"])
        if person is None:
            return
        if message["type"] == "inbox.count":
            count = Count(message["no"], message["unread"])
            person.hear(count, asyncio.get_running_loop().time())
        elif message["type"] in ("inbox.keys", "inbox.session"):
            self._look_at(person.user_id)
            if message["type"] == "inbox.session":
                asyncio.get_running_loop().call_later(SECOND_LOOK_SECONDS, self._look_at, person.user_id)

    def _look_at(self, user_id: int) -> None:
        self._look_again.add(user_id)
        self._rights_changed.set()

    def _tell_live(self, hint: LiveHint) -> None:
        if not self._is_news(hint):
            return
        for person in set().union(*(self._by_key.get(key, ()) for key in hint.keys)):
            for socket in person.sockets:
                socket.wire.tell_live(hint.topic, hint.name, hint.seq)

    def _is_news(self, hint: LiveHint) -> bool:
        name = (hint.topic, hint.name)
        if self._known.get(name, -1) >= hint.seq:
            return False
        self._known[name] = hint.seq
        self._recent.append((asyncio.get_running_loop().time(), hint))
        self._known.move_to_end(name)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return True

    # --- rows -----------------------------------------------------------------------------------------------------

    async def _read_rows(self) -> None:
        while True:
            if not self._people:
                self._came.clear()
                await self._came.wait()
                # What was before the first of them came, their pages show.
                self._marks = {}
            try:
                await self._catch_up()
            except Exception as error:
                self._seldom.warn("open pages could not be brought up to date from rows: %r", error)
            await asyncio.sleep(self.rhythm.rows)

    async def _catch_up(self) -> None:
        begun_at = asyncio.get_running_loop().time()
        counts = await self.rows.run(read_counts, list(self._people))
        for user_id, count in counts.items():
            if person := self._people.get(user_id):
                person.read(count, begun_at)
        is_first = not self._marks
        self._marks, hints = await self.rows.run(read_live, self._marks)
        if is_first:
            for hint in hints:
                self._is_news(hint)
            return
        news = [hint for hint in hints if self._known.get((hint.topic, hint.name), -1) < hint.seq]
        if len(news) > MANY:
            self._tell_many(news)
        else:
            for hint in news:
                self._tell_live(hint)

    def _tell_many(self, news: Iterable[LiveHint]) -> None:
        for hint in news:
            self._is_news(hint)
        for person in self._people.values():
            for socket in person.sockets:
                socket.wire.tell_many()

    async def _check_rights(self) -> None:
        loop = asyncio.get_running_loop()
        due_at = loop.time()
        while True:
            try:
                if loop.time() >= due_at:
                    due_at = loop.time() + self.rhythm.rights
                    await self.rows.run(beat, self.n_sockets, now())
                    await self._check(self._people)
                else:
                    some, self._look_again = self._look_again, set()
                    await self._check(some)
            except Exception as error:
                due_at = min(due_at, loop.time() + self.rhythm.rows)
                self._seldom.warn("sessions and posts of open pages could not be read: %r", error)
            self._rights_changed.clear()
            if not self._look_again:
                try:
                    async with asyncio.timeout_at(due_at):
                        await self._rights_changed.wait()
                except TimeoutError:
                    pass

    async def _check(self, user_ids: Iterable[int]) -> None:
        """Close what belongs to no open session; let the others hear what their posts of this moment give."""
        people = [person for user_id in user_ids if (person := self._people.get(user_id))]
        sockets = [(person, socket) for person in people for socket in person.sockets]
        begun_at = asyncio.get_running_loop().time()
        readers = await self.rows.run(let_in, {socket.session_key for _, socket in sockets}, now()) if sockets else {}
        over = 0
        for person, socket in sockets:
            reader = readers.get(socket.session_key)
            if reader is None or reader.user_id != person.user_id:
                self.leave(socket, person)
                socket.close(Code.SESSION)
                over += 1
            elif self._people.get(person.user_id) is person:
                self._give_keys(person, reader.keys)
                person.read(reader.count, begun_at)
        if over:
            logger.info("%s sockets closed: their sessions are over", over)
