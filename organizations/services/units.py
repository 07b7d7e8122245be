from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.errors import Invalid, NotFound, WrongState
from core.models import AuditKind
from organizations.kinds import PARENT_KINDS, REGIONS, UNIT_POSTS, AdminRole, UnitKind, default_title
from organizations.models import Post, Unit, User
from organizations.policies import Authority
from organizations.services.announce import announce_posts
from organizations.services.checking import check_model

CODE_LENGTH = 6


@transaction.atomic
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
    unit_kind = _check_place(kind, parent)
    prefecture_code, region_code = _codes(unit_kind, parent, code)
    unit = Unit(
        kind=unit_kind,
        name=name.strip(),
        parent=_lock(parent) if parent else None,
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
    unit.path = [*(unit.parent.path if unit.parent else []), unit.pk]
    unit.save(update_fields=["path"])
    _make_posts(unit, unit_kind)
    _record(actor, at, "unit.created", unit, kind=unit.kind, parent=unit.parent_id)
    return unit


@transaction.atomic
def rename_unit(*, actor: User | None, unit: Unit, name: str, at: datetime) -> Unit:
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    if unit.parent:
        _lock(unit.parent)
    unit = _lock(unit)
    former, unit.name = unit.name, name.strip()
    check_model(unit, only=("name",))
    _check_name(unit)
    unit.save(update_fields=["name"])
    _record(actor, at, "unit.renamed", unit, former=former)
    return unit


@transaction.atomic
def set_unit_active(*, actor: User | None, unit: Unit, is_active: bool, at: datetime) -> Unit:
    """Open a unit or take it out of work; its people then count for no post there.

    Raises WrongState while active units hang below it. Announces every post of the unit.
    """
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    unit = _lock(unit)
    if unit.is_active == is_active:
        return unit
    if not is_active and unit.children.filter(is_active=True).exists():
        raise WrongState(_("“%(unit)s”还有启用的下级单位，请先停用下级。") % {"unit": unit.name})
    unit.is_active = is_active
    unit.save(update_fields=["is_active"])
    _record(actor, at, "unit.activated" if is_active else "unit.deactivated", unit)
    announce_posts(unit.posts.select_related("unit"), at)
    return unit


def _make_posts(unit: Unit, kind: UnitKind) -> None:
    Post.objects.bulk_create(
        Post(unit=unit, kind=post_kind, title=default_title(kind, post_kind)) for post_kind in UNIT_POSTS.get(kind, ())
    )


def _check_place(kind: str, parent: Unit | None) -> UnitKind:
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


def _lock(unit: Unit) -> Unit:
    locked = Unit.objects.select_for_update(no_key=True).filter(pk=unit.pk).first()
    if locked is None:
        raise NotFound
    return locked


def _record(actor: User | None, at: datetime, action: str, unit: Unit, **detail: object) -> None:
    record_audit(
        kind=AuditKind.SETTINGS,
        at=at,
        actor=actor,
        action=action,
        subject=unit.name,
        detail={"unit": unit.pk, **detail},
    )
