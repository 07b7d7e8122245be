"""Who holds what: the posts of a user, and the nearest post that can act in a unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from core.clock import today
from core.prepared import Prepared
from organizations.keys import duty_key, person_key, unit_key
from organizations.kinds import PERSONAL_POSTS, PostKind, UnitKind
from organizations.models import Holding, Post, Unit, User


@dataclass(frozen=True)
class HeldPost:
    """A post as held now by one user, with what rules ask of its unit."""

    id: int
    kind: str
    title: str
    unit_id: int
    unit_kind: str
    unit_name: str
    unit_parent_id: int | None
    unit_path: tuple[int, ...]
    unit_duty_domains: tuple[str, ...]
    # Coordinating bodies in whose name the posts of the unit may issue.
    unit_issuing_names: tuple[str, ...] = ()
    # For whom the user stands in; None in his own post.
    delegator_id: int | None = None

    @property
    def label(self) -> str:
        own = f"{self.unit_name}{self.title}"
        return own if self.delegator_id is None else _("%(post)s（代）") % {"post": own}


@dataclass(frozen=True)
class Holder:
    user_id: int
    user_name: str
    delegator_id: int | None = None

    def is_barred(self, barred: Collection[int]) -> bool:
        """A delegate may not do what the one he stands in for may not."""
        return self.user_id in barred or (self.delegator_id is not None and self.delegator_id in barred)


@dataclass(frozen=True)
class OpenPost:
    """A post with its present holders that are not barred."""

    id: int
    kind: str
    title: str
    unit_id: int
    unit_kind: str
    unit_name: str
    holders: tuple[Holder, ...]

    @property
    def label(self) -> str:
        return f"{self.unit_name}{self.title}"


def held_on(on: date) -> Q:
    """Holdings in force on a local day."""
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))


def unended(on: date) -> Q:
    """Holdings in force on a local day or to come; not those taken back before they began."""
    return Q(until_on__isnull=True) | (Q(until_on__gt=on) & Q(until_on__gt=F("from_on")))


def present_holdings(on: date) -> QuerySet[Holding]:
    """Holdings that count for work: in force, of an active account, in an active unit, not of an administrator."""
    return Holding.objects.filter(held_on(on), user__is_active=True, user__admin_role="", post__unit__is_active=True)


# What present_holdings says and the readers below select, for statements written by hand.
PRESENT = """
    holding.from_on <= on_day AND (holding.until_on IS NULL OR holding.until_on > on_day)
    AND person.is_active AND person.admin_role = '' AND unit.is_active
"""
HELD_POST = """
    post.id, post.kind, post.title, unit.id, unit.kind, unit.name, unit.parent_id, unit.path, unit.duty_domains,
    unit.issuing_names, holding.delegated_by_id
"""
OPEN_POST = """
    post.id, post.kind, post.title, unit.id, unit.kind, unit.name, person.id, person.name, holding.delegated_by_id
"""


@Prepared
def _posts_of_user(user_id: int, on: date) -> QuerySet[Holding, tuple[Any, ...]]:
    return (
        present_holdings(on)
        .filter(user_id=user_id)
        .order_by("post__unit_id", "post__kind")
        .values_list(
            "post_id", "post__kind", "post__title", "post__unit_id", "post__unit__kind",
            "post__unit__name", "post__unit__parent_id", "post__unit__path", "post__unit__duty_domains",
            "post__unit__issuing_names", "delegated_by_id",
        )
    )  # fmt: skip


@Prepared
def _holders_in_units(units: Sequence[int], on: date) -> QuerySet[Holding, tuple[Any, ...]]:
    return (
        present_holdings(on)
        .filter(post__unit_id__in=units)
        .exclude(post__kind=PostKind.TEACHER)
        .order_by("post_id", "from_on", "id")
        .values_list(
            "post_id", "post__kind", "post__title", "post__unit_id", "post__unit__kind", "post__unit__name",
            "user_id", "user__name", "delegated_by_id",
        )
    )  # fmt: skip


def list_held_posts(user: User, at: datetime) -> list[HeldPost]:
    """The posts that a user holds at a moment, by unit and kind. Administrators hold none."""
    if not user.is_active or user.admin_role:
        return []
    return make_held_posts(_posts_of_user(user.pk, today(at)))


def make_held_posts(rows: Iterable[Sequence[Any]]) -> list[HeldPost]:
    """From rows of the columns HELD_POST."""
    return [HeldPost(*_fields(row)) for row in rows]


def _fields(row: Sequence[Any]) -> list[Any]:
    """The arrays come as lists."""
    *plain, path, domains, issuing_names, delegator_id = row
    return [*plain, tuple(path), tuple(domains), tuple(issuing_names), delegator_id]


def keys_of(user: User, held: Sequence[HeldPost]) -> list[int]:
    """The audience keys of a user: his own, and those that the kinds of his posts give."""
    keys = {person_key(user.pk)}
    for post in held:
        if post.kind == PostKind.CONFIDANT:
            keys.add(duty_key(post.unit_id))
        if post.kind in PERSONAL_POSTS:
            continue
        is_section = post.unit_kind == UnitKind.SEC and post.unit_parent_id is not None
        keys.add(unit_key(post.unit_parent_id if is_section and post.unit_parent_id else post.unit_id))
    return sorted(keys)


def list_open_posts(units: Collection[int], on: date) -> list[OpenPost]:
    """The held posts of these units that can owe work, with their holders. Teachers owe none."""
    return make_open_posts(_holders_in_units(list(units), on))


def make_open_posts(rows: Iterable[Sequence[Any]]) -> list[OpenPost]:
    """From one row of the columns OPEN_POST for each holder."""
    holders: dict[int, list[Holder]] = {}
    posts: dict[int, tuple[Any, ...]] = {}
    for *post, user_id, user_name, delegator_id in rows:
        posts[post[0]] = tuple(post)
        holders.setdefault(post[0], []).append(Holder(user_id, user_name, delegator_id))
    return [OpenPost(*[*post, tuple(holders[post_id])]) for post_id, post in posts.items()]


class Directory:
    """Who holds which post on one day; asks the database once for each unit."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._posts: dict[int, list[OpenPost]] = {}

    def remember(self, units: Iterable[int], posts: Iterable[OpenPost]) -> None:
        """Take what was read elsewhere: all open posts of these units."""
        self._posts.update({unit_id: [] for unit_id in units})
        for post in posts:
            self._posts[post.unit_id].append(post)

    def posts_in(self, units: Sequence[int]) -> list[OpenPost]:
        missing = [unit_id for unit_id in units if unit_id not in self._posts]
        if missing:
            self.remember(missing, list_open_posts(missing, self.on))
        return [post for unit_id in units for post in self._posts[unit_id]]

    def post(self, post_id: int) -> OpenPost | None:
        """With its holders; None where nobody holds it."""
        known = next((post for post in self._known() if post.id == post_id), None)
        if known is not None:
            return known
        units = list(Post.objects.filter(pk=post_id).values_list("unit_id", flat=True))
        return next((post for post in self.posts_in(units) if post.id == post_id), None)

    def known_posts_of(self, user_id: int) -> list[OpenPost]:
        """Among the units that were read."""
        return [post for post in self._known() if any(one.user_id == user_id for one in post.holders)]

    def _known(self) -> Iterator[OpenPost]:
        return (post for posts in self._posts.values() for post in posts)

    def posts_of(self, user_id: int, barred: Collection[int] = ()) -> list[OpenPost]:
        """The posts that one person holds, with him alone as their holder; none where he is barred."""
        rows = present_holdings(self.on).filter(user_id=user_id).order_by("post__unit_id", "post__kind")
        posts = make_open_posts(
            rows.values_list(
                "post_id", "post__kind", "post__title", "post__unit_id", "post__unit__kind", "post__unit__name",
                "user_id", "user__name", "delegated_by_id",
            )
        )  # fmt: skip
        return [post for post in posts if not any(holder.is_barred(barred) for holder in post.holders)]

    def nearest(
        self, path: Sequence[int], kinds_by_unit: Mapping[str, Sequence[str]], barred: Collection[int] = ()
    ) -> list[OpenPost]:
        """The posts that may act for a unit, the one that owes the work first; empty when nobody is left.

        Looks at the unit (last of `path`), then at each superior, and stops at the first where a post
        of the kinds named for that kind of unit is held by someone not barred, nor standing in for one who is.
        """
        found = self.posts_in(path)
        for unit_id in reversed(path):
            here: list[tuple[int, OpenPost]] = []
            for post in found:
                order = kinds_by_unit.get(post.unit_kind, ())
                holders = tuple(holder for holder in post.holders if not holder.is_barred(barred))
                if post.unit_id == unit_id and post.kind in order and holders:
                    here.append((list(order).index(post.kind), replace(post, holders=holders)))
            if here:
                return [post for _, post in sorted(here, key=lambda pair: pair[0])]
        return []


def bureau_of(unit: Unit) -> Unit:
    """The bureau over a unit of the education tree, else that of its county."""
    bureau = (
        Unit.objects.filter(kind=UnitKind.EDU, is_active=True)
        .filter(Q(pk__in=unit.path) | Q(region_code=unit.region_code))
        .order_by("-path")
        .first()
    )
    if bureau is None:
        raise LookupError(f"no bureau over unit {unit.pk}")
    return bureau
