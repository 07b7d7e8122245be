from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from core.errors import Invalid, NotFound, WrongState
from core.locks import busy_on_lock_timeout
from organizations import hooks
from organizations.kinds import PARENT_KINDS, REGIONS, UNIT_POSTS, AdminRole, UnitKind, default_title
from organizations.models import Post, Unit, User
from organizations.policies import Authority
from organizations.services.announce import announce_posts
from organizations.services.changing import changing
from organizations.services.checking import check_model
from organizations.services.recording import record_unit

CODE_LENGTH = 6
NAME_LENGTH = 80
MOST_NAMES = 10
# How many open hazards a refusal names.
MOST_NAMED = 3
# Any number that no other advisory lock of ours has.
TREE_LOCK = 7_431_001


@changing()
def create_unit(
    *,
    actor: User | None,
    kind: str,
    name: str,
    parent: Unit | None,
    at: datetime,
    code: str = "",
    township: str = "",
    phone: str = "",
    duty_domains: Sequence[str] = (),
    has_accounts: bool = True,
) -> Unit:
    """Make a unit below another one, with the posts that units of its kind have.

    `code` is the division code (GB/T 2260, six digits) of a prefecture or county; every other unit takes its
    parent's. Only a region may be without parent. Raises NotAllowed unless by the system administrator.
    """
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    lock_tree(shared=True)
    parent = lock_unit(parent) if parent else None
    unit_kind = check_place(kind, parent)
    prefecture_code, region_code = _codes(unit_kind, parent, code)
    unit = Unit(
        kind=unit_kind,
        name=name.strip(),
        parent=parent,
        prefecture_code=prefecture_code,
        region_code=region_code,
        township=township.strip(),
        phone=phone.strip(),
        duty_domains=list(duty_domains),
        has_accounts=has_accounts,
        created_at=at,
    )
    check_model(unit, only=("kind", "name", "township", "phone"))
    _check_name(unit)
    unit.save()
    unit.path = [*(parent.path if parent else []), unit.pk]
    unit.save(update_fields=["path"])
    _make_posts(unit, unit_kind)
    record_unit(actor, at, "unit.created", unit, kind=unit.kind, parent=unit.parent_id)
    return unit


@changing()
def rename_unit(*, actor: User | None, unit: Unit, name: str, at: datetime) -> Unit:
    """The number of a hazard stays; what is printed from now on bears the new name."""
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    if unit.parent:
        lock_unit(unit.parent)
    unit = lock_unit(unit)
    former, unit.name = unit.name, name.strip()
    check_model(unit, only=("name",))
    _check_name(unit)
    if unit.name == former:
        return unit
    unit.save(update_fields=["name"])
    record_unit(actor, at, "unit.renamed", unit, former=former)
    with busy_on_lock_timeout():
        for hook in hooks.unit_renamed:
            hook(hooks.UnitRename(unit, former, at, actor))
    return unit


@changing()
def set_issuing_names(*, actor: User | None, unit: Unit, names: Sequence[str], at: datetime) -> Unit:
    """The coordinating bodies in whose name the posts of a unit may issue papers, beside its own."""
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    unit = lock_unit(unit)
    kept = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if any(len(name) > NAME_LENGTH for name in kept):
        raise Invalid.of(names=_("每个名义请控制在 %(n)d 字以内。") % {"n": NAME_LENGTH})
    if len(kept) > MOST_NAMES:
        raise Invalid.of(names=_("最多 %(n)d 个名义。") % {"n": MOST_NAMES})
    former, unit.issuing_names = unit.issuing_names, kept
    unit.save(update_fields=["issuing_names"])
    record_unit(actor, at, "unit.names_changed", unit, former=former, names=kept)
    return unit


@changing()
def set_unit_active(*, actor: User | None, unit: Unit, is_active: bool, at: datetime) -> Unit:
    """Open a unit or take it out of work; its people then count for no post there.

    Raises WrongState while active units hang below it or open work remains. Announces every post of the unit.
    Opened again after a merger it begins anew: people and work stay where they went.
    """
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    unit = lock_unit(unit)
    if unit.is_active == is_active:
        return unit
    if not is_active and unit.children.filter(is_active=True).exists():
        raise WrongState(_("“%(unit)s”还有启用的下级单位，请先停用下级。") % {"unit": unit.name})
    if not is_active:
        _check_no_work(unit, at)
    unit.is_active, unit.merged_into = is_active, None
    unit.save(update_fields=["is_active", "merged_into"])
    record_unit(actor, at, "unit.activated" if is_active else "unit.deactivated", unit)
    announce_posts(unit.posts.select_related("unit"), at)
    return unit


def list_work_of_unit(unit: Unit, at: datetime) -> list[hooks.WorkItem]:
    return [item for source in hooks.open_work_of_unit for item in source(unit, at)]


def _check_no_work(unit: Unit, at: datetime) -> None:
    """Restricted hazards are counted, not named."""
    work = list_work_of_unit(unit, at)
    if not work:
        return
    named = [item.number for item in work if not item.is_restricted][:MOST_NAMED]
    said = {"unit": unit.name, "n": len(work), "which": f"（{'、'.join(named)}）" if named else ""}
    raise WrongState(
        _("“%(unit)s”还有 %(n)d 件未办结的隐患%(which)s，不能停用。请先办结；并入其他单位的，请办理合并。") % said
    )


def _make_posts(unit: Unit, kind: UnitKind) -> None:
    Post.objects.bulk_create(
        Post(unit=unit, kind=post_kind, title=default_title(kind, post_kind)) for post_kind in UNIT_POSTS.get(kind, ())
    )


def check_place(kind: str, parent: Unit | None) -> UnitKind:
    if kind not in UnitKind.values:
        raise Invalid.of(kind=_("请选择单位类型。"))
    unit_kind = UnitKind(kind)
    if parent is None:
        if unit_kind not in REGIONS:
            raise Invalid.of(parent=_("请选择上级单位。"))
    elif parent.kind not in PARENT_KINDS[unit_kind]:
        message = _("%(kind)s不能设在%(parent)s之下。") % {
            "kind": unit_kind.label,
            "parent": UnitKind(parent.kind).label,
        }
        raise Invalid.of(parent=message)
    elif not parent.is_active:
        raise Invalid.of(parent=_("上级单位已停用。"))
    return unit_kind


def _codes(kind: UnitKind, parent: Unit | None, code: str) -> tuple[str, str]:
    """(of the prefecture, of the county)"""
    inherited = parent.prefecture_code if parent else ""
    if kind not in (UnitKind.PREFECTURE, UnitKind.COUNTY):
        return inherited, parent.region_code if parent else ""
    if not (len(code) == CODE_LENGTH and code.isascii() and code.isdigit()):
        raise Invalid.of(code=_("请填写六位行政区划代码。"))
    if kind == UnitKind.PREFECTURE:
        return code, ""
    return inherited or f"{code[:4]}00", code


def _check_name(unit: Unit) -> None:
    """The parent's row is locked, so nobody else adds a unit below it meanwhile."""
    if Unit.objects.filter(parent=unit.parent, name=unit.name).exclude(pk=unit.pk).exists():
        raise Invalid.of(name=_("同一上级下已有名为“%(name)s”的单位。") % {"name": unit.name})


def lock_tree(*, shared: bool = False) -> None:
    """Until the end of the transaction nobody else moves a unit, nor makes one while one is moved."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with busy_on_lock_timeout(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [TREE_LOCK])


def lock_unit(unit: Unit) -> Unit:
    locked = Unit.objects.select_for_update(no_key=True).filter(pk=unit.pk).first()
    if locked is None:
        raise NotFound
    return locked
