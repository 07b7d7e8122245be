from __future__ import annotations

import secrets
from datetime import datetime

from axes.utils import reset as forget_failures
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, WrongState
from organizations.kinds import AdminRole
from organizations.models import User
from organizations.password_rules import remember_password
from organizations.policies import Authority
from organizations.second_factor.tries import forget_all_failures
from organizations.security_policy import current_policy
from organizations.services.announce import revoke_credentials
from organizations.services.holdings import lock_person
from organizations.services.recording import record_account

# Without characters that are mistaken for one another when read out or copied by hand.
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_DIGITS = "23456789"
_GROUPS = 3


def temporary_password() -> str:
    """Three groups such as `kwmt73`, about 70 bits."""
    return "-".join(_group() for _ in range(_GROUPS))


def _group() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4)) + "".join(secrets.choice(_DIGITS) for _ in range(2))


@transaction.atomic
def reset_password(*, actor: User | None, user: User, at: datetime) -> str:
    """Give a temporary password, told once. Ends sessions, tokens and remembered browsers; opens a locked login."""
    authority = Authority(actor, at)
    authority.require_role(AdminRole.SECURITY)
    authority.require_other(user)
    user = lock_person(user.pk)
    password = temporary_password()
    _store(user, password, must_set=True, at=None)
    forget_failures(username=user.username)
    forget_all_failures(user.pk)
    revoke_credentials(user.pk)
    record_account(actor, at, "password.reset", user)
    return password


@transaction.atomic
def set_first_password(*, actor: User, new: str, at: datetime) -> User:
    """Replace the temporary password. Raises WrongState when it has been replaced already."""
    user = lock_person(actor.pk)
    if not user.must_set_password:
        raise WrongState(_("密码已经设定，请用“修改密码”更换。"))
    if user.check_password(new):
        raise Invalid.of(new=_("新密码不能与临时密码相同。"))
    _check_strength(user, new)
    _store(user, new, must_set=False, at=at)
    record_account(actor, at, "password.set", user)
    return user


@transaction.atomic
def change_own_password(*, actor: User, old: str, new: str, at: datetime) -> User:
    """Ends other sessions, tokens and remembered browsers; the caller renews its own session's hash."""
    user = lock_person(actor.pk)
    if not user.check_password(old):
        raise Invalid.of(old=_("原密码不对。"))
    if old == new:
        raise Invalid.of(new=_("新密码不能与原密码相同。"))
    _check_strength(user, new)
    _store(user, new, must_set=False, at=at)
    forget_all_failures(user.pk)
    revoke_credentials(user.pk)
    record_account(actor, at, "password.changed", user)
    return user


@transaction.atomic
def unlock_account(*, actor: User | None, user: User, at: datetime) -> int:
    """Forget the failed logins and wrong codes of an account; returns at how many addresses logins had failed."""
    Authority(actor, at).require_role(AdminRole.SECURITY)
    forget_all_failures(user.pk)
    n_forgotten = int(forget_failures(username=user.username))
    record_account(actor, at, "account.unlocked", user)
    return n_forgotten


def _check_strength(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as exc:
        raise Invalid.of(new=exc.messages) from exc


def _store(user: User, password: str, *, must_set: bool, at: datetime | None) -> None:
    remember_password(user, current_policy().password_profile.n_remembered)
    user.set_password(password)
    user.must_set_password = must_set
    user.password_set_at = at
    user.save(update_fields=["password", "must_set_password", "password_set_at"])
