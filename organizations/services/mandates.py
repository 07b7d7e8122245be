from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from organizations.kinds import AdminRole, PostKind, UnitKind
from organizations.models import Mandate, Unit, User
from organizations.policies import Authority
from organizations.services.recording import record_unit
from organizations.services.units import lock_unit

# Who decides for a bureau what its central schools may do themselves.
DECIDERS = frozenset({PostKind.OFFICE_DIRECTOR, PostKind.LEADER, PostKind.CHIEF})
LONGEST_ACTION, LONGEST_LEVEL = 40, 12


@transaction.atomic
def set_mandate(*, actor: User | None, bureau: Unit, action: str, level: str, is_on: bool, at: datetime) -> bool:
    """Let the central schools of a bureau do one action at one level, or no longer; gives whether that changed.

    Binds from now on; what they have done already stands. By the bureau's director or leaders, or the system
    administrator. Which actions and levels there are, the caller knows.
    """
    require_mandates(actor, bureau, at)
    if bureau.kind != UnitKind.EDU:
        raise Invalid.of(bureau=_("只有教育局可以委托中心校办理。"))
    if not 0 < len(action) <= LONGEST_ACTION or not 0 < len(level) <= LONGEST_LEVEL:
        raise Invalid.of(action=_("请选择办理事项和等级。"))
    bureau = lock_unit(bureau)
    if is_on:
        _row, is_changed = Mandate.objects.get_or_create(bureau=bureau, action=action, level=level)
    else:
        n_deleted, _by_model = Mandate.objects.filter(bureau=bureau, action=action, level=level).delete()
        is_changed = n_deleted > 0
    if is_changed:
        record_unit(actor, at, "mandate.given" if is_on else "mandate.taken_back", bureau, action=action, level=level)
    return is_changed


def may_set_mandates(actor: User | None, bureau: Unit, at: datetime) -> bool:
    authority = Authority(actor, at)
    if authority.has_role(AdminRole.SYSTEM):
        return True
    return any(post.unit_id == bureau.pk and post.kind in DECIDERS for post in authority.held)


def require_mandates(actor: User | None, bureau: Unit, at: datetime) -> None:
    if not may_set_mandates(actor, bureau, at):
        raise NotAllowed(_("委托中心校办理由教育局安全办主任、局领导或系统管理员设定。"))
