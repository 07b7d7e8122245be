"""How one person wants to hear: which kinds at once, when it is quiet, by which ways and at which addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.errors import Invalid
from core.locks import busy_on_lock_timeout
from core.models import AuditKind
from notifications.kinds import KINDS, Choice, Group, Kind
from notifications.masking import mask
from notifications.models import PERSONAL, Contact, Inbox, Quiet, Way
from notifications.urgency import Urgency
from organizations.models import User

MOST_ADDRESS = 200
_PHONE = re.compile(r"1[3-9]\d{9}")
# As 企业微信 and 钉钉 let members be named.
_MEMBER = re.compile(r"[0-9A-Za-z_.@-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """`choices` names the kinds that are not told at once, or once were not; `ways` those that are wanted or refused."""

    choices: Mapping[str, str]
    ways: Mapping[str, bool]
    quiet: str
    wants_digest: bool

    @classmethod
    def of(cls, box: Inbox) -> Preferences:
        return cls(choices=box.choices, ways=box.ways, quiet=box.quiet, wants_digest=box.wants_digest)


def change_preferences(*, actor: User, wanted: Preferences, at: datetime) -> Preferences:
    """What holds from now on. Raises Invalid at `kind:<name>` for what may not be had later or not at all."""
    _check(wanted)
    chosen = {name: choice for name, choice in wanted.choices.items() if choice != Choice.ON}
    with busy_on_lock_timeout(), transaction.atomic():
        Inbox.objects.bulk_create([Inbox(user=actor)], ignore_conflicts=True)
        box = Inbox.objects.select_for_update().get(pk=actor.pk)
        before = Preferences.of(box)
        # What is told at once again stays named: what was left for a digest before still has to come in one.
        box.choices = dict.fromkeys(before.choices, str(Choice.ON)) | chosen
        box.ways = dict(wanted.ways)
        box.quiet, box.wants_digest = wanted.quiet, wanted.wants_digest
        box.save(update_fields=["choices", "ways", "quiet", "wants_digest"])
        after = Preferences.of(box)
        if after != before:
            _audit(actor, "messages.preferences", {"before": _told(before), "after": _told(after)}, at)
    return after


def set_contacts(*, actor: User, wanted: Mapping[str, str], at: datetime) -> list[str]:
    """Where he is reached, {way: address}, empty for nowhere; which of them changed. Raises Invalid at `address:<way>`."""
    cleaned = {way: address.strip() for way, address in wanted.items()}
    errors = {f"address:{way}": [wrong] for way, address in cleaned.items() if (wrong := why_wrong(way, address))}
    _refuse(errors)
    with transaction.atomic():
        rows = {row.way: row for row in Contact.objects.select_for_update().filter(user=actor)}
        before = {way: rows[way].address if way in rows else "" for way in cleaned}
        changed = [way for way in cleaned if cleaned[way] != before[way]]
        for way in changed:
            if not cleaned[way]:
                rows[way].delete()
                continue
            facts = {"address": cleaned[way], "is_active": True, "set_at": at}
            Contact.objects.update_or_create(user=actor, way=way, defaults=facts)
        if changed:
            detail = {way: {"before": mask(before[way]), "after": mask(cleaned[way])} for way in changed}
            _audit(actor, "messages.contact", detail, at)
    return changed


def why_wrong(way: str, address: str) -> str:
    """In a sentence; empty for what is right, and for nothing."""
    if way not in PERSONAL:
        return _("没有这种接收方式。")
    if not address:
        return ""
    if len(address) > MOST_ADDRESS:
        return _("地址最长 %(n)d 个字符。") % {"n": MOST_ADDRESS}
    match way:
        case Way.EMAIL:
            return "" if _is_email(address) else _("邮箱地址不对，应如 name@example.cn。")
        case Way.SMS:
            return "" if _is(_PHONE, address) else _("手机号应为 11 位数字。")
        case _:
            return "" if _is(_MEMBER, address) else _("应为成员账号：字母、数字、点、横线、下划线或 @，最长 64 个。")


def _is(pattern: re.Pattern[str], address: str) -> bool:
    return address.isascii() and pattern.fullmatch(address) is not None


def _is_email(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _check(wanted: Preferences) -> None:
    errors: dict[str, list[str]] = {}
    for name, choice in wanted.choices.items():
        kind = KINDS.get(name)
        if kind is None:
            errors[f"kind:{name}"] = [_("没有这种消息。")]
        elif choice not in choices_of(kind):
            errors[f"kind:{name}"] = [say_refused(kind, choice)]
    if not wanted.wants_digest and Choice.DIGEST in wanted.choices.values():
        errors["wants_digest"] = [_("有消息选了“随每日汇总”，请保留每日汇总，或把它们改为即时。")]
    if wanted.quiet not in Quiet.values:
        errors["quiet"] = [_("没有这个选项。")]
    if any(way not in PERSONAL for way in wanted.ways):
        errors["ways"] = [_("没有这种接收方式。")]
    _refuse(errors)


def _refuse(errors: Mapping[str, list[str]]) -> None:
    if errors:
        flat = [message for found in errors.values() for message in found]
        raise Invalid(flat[0] if len(flat) == 1 else "", fields=errors)


def choices_of(kind: Kind) -> tuple[Choice, ...]:
    """What sums up others can't wait for itself; whether one comes daily is asked apart."""
    return (Choice.ON,) if kind.group == Group.DIGEST else kind.choices


def say_refused(kind: Kind, choice: str) -> str:
    """Why one may not have a kind like this."""
    if choice not in list(Choice):
        return _("“%(kind)s”没有这个选项。") % {"kind": kind.label}
    if kind.group == Group.DIGEST:
        return _("“%(kind)s”不能推迟；每日汇总可以整个关闭。") % {"kind": kind.label}
    if kind.urgency >= Urgency.WARNING:
        return _("“%(kind)s”属预警，只能即时接收，不能推迟或关闭。") % {"kind": kind.label}
    return _("“%(kind)s”要您办理，可以随每日汇总接收，不能关闭。") % {"kind": kind.label}


def list_contacts(user: User) -> dict[str, str]:
    """{way: address}"""
    return dict(Contact.objects.filter(user=user).values_list("way", "address"))


def _told(one: Preferences) -> dict[str, object]:
    return {
        "choices": dict(one.choices), "ways": dict(one.ways), "quiet": one.quiet, "wants_digest": one.wants_digest,
    }  # fmt: skip


def _audit(actor: User, action: str, detail: Mapping[str, object], at: datetime) -> None:
    record_audit(kind=AuditKind.ACCOUNT, at=at, actor=actor, action=action, subject=actor.name, detail=detail)
