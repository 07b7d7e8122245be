"""What an operator does about letters: sends a dead one again, tries a way out."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.errors import Invalid, NotAllowed, NotFound, WrongState
from core.models import AuditKind
from notifications.delivery_claim import requeue
from notifications.models import PERSONAL, Contact, Delivery, Outlet
from notifications.transports import TRANSPORTS, Permanent, get_transport
from organizations.kinds import AdminRole
from organizations.models import User

# Test messages that one person may send within a time.
MOST_TESTS, TEST_PERIOD = 5, timedelta(minutes=10)
# Dead letters sent again at once.
MOST_AT_ONCE = 1000


def may_operate(actor: User) -> bool:
    """Send dead letters again, send test messages anywhere."""
    return actor.is_active and actor.admin_role == AdminRole.SYSTEM


def check_address(way: str, address: str) -> None:
    """Raises Invalid(address=…) unless it looks like one of the way's. For contacts and outlets alike."""
    transport = TRANSPORTS.get(way)
    if transport is None:
        raise Invalid.of(way=_("没有这种发送方式"))
    try:
        transport.check_address(address)
    except Permanent as exc:
        raise Invalid.of(address=exc.message) from exc


@transaction.atomic
def resend_delivery(*, actor: User, delivery_id: int, at: datetime) -> Delivery:
    """Queue a dead letter again, with all its tries before it, under the same key.

    Raises NotAllowed, NotFound; WrongState unless it is dead and still unread.
    """
    _require_operator(actor)
    found = Delivery.objects.select_for_update(of=("self",)).select_related("message").filter(pk=delivery_id).first()
    if found is None:
        raise NotFound
    if found.state != Delivery.State.DEAD:
        raise WrongState(_("只有发送失败的才能重发；这一条是“%(state)s”。") % {"state": found.get_state_display()})
    if found.outlet_id is None and found.message is not None and found.message.read_at is not None:
        raise WrongState(_("收件人已在系统中阅读，不需要重发。"))
    requeue([found.pk], at)
    _audit(actor, at, "delivery.resent", found.key, {"way": found.way, "failure": found.failure})
    found.refresh_from_db()
    return found


@transaction.atomic
def resend_dead(*, actor: User, way: str, at: datetime) -> int:
    """Queue the dead letters of a way again, the newest thousand that nobody has read meanwhile; how many."""
    _require_operator(actor)
    dead = Delivery.objects.select_for_update(of=("self",), skip_locked=True).filter(state=Delivery.State.DEAD, way=way)
    unread = dead.exclude(outlet__isnull=True, message__isnull=False, message__read_at__isnull=False)
    ids = list(unread.order_by("-pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    requeue(ids, at)
    if ids:
        _audit(actor, at, "delivery.resent", way, {"way": way, "n": len(ids)})
    return len(ids)


@transaction.atomic
def send_test(*, actor: User, way: str, address: str = "", outlet_id: int | None = None, at: datetime) -> Delivery:
    """Queue a test message to an address, or through an outlet; the relay sends it like any other.

    An operator may send anywhere, everybody to his own contact. Raises NotAllowed, NotFound, Invalid.
    """
    is_own = Contact.objects.filter(user=actor, way=way, address=address, is_active=True).exists()
    if not may_operate(actor) and not is_own:
        raise NotAllowed(_("只能向自己的联系方式发送测试消息。"))
    outlet = None
    if outlet_id is not None:
        outlet = Outlet.objects.filter(pk=outlet_id).first()
        if outlet is None:
            raise NotFound
        way, address = outlet.way, outlet.name
    elif way not in PERSONAL:
        raise Invalid.of(way=_("没有这种发送方式"))
    else:
        check_address(way, address)
    _require_set_up(way)
    _require_few_tests(actor, at)
    row = Delivery.objects.create(
        created_at=at, outlet=outlet, way=way, address=address,
        key=f"t{actor.pk}:{secrets.token_hex(8)}:{way}", next_at=at,
    )  # fmt: skip
    _audit(actor, at, "delivery.tested", row.key, {"way": way})
    return row


def _require_operator(actor: User) -> None:
    if not may_operate(actor):
        raise NotAllowed(_("只有系统管理员可以重发。"))


def _require_set_up(way: str) -> None:
    transport = get_transport(way)
    if transport is None:
        raise Invalid.of(way=_("本系统还没有设置这种发送方式"))


def _require_few_tests(actor: User, at: datetime) -> None:
    lately = Delivery.objects.filter(key__startswith=f"t{actor.pk}:", created_at__gt=at - TEST_PERIOD)
    if lately.count() >= MOST_TESTS:
        raise Invalid(_("测试消息发得太多，请过几分钟再试。"))


def _audit(actor: User, at: datetime, action: str, subject: str, detail: dict[str, object]) -> None:
    record_audit(kind=AuditKind.SETTINGS, at=at, actor=actor, action=action, subject=subject, detail=detail)
