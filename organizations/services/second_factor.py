"""The second factor of an account: enrol, show a code, renew backup codes, stop, reset; and its known browsers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.clock import local, today
from core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from core.models import AuditKind
from organizations.kinds import AdminRole
from organizations.models import AuthenticatorApp, BackupCode, CodeKind, RememberedDevice, User
from organizations.policies import Authority
from organizations.second_factor.codes import (
    DIGITS,
    clean_code,
    digest_backup_code,
    make_backup_codes,
    matching_step,
)
from organizations.second_factor.devices import forget_devices_of
from organizations.second_factor.tries import (
    MOST_HERE,
    count_failure,
    forget_all_failures,
    forget_failures_here,
    paused_until,
)
from organizations.security_policy import current_policy, is_asked
from organizations.services.announce import revoke_credentials
from organizations.services.holdings import lock_person
from organizations.services.recording import record_account


class WrongCode(Invalid):
    """验证码不对，请核对后重新输入。"""

    code = "wrong_code"


class TooManyCodes(DomainError):
    """验证码输错次数过多，请稍后再试。"""

    code = "too_many_codes"
    status = 429


@transaction.atomic
def enrol_app(*, actor: User, secret: str, code: str, at: datetime) -> list[str]:
    """Make this app show the account's codes from now on, instead of another. Returns backup codes, told once.

    Ends tokens and remembered browsers. The code shown here opens nothing any more.
    """
    user = lock_person(actor.pk)
    step = matching_step(secret, clean_code(code), at)
    if step is None:
        raise Invalid.of(code=_("验证码不对。请确认手机时间准确，等验证器换出新的 6 位数字后再输入。"))
    is_new = not AuthenticatorApp.objects.filter(user=user).exists()
    facts = {"secret": secret, "last_step": step, "enrolled_at": at, "last_used_at": at}
    AuthenticatorApp.objects.update_or_create(user=user, defaults=facts)
    codes = _renew_codes(user)
    revoke_credentials(user.pk)
    record_account(actor, at, "second_factor.enrolled" if is_new else "second_factor.replaced", user)
    return codes


def prove_factor(*, actor: User, code: str, address: str, at: datetime) -> CodeKind:
    """Take a code of the app or a backup code, each once. Returns which it was.

    Raises WrongCode, or TooManyCodes saying when to try again; failures are written down either way.
    """
    with transaction.atomic():
        found = _try_code(lock_person(actor.pk), code, address, at)
    if isinstance(found, DomainError):
        raise found
    return found


def _try_code(user: User, text: str, address: str, at: datetime) -> CodeKind | DomainError:
    app = AuthenticatorApp.objects.filter(user=user).first()
    if app is None:
        return WrongState(_("这个账号没有启用登录验证，请重新登录。"))
    code = clean_code(text)
    kind = CodeKind.APP if len(code) <= DIGITS else CodeKind.BACKUP
    opens_at = paused_until(user, kind, address, at)
    if opens_at is not None:
        return _paused(kind, opens_at, at)
    if _take_app_code(app, code, at) if kind == CodeKind.APP else _take_backup_code(user, code, at):
        forget_failures_here(user, address)
        _record(user, at, AuditKind.LOGIN, f"second_factor.{kind}_code_taken", address)
        return kind
    n_left = count_failure(user, kind, address, at)
    _record(user, at, AuditKind.LOGIN_FAILED, "second_factor.failed" if n_left else "second_factor.paused", address)
    opens_at = paused_until(user, kind, address, at)
    return _paused(kind, opens_at, at) if opens_at else _wrong(kind, n_left)


def _take_app_code(app: AuthenticatorApp, code: str, at: datetime) -> bool:
    """Under the person's lock, so that of two who show one code only the first comes in."""
    step = matching_step(app.secret, code, at, after=app.last_step)
    if step is None:
        return False
    app.last_step, app.last_used_at = step, at
    app.save(update_fields=["last_step", "last_used_at"])
    return True


def _take_backup_code(user: User, code: str, at: datetime) -> bool:
    digest = digest_backup_code(user.pk, code)
    return bool(BackupCode.objects.filter(user=user, digest=digest, used_at=None).update(used_at=at))


@transaction.atomic
def renew_backup_codes(*, actor: User, at: datetime) -> list[str]:
    """New ones, told once; those before are void. The caller has just taken a code."""
    user = lock_person(actor.pk)
    if not AuthenticatorApp.objects.filter(user=user).exists():
        raise WrongState(_("请先启用登录验证。"))
    codes = _renew_codes(user)
    record_account(actor, at, "backup_codes.renewed", user)
    return codes


@transaction.atomic
def stop_factor(*, actor: User, at: datetime) -> None:
    """Go back to the password alone. Raises NotAllowed where the policy asks for more."""
    user = lock_person(actor.pk)
    if is_asked(user, current_policy(), at):
        raise NotAllowed(_("您的岗位必须使用登录验证，不能停用；换手机请用“更换手机”。"))
    _remove(user)
    record_account(actor, at, "second_factor.stopped", user)


@transaction.atomic
def reset_factor(*, actor: User | None, user: User, at: datetime) -> None:
    """For who lost phone and backup codes: he enrols anew at the next login, without new days of grace."""
    authority = Authority(actor, at)
    authority.require_role(AdminRole.SECURITY)
    authority.require_other(user)
    user = lock_person(user.pk)
    if not AuthenticatorApp.objects.filter(user=user).exists():
        raise WrongState(_("%(name)s没有启用登录验证，不用重置。") % {"name": user.name})
    _remove(user)
    revoke_credentials(user.pk)
    record_account(actor, at, "second_factor.reset", user)


@transaction.atomic
def forget_device(*, actor: User, device_id: int, at: datetime) -> None:
    """One of the actor's own browsers; another's is not found."""
    device = RememberedDevice.objects.filter(user=actor, pk=device_id).first()
    if device is None:
        raise NotFound
    device.delete()
    record_account(actor, at, "device.forgotten", actor, message=device.label)


@transaction.atomic
def forget_own_devices(*, actor: User, at: datetime) -> None:
    forget_devices_of(actor.pk)
    record_account(actor, at, "device.forgotten", actor, message=_("全部"))


def _remove(user: User) -> None:
    AuthenticatorApp.objects.filter(user=user).delete()
    BackupCode.objects.filter(user=user).delete()
    forget_devices_of(user.pk)
    forget_all_failures(user.pk)


def _renew_codes(user: User) -> list[str]:
    codes = make_backup_codes()
    BackupCode.objects.filter(user=user).delete()
    digests = [digest_backup_code(user.pk, clean_code(code)) for code in codes]
    BackupCode.objects.bulk_create(BackupCode(user=user, digest=digest) for digest in digests)
    return codes


def _wrong(kind: CodeKind, n_left: int) -> WrongCode:
    if kind == CodeKind.BACKUP:
        return WrongCode.of(code=_("备用码不对或已经用过，请换一个。"))
    message = _("验证码不对或已经用过。请等验证器换出新的 6 位数字后再输入。")
    if n_left < MOST_HERE[kind] - 1:
        message += _("再错 %(n)s 次将暂停一会儿。") % {"n": n_left}
    return WrongCode.of(code=message)


def _paused(kind: CodeKind, opens_at: datetime, at: datetime) -> TooManyCodes:
    is_today = today(opens_at) == today(at)
    when = local(opens_at).strftime("%H:%M" if is_today else _("%m月%d日 %H:%M"))
    if kind == CodeKind.BACKUP:
        return TooManyCodes(_("备用码输错次数过多，%(when)s 后再试。") % {"when": when})
    return TooManyCodes(
        _(
            "验证码输错次数过多，%(when)s 后再试；急用请输入一个备用码。如果不是您本人在试，请立即联系安全管理员重置密码。"
        )
        % {"when": when}
    )


def _record(user: User, at: datetime, kind: AuditKind, action: str, address: str) -> None:
    record_audit(
        kind=kind, at=at, actor=user if kind == AuditKind.LOGIN else None, action=action, address=address,
        subject=f"{user.name}（{user.username}）", detail={"user": user.pk},
    )  # fmt: skip
