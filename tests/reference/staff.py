"""Units, posts and the people who hold them, in plain Python. Nothing here knows Django or the code under test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

CAMPUS = frozenset({"SCH", "KG", "PT"})
TREE = frozenset({"EDU", "SEC", "SUB", "CEN"}) | CAMPUS
OUTSIDE = frozenset({"DEP", "TWN", "SVC"})
COUNTY_BODIES = frozenset({"GOV", "DEP", "TWN"})
# Who sees what he reported or is named in, and no more.
PERSONAL = frozenset({"teacher", "expert", "investigator", "confidant"})
HEADS = frozenset({"principal", "central_head", "section_head", "department_leader"})

Post = tuple[str, str]
Kinds = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Unit:
    name: str
    kind: str
    parent: str = ""
    domains: tuple[str, ...] = ()
    # In the order of the ids of the rows, by which the code breaks ties.
    rank: int = 0


@dataclass(frozen=True)
class Held:
    """A post as one person holds it; `stands_for` names who let him stand in."""

    post: Post
    person: str
    stands_for: str = ""

    @property
    def people(self) -> frozenset[str]:
        return frozenset({self.person, self.stands_for} - {""})


@dataclass
class Staff:
    units: dict[str, Unit] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    # To which unit an account belongs, whether or not it holds a post.
    home: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def kind(self, unit: str) -> str:
        return self.units[unit].kind

    def path(self, unit: str) -> list[str]:
        """From the root to the unit."""
        parent = self.units[unit].parent
        return [*(self.path(parent) if parent else []), unit]

    def below(self, unit: str, kinds: Iterable[str]) -> set[str]:
        wanted = frozenset(kinds)
        return {one for one, row in self.units.items() if row.kind in wanted and unit in self.path(one)}

    def posts_of(self, person: str) -> list[Held]:
        return [one for one in self.held if one.person == person]

    def holders(self, post: Post, barred: Iterable[str] = ()) -> list[Held]:
        shut = frozenset(barred)
        return [one for one in self.held if one.post == post and not one.people & shut]

    def works_in(self, person: str, unit: str) -> bool:
        return any(one.post[0] == unit for one in self.posts_of(person))

    def belongs_to(self, person: str, units: Iterable[str]) -> bool:
        """May be named as one of the people of these units."""
        return any(self.home.get(person) == unit or self.works_in(person, unit) for unit in units)

    def nearest(self, unit: str, kinds: Kinds, barred: Iterable[str] = ()) -> list[Post]:
        """The posts that act for a unit, the first owes; else those of the next superior that has any."""
        for one in reversed(self.path(unit)):
            posts = [(one, kind) for kind in kinds.get(self.kind(one), ())]
            held = [post for post in posts if post[1] != "teacher" and self.holders(post, barred)]
            if held:
                return held
        return []

    def bureau_over(self, unit: str) -> str:
        above = [one for one in self.path(unit) if self.kind(one) == "EDU"]
        return above[-1] if above else next(one for one, row in self.units.items() if row.kind == "EDU")

    def superior(self, unit: str) -> str:
        """The next unit up inside the education tree; none above the bureau."""
        parent = self.units[unit].parent
        return parent if self.kind(unit) != "EDU" and parent and self.kind(parent) in TREE else ""
