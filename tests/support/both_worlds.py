"""The reference and the real district side by side: what both hold, and names for ids."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.clock import local, today
from hazards.models import Hazard, JudgingClause
from organizations.models import Post
from organizations.posts import present_holdings
from tests.reference.book import Book
from tests.reference.staff import Held, Staff, Unit
from tests.support.district import District
from tests.support.invariants import Holders

Move = tuple[str, str, str]


class BothWorlds:
    """Both worlds. Numbers of real hazards stand beside the cases of the book."""

    # In so many acts the buttons are looked at once.
    LOOKS_EVERY = 5

    def __init__(self, d: District) -> None:
        self.d = d
        self.numbers: list[str] = []
        self.unit_names = {unit.pk: name for name, unit in d.units.items()}
        self.person_names = {user.pk: name for name, user in d.people.items()}
        self.posts = {(self.unit_names[post.unit_id], post.kind): post.pk for post in Post.objects.all()}
        self.post_names = {pk: name for name, pk in self.posts.items()}
        self.clause = JudgingClause.objects.filter(domain=None).order_by("pk").first()
        self.book = Book(self.read_staff(), self.local_now())
        self._photo = d.photo(d.office)
        self.told: list[str] = []
        # What both did, for the coverage test: (action, from, to), and (machine, from, to).
        self.moves: set[Move] = set()
        # Whether the log is replayed after each act, or once for all acts.
        self.replays = True
        self._holders: tuple[date, Holders] | None = None

    def begin(self, start: Book, numbers: list[str]) -> None:
        """Anew from there; what happened in between was taken back."""
        self.book, self.numbers, self.told = start.copy(), [*numbers], []
        self._holders = None

    def local_now(self) -> Any:
        return local(self.d.at).replace(tzinfo=None)

    def read_staff(self) -> Staff:
        staff = Staff()
        for rank, (name, unit) in enumerate(self.d.units.items()):
            parent = self.unit_names[unit.parent_id] if unit.parent_id else ""
            staff.units[name] = Unit(name, unit.kind, parent, tuple(unit.duty_domains), rank)
        for name, user in self.d.people.items():
            if user.unit_id:
                staff.home[name] = self.unit_names[user.unit_id]
        staff.held = self.read_holdings()
        return staff

    def read_holdings(self) -> list[Held]:
        rows = present_holdings(today(self.d.at)).order_by("post__unit_id", "post__kind", "from_on", "id")
        return [
            Held(self.post_names[row.post_id], self.person_names[row.user_id], self.person_names.get(row.delegated_by_id or 0, ""))
            for row in rows
        ]  # fmt: skip

    def find(self, number: str) -> Hazard:
        return Hazard.objects.defer("search").get(receipt_number=number)
