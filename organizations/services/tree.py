"""Units find another place in the tree, or go up in another unit; their people go along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid, WrongState
from core.locks import busy_on_lock_timeout
from organizations import hooks
from organizations.kinds import CAMPUSES, PARENT_KINDS, REGIONS, UNIT_POSTS, AdminRole, PostKind, UnitKind
from organizations.models import Holding, Post, Unit, User
from organizations.policies import Authority
from organizations.posts import unended
from organizations.services.announce import announce_posts, announce_unit
from organizations.services.changing import changing
from organizations.services.holdings import lock_people, lock_person, record_holding
from organizations.services.recording import record_account, record_unit
from organizations.services.units import check_place, lock_tree, lock_unit


@changing()
def move_unit(*, actor: User | None, unit: Unit, parent: Unit, at: datetime) -> Unit:
    """Hang a unit with all below it under another one of the same county."""
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    lock_tree()
    unit, parent = lock_unit(unit), lock_unit(parent)
    if unit.parent_id == parent.pk:
        raise WrongState(_("“%(unit)s”已经在“%(parent)s”之下。") % {"unit": unit.name, "parent": parent.name})
    _check_move(unit, parent)
    former = _hang(actor, unit, parent, at)
    _tell_moved(actor, unit, former, at)
    announce_unit(unit, former, at)
    return unit


@dataclass(frozen=True)
class MergeEffect:
    """What a merger will do, for who is about to confirm it."""

    people: int
    holdings: int
    children: Sequence[Unit]


def foresee_merge(unit: Unit, at: datetime) -> MergeEffect:
    ending = Holding.objects.filter(unended(today(at)), post__unit=unit)
    return MergeEffect(unit.people.count(), ending.count(), _active_children(unit))


@changing()
def merge_units(*, actor: User | None, unit: Unit, into: Unit, at: datetime) -> Unit:
    """Close a unit whose people, lower units and open work go to another of its sort and county.

    Its posts end today; whoever held one belongs to the staff of `into` and is appointed there anew by its keepers.
    """
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    lock_tree()
    unit, into = lock_unit(unit), lock_unit(into)
    _check_merge(unit, into)
    moved = [(child, _hang(actor, child, into, at)) for child in _active_children(unit)]
    n_people, n_holdings = _move_people(actor, unit, into, at)
    unit.is_active, unit.merged_into = False, into
    unit.save(update_fields=["is_active", "merged_into"])
    record_unit(actor, at, "unit.merged", unit, into=into.pk, into_name=into.name, people=n_people, holdings=n_holdings)
    for child, former in moved:
        _tell_moved(actor, child, former, at)
    with busy_on_lock_timeout():
        for hook in hooks.unit_merged:
            hook(hooks.UnitMerge(unit, into, at, actor))
    announce_posts(unit.posts.select_related("unit"), at)
    for child, former in moved:
        announce_unit(child, former, at)
    return into


@changing()
def move_person(*, actor: User | None, user: User, unit: Unit, at: datetime) -> User:
    """Let a person belong to another unit; posts he holds go on until they are ended."""
    authority = Authority(actor, at)
    authority.require_role(AdminRole.SYSTEM)
    authority.require_other(user)
    user = lock_person(user.pk)
    if user.admin_role:
        raise Invalid.of(unit=_("管理员账号不属于任何单位。"))
    if not unit.is_active:
        raise Invalid.of(unit=_("“%(unit)s”已停用。") % {"unit": unit.name})
    if user.unit_id == unit.pk:
        raise WrongState(_("%(name)s已经是“%(unit)s”的人员。") % {"name": user.name, "unit": unit.name})
    former, user.unit = user.unit, unit
    user.save(update_fields=["unit"])
    record_account(
        actor, at, "person.moved", user, former=former.name if former else "", unit=unit.pk, unit_name=unit.name
    )
    return user


def can_merge(unit: Unit, into: Unit) -> bool:
    """Of one county and one sort, a school and a kindergarten being of one."""
    is_of_sort = unit.kind == into.kind or {unit.kind, into.kind} <= CAMPUSES
    is_apart = unit.pk not in into.path
    return is_of_sort and is_apart and into.is_active and unit.region_code == into.region_code


def can_hang(unit: Unit, parent: Unit) -> bool:
    fits = parent.kind in PARENT_KINDS[UnitKind(unit.kind)] and unit.kind not in REGIONS
    return fits and parent.is_active and unit.pk not in parent.path and unit.region_code == parent.region_code


def _check_move(unit: Unit, parent: Unit) -> None:
    if unit.kind in REGIONS:
        raise Invalid.of(parent=_("省、市、县不能改换上级。"))
    if unit.pk in parent.path:
        raise Invalid.of(parent=_("不能移到自己的下级之下。"))
    check_place(unit.kind, parent)
    if unit.region_code != parent.region_code:
        raise Invalid.of(parent=_("只能在同一个县内改换上级。"))
    if parent.children.filter(name=unit.name).exists():
        said = {"parent": parent.name, "name": unit.name}
        raise Invalid.of(parent=_("“%(parent)s”之下已有名为“%(name)s”的单位，请先更名。") % said)


def _check_merge(unit: Unit, into: Unit) -> None:
    if not unit.is_active:
        raise WrongState(_("“%(unit)s”已停用。") % {"unit": unit.name})
    if unit.kind in REGIONS or unit.kind == UnitKind.EDU:
        raise Invalid.of(into=_("省、市、县和教育局不能这样合并。"))
    if not can_merge(unit, into):
        raise Invalid.of(into=_("只能并入同一个县、同一类型的另一个启用单位。"))
    for child in _active_children(unit):
        _check_move(child, into)


def _active_children(unit: Unit) -> list[Unit]:
    return list(unit.children.filter(is_active=True).order_by("pk"))


def _hang(actor: User | None, unit: Unit, parent: Unit, at: datetime) -> list[int]:
    """Rewrite the paths of the unit and all below it; gives its former path."""
    former = list(unit.path)
    unit.parent, unit.path = parent, [*parent.path, unit.pk]
    unit.save(update_fields=["parent"])
    with busy_on_lock_timeout(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organizations_unit SET path = %s::bigint[] || path[%s:] WHERE path @> ARRAY[%s]::bigint[]",
            [list(parent.path), len(former), unit.pk],
        )
    record_unit(actor, at, "unit.moved", unit, former=former, parent=parent.pk, parent_name=parent.name)
    return former


def _tell_moved(actor: User | None, unit: Unit, former: list[int], at: datetime) -> None:
    unit_ids = tuple(Unit.objects.filter(path__contains=[unit.pk]).order_by("pk").values_list("pk", flat=True))
    with busy_on_lock_timeout():
        for hook in hooks.unit_moved:
            hook(hooks.UnitMove(unit, tuple(former), unit_ids, at, actor))


def _move_people(actor: User | None, unit: Unit, into: Unit, at: datetime) -> tuple[int, int]:
    """(people moved, holdings ended)"""
    on = today(at)
    ending = Holding.objects.filter(unended(on), post__unit=unit)
    people = Q(unit=unit) | Q(pk__in=ending.values("user"))
    lock_people(*User.objects.filter(people).values_list("pk", flat=True))
    movers = list(User.objects.filter(unit=unit).order_by("pk"))
    staff = {user.pk for user in movers}
    n_ended = 0
    holders: list[User] = []
    for holding in ending.select_related("post__unit", "user").order_by("pk"):
        holding.until_on = max(on, holding.from_on)
        holding.save(update_fields=["until_on"])
        record_holding(actor, at, "holding.ended", holding, until_on=holding.until_on.isoformat())
        n_ended += 1
        if holding.user_id in staff:
            holders.append(holding.user)
    User.objects.filter(pk__in=staff).update(unit=into)
    if PostKind.TEACHER in UNIT_POSTS.get(UnitKind(into.kind), ()):
        _make_staff(actor, holders, into, at)
    return len(movers), n_ended


def _make_staff(actor: User | None, people: Sequence[User], into: Unit, at: datetime) -> None:
    """They can go on reporting at once."""
    post = Post.objects.select_related("unit").get(unit=into, kind=PostKind.TEACHER)
    on = today(at)
    already = set(Holding.objects.filter(unended(on), post=post).values_list("user_id", flat=True))
    for user in {user.pk: user for user in people if user.is_active and user.pk not in already}.values():
        holding = Holding.objects.create(post=post, user=user, from_on=on, appointed_by=actor, created_at=at)
        record_holding(actor, at, "holding.began", holding, from_on=on.isoformat())
