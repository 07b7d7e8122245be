"""What the pages of 机构人员, 账号 and 审计 read; always within the scope of one account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from axes.helpers import get_cool_off, get_failure_limit
from axes.models import AccessAttempt
from django.db.models import Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from core.clock import today
from core.models import AuditEntry
from organizations.kinds import HEAD_POSTS, PARTS_OF_BUREAU, UNIT_POSTS, PostKind, UnitKind
from organizations.models import HandOverSheet, Holding, Post, Unit, User
from organizations.policies import Authority, may_delegate
from organizations.posts import present_holdings, unended

# More rows than this on one page are searched, not scrolled.
MOST_ROWS = 200
PAGE_ROWS = 50


@dataclass(frozen=True)
class UnitRow:
    unit: Unit
    # Steps below the topmost unit shown.
    depth: int
    # Title of the head's post that nobody holds; empty where all is well.
    vacant_head: str


@dataclass(frozen=True)
class PostRow:
    post: Post
    # In force or still to come, oldest first.
    holdings: list[Holding]
    may_fill: bool
    keepers: str


@dataclass(frozen=True)
class PersonRow:
    user: User
    posts: list[Holding]
    may_switch: bool


@dataclass(frozen=True)
class UnitPage:
    unit: Unit
    above: list[Unit]
    children: list[UnitRow]
    posts: list[PostRow]
    people: list[PersonRow]
    may_add_person: bool

    @property
    def posts_to_fill(self) -> list[Post]:
        return [row.post for row in self.posts if row.may_fill]

    @property
    def users(self) -> list[User]:
        return [row.user for row in self.people]


def list_units(authority: Authority, q: str = "") -> list[UnitRow]:
    """The topmost units in scope with the two steps below them, or those whose name contains `q`; by tree."""
    units = authority.units()
    if q:
        return _rows(authority, units.filter(name__icontains=q).order_by("path")[:MOST_ROWS], top=0)
    top = min((len(path) for path in units.values_list("path", flat=True)), default=1)
    return _rows(authority, units.filter(path__len__lte=top + 2).order_by("path")[:MOST_ROWS], top=top)


def read_unit_page(authority: Authority, unit: Unit) -> UnitPage:
    visible = authority.units()
    children = visible.filter(parent=unit).order_by("-is_active", "kind", "name")[:MOST_ROWS]
    return UnitPage(
        unit=unit,
        above=list(visible.filter(pk__in=unit.path[:-1]).order_by("path")),
        children=_rows(authority, children, top=len(unit.path) + 1),
        posts=_post_rows(authority, unit),
        people=_person_rows(authority, unit),
        may_add_person=authority.may_add_person(unit),
    )


def _rows(authority: Authority, units: Iterable[Unit], *, top: int) -> list[UnitRow]:
    found = list(units)
    heads = present_holdings(authority.directory.on).filter(post__unit__in=found, post__kind__in=HEAD_POSTS)
    headed = set(heads.values_list("post__unit_id", flat=True))
    vacant = {
        post.unit_id: post.title
        for post in Post.objects.filter(unit__in=found, kind__in=HEAD_POSTS, unit__is_active=True)
        if post.unit_id not in headed
    }
    return [UnitRow(unit, max(len(unit.path) - top, 0) if top else 0, vacant.get(unit.pk, "")) for unit in found]


def _post_rows(authority: Authority, unit: Unit) -> list[PostRow]:
    order = list(UNIT_POSTS.get(UnitKind(unit.kind), ()))
    holdings = Holding.objects.filter(unended(authority.directory.on)).select_related("user", "delegated_by")
    holdings = holdings.order_by("from_on", "id")
    posts = list(unit.posts.prefetch_related(Prefetch("holdings", holdings, to_attr="unended")))
    for post in posts:
        post.unit = unit
    return [
        PostRow(
            post=post,
            holdings=post.unended,
            may_fill=authority.may_fill(unit, post.kind),
            keepers="、".join(keeper.label for keeper in authority.keepers(unit, post.kind)) or _("系统管理员"),
        )
        for post in sorted(posts, key=lambda post: order.index(PostKind(post.kind)))
    ]


def _person_rows(authority: Authority, unit: Unit) -> list[PersonRow]:
    holdings = Holding.objects.filter(unended(authority.directory.on)).select_related("post__unit")
    people = unit.people.prefetch_related(Prefetch("holdings", holdings, to_attr="unended"))
    rows: list[PersonRow] = []
    for user in people.order_by("-is_active", "name", "pk")[:MOST_ROWS]:
        held: list[Holding] = user.unended
        own = [holding.post for holding in held if holding.delegated_by_id is None]
        rows.append(PersonRow(user, held, authority.may_switch(user, own)))
    return rows


def list_accounts(authority: Authority, q: str, after: int) -> list[User]:
    """By id after `after`, one more than a page shows."""
    users = authority.people().filter(pk__gt=after).select_related("unit").order_by("pk")
    if q:
        users = users.filter(Q(name__icontains=q) | Q(username__icontains=q))
    return list(users[: PAGE_ROWS + 1])


def count_failures(user: User, at: datetime) -> int:
    """Failed logins of the account that still count, at the address where they are most."""
    counted = AccessAttempt.objects.filter(username=user.username, attempt_time__gte=at - (get_cool_off() or at - at))
    by_address = counted.values("ip_address").annotate(n_failures=Sum("failures_since_start"))
    return max((row["n_failures"] for row in by_address), default=0)


def is_locked(user: User, at: datetime) -> bool:
    return count_failures(user, at) >= int(get_failure_limit(None, None))


@dataclass(frozen=True)
class AuditFilter:
    kind: str = ""
    q: str = ""
    since: datetime | None = None
    # The first moment no longer shown.
    until: datetime | None = None


def list_audit(chosen: AuditFilter, before: tuple[datetime, int] | None) -> list[AuditEntry]:
    """Newest first, one more than a page shows; `before` is moment and id of the last row already seen."""
    entries: QuerySet[AuditEntry] = AuditEntry.objects.order_by("-at", "-id")
    if chosen.kind:
        entries = entries.filter(kind=chosen.kind)
    if chosen.q:
        entries = entries.filter(Q(actor_name__icontains=chosen.q) | Q(subject__icontains=chosen.q))
    if chosen.since:
        entries = entries.filter(at__gte=chosen.since)
    if chosen.until:
        entries = entries.filter(at__lt=chosen.until)
    if before:
        entries = entries.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1]))
    return list(entries[: PAGE_ROWS + 1])


# Their work may be done by any part of the bureau meanwhile.
LEADERS = frozenset({PostKind.LEADER, PostKind.CHIEF})


def candidates(holding: Holding, at: datetime) -> QuerySet[User]:
    """Who may stand in for a holder: those of the unit and of units above it; for a leader those of the whole bureau."""
    unit = holding.post.unit
    near = Q(pk__in=unit.path)
    if holding.post.kind in LEADERS:
        near |= Q(parent=unit, kind__in=PARTS_OF_BUREAU)
    units = Unit.objects.filter(near, is_active=True).values("pk")
    holders = present_holdings(today(at)).filter(post__unit__in=units, delegated_by=None).values("user")
    people = User.objects.filter(Q(unit__in=units) | Q(pk__in=holders), is_active=True, admin_role="")
    return people.exclude(pk=holding.user_id)


@dataclass(frozen=True)
class OwnPost:
    holding: Holding
    may_delegate: bool
    # Who stands in now or soon.
    given: list[Holding]


def list_own_posts(user: User, at: datetime) -> list[OwnPost]:
    """The posts of a person in his own name, by unit and kind."""
    on = today(at)
    holdings = Holding.objects.filter(unended(on), user=user, delegated_by=None, post__unit__is_active=True)
    given = Holding.objects.filter(unended(on), delegated_by=user).select_related("user").order_by("from_on")
    by_post: dict[int, list[Holding]] = {}
    for one in given:
        by_post.setdefault(one.post_id, []).append(one)
    return [
        OwnPost(one, may_delegate(user, one), by_post.get(one.post_id, []))
        for one in holdings.select_related("post__unit").order_by("post__unit_id", "post__kind")
    ]


def list_standing_in(user: User, at: datetime) -> list[Holding]:
    """What he does for others, now or soon."""
    holdings = Holding.objects.filter(unended(today(at)), user=user, delegated_by__isnull=False)
    return list(holdings.select_related("post__unit", "delegated_by").order_by("from_on"))


def list_sheets(user: User) -> list[HandOverSheet]:
    """Those by which he gave or took something, newest first."""
    mine = Q(person=user) | Q(posts__contains=[{"taker_id": user.pk}])
    return list(HandOverSheet.objects.filter(mine).select_related("person").order_by("-made_at")[:PAGE_ROWS])


def list_sheets_of_unit(unit: Unit) -> list[HandOverSheet]:
    """The latest hand-overs of its people."""
    return list(HandOverSheet.objects.filter(person__unit=unit).select_related("person").order_by("-made_at")[:10])
