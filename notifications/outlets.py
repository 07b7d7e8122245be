"""群机器人 and 对接接口: where a subtree of units is told of together. Kept by the system administrator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.errors import Invalid, NotFound
from core.models import AuditKind
from notifications.delivery_services import check_address
from notifications.kinds import KINDS, Group
from notifications.models import PERSONAL, Outlet, Way
from organizations.kinds import AdminRole
from organizations.models import Unit, User
from organizations.policies import Authority

SHARED = tuple(way for way in Way if way not in PERSONAL)
# Of these no group hears anything: they are about a person's own messages, or about nothing.
GROUPS = tuple(group for group in Group if group not in (Group.DIGEST, Group.SYSTEM, Group.UNIT))
MAX_NAME, MAX_URL, MAX_SECRET = 40, 500, 200
# Shorter ones can be guessed by who sees a signature.
MIN_SECRET = 16


@dataclass(frozen=True, kw_only=True)
class OutletFacts:
    """`groups` empty: warnings and what presses more. An empty `url` or `secret` of one that is there leaves it as it is."""

    name: str
    way: str
    unit_id: int | None
    url: str
    secret: str
    groups: Collection[str]
    is_private_allowed: bool


def groups_of(outlet: Outlet) -> list[str]:
    """The groups of which it hears anything."""
    chosen = {KINDS[name].group for name in outlet.kinds if name in KINDS}
    return [str(group) for group in GROUPS if group in chosen]


def access_outlet(actor: User, outlet_id: int, at: datetime) -> Outlet:
    """Raises NotAllowed, NotFound."""
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    outlet = Outlet.objects.select_related("unit").filter(pk=outlet_id).first()
    if outlet is None:
        raise NotFound
    return outlet


@transaction.atomic
def add_outlet(*, actor: User, facts: OutletFacts, at: datetime) -> Outlet:
    """Raises NotAllowed; Invalid at name, way, unit, url or secret."""
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    if facts.way not in SHARED:
        raise Invalid.of(way=_("请选择一种方式。"))
    outlet = Outlet(way=facts.way, is_active=True, made_at=at)
    _fill(outlet, facts)
    outlet.save()
    _audit(actor, at, "outlet.added", outlet, [f"{outlet.get_way_display()}，{outlet.unit.name}"])
    return outlet


@transaction.atomic
def change_outlet(*, actor: User, outlet_id: int, facts: OutletFacts, at: datetime) -> Outlet:
    """Its way stays. Writes nothing where nothing changed."""
    access_outlet(actor, outlet_id, at)
    outlet = Outlet.objects.select_for_update(of=("self",)).select_related("unit").get(pk=outlet_id)
    before = {field: getattr(outlet, field) for field in _LABELS}
    _fill(outlet, facts)
    changes = [_say_change(field, before[field], getattr(outlet, field)) for field in _LABELS]
    changes = [one for one in changes if one]
    if changes:
        outlet.save()
        _audit(actor, at, "outlet.changed", outlet, changes)
    return outlet


@transaction.atomic
def switch_outlet(*, actor: User, outlet_id: int, is_active: bool, at: datetime) -> Outlet:
    """Switched off, it is told nothing more; what waits for it is canceled when its turn comes."""
    access_outlet(actor, outlet_id, at)
    outlet = Outlet.objects.select_for_update(of=("self",)).select_related("unit").get(pk=outlet_id)
    if outlet.is_active != is_active:
        outlet.is_active = is_active
        outlet.save(update_fields=["is_active"])
        _audit(actor, at, "outlet.switched_on" if is_active else "outlet.switched_off", outlet, [])
    return outlet


def _fill(outlet: Outlet, facts: OutletFacts) -> None:
    name, url, secret = facts.name.strip(), facts.url.strip(), facts.secret.strip()
    unit = Unit.objects.filter(pk=facts.unit_id, is_active=True).first() if facts.unit_id else None
    errors: dict[str, str] = {}
    if not name or len(name) > MAX_NAME:
        errors["name"] = _("请填写名称，%(n)d 字以内。") % {"n": MAX_NAME}
    if unit is None:
        errors["unit"] = _("请选择单位。")
    if (url or not outlet.url) and (why := _why_wrong_url(outlet.way, url)):
        errors["url"] = why
    elif (url or outlet.url).lower().startswith("http:") and not facts.is_private_allowed:
        errors["url"] = _("外网地址必须以 https:// 开头；内网地址请同时勾选“允许内网地址”。")
    if (secret or not outlet.secret) and (why := _why_wrong_secret(outlet.way, secret)):
        errors["secret"] = why
    if errors or unit is None:
        raise Invalid.of(**errors)
    outlet.name, outlet.unit = name, unit
    outlet.url, outlet.secret = url or outlet.url, secret or outlet.secret
    outlet.is_private_allowed = facts.is_private_allowed
    outlet.kinds = sorted(kind.name for kind in KINDS.values() if kind.group in GROUPS and kind.group in facts.groups)


def _why_wrong_url(way: str, url: str) -> str:
    if not url or len(url) > MAX_URL:
        return _("请填写地址。")
    try:
        check_address(way, url)
    except Invalid as error:
        return error.message
    return ""


def _why_wrong_secret(way: str, secret: str) -> str:
    """A system checks that it is us; 钉钉 robots may have one; 企业微信 robots have none."""
    if len(secret) > MAX_SECRET:
        return _("密钥太长。")
    is_short = len(secret) < MIN_SECRET
    return _("密钥至少 %(n)d 位，由对接双方约定。") % {"n": MIN_SECRET} if way == Way.WEBHOOK and is_short else ""


_LABELS = ("name", "unit", "url", "secret", "kinds", "is_private_allowed")


def _say_change(field: str, old: object, new: object) -> str:
    """An address and a secret are never written down."""
    if old == new:
        return ""
    match field:
        case "url":
            return _("更换地址")
        case "secret":
            return _("更换密钥")
        case "name" | "unit":
            return f"{old} → {new}"
        case "kinds":
            return _("变更接收的消息")
        case _:
            return _("允许内网地址") if new else _("不允许内网地址")


def _audit(actor: User, at: datetime, action: str, outlet: Outlet, said: list[str]) -> None:
    record_audit(
        kind=AuditKind.SETTINGS, at=at, actor=actor, action=action, subject=outlet.name,
        detail={"message": "；".join(said), "outlet": outlet.pk} if said else {"outlet": outlet.pk},
    )  # fmt: skip
