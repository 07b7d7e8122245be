from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid, NotAllowed
from organizations.kinds import AdminRole
from organizations.models import Holding, Post, Unit, User
from organizations.policies import Authority
from organizations.posts import unended
from organizations.second_factor.devices import forget_devices_of
from organizations.services.announce import announce_posts, revoke_credentials
from organizations.services.changing import changing
from organizations.services.checking import check_model
from organizations.services.holdings import cut_delegations, lock_person
from organizations.services.passwords import temporary_password
from organizations.services.recording import record_account


@dataclass(frozen=True)
class NewPerson:
    """The password is told once and stored nowhere in the clear."""

    user: User
    temporary_password: str


@changing()
def create_person(
    *,
    actor: User | None,
    unit: Unit | None,
    username: str,
    name: str,
    at: datetime,
    phone: str = "",
    password: str = "",
) -> NewPerson:
    """Open an account with a temporary password that the person replaces at the first login.

    Without a unit only by the system administrator: an account that is to be an administrator's.
    `password` is a command's: it then is the person's own and need not be replaced.
    """
    authority = Authority(actor, at)
    if unit is None:
        authority.require_role(AdminRole.SYSTEM)
    elif not authority.may_add_person(unit):
        raise NotAllowed(_("“%(unit)s”的人员由其负责人管理。") % {"unit": unit.name})
    if password and actor is not None:
        raise ValueError("only a command sets somebody else's own password")
    user = User(
        username=User.objects.model.normalize_username(username.strip()),
        name=name.strip(),
        phone=phone.strip(),
        unit=unit,
        must_set_password=not password,
        password_set_at=at if password else None,
        created_at=at,
    )
    check_model(user, only=("username", "name", "phone"))
    told = password or temporary_password()
    user.set_password(told)
    _save_new(user)
    record_account(actor, at, "person.created", user, unit=unit.pk if unit else None)
    return NewPerson(user, told)


@changing()
def set_person_active(*, actor: User | None, user: User, is_active: bool, at: datetime) -> User:
    """Open or close an account. Closing ends its sessions and vacates its posts without ending the holdings.

    Raises NotAllowed unless the actor keeps every post the person holds; administrators keep accounts without.
    """
    authority = Authority(actor, at)
    authority.require_other(user)
    user = lock_person(user.pk)
    if not authority.may_switch(user, posts_held(user, at, delegated=False)):
        raise NotAllowed(_("%(name)s的账号由任命他的岗位管理。") % {"name": user.name})
    if user.is_active == is_active:
        return user
    posts = posts_held(user, at)
    user.is_active = is_active
    user.leaves_on = None
    user.save(update_fields=["is_active", "leaves_on"])
    record_account(actor, at, "person.activated" if is_active else "person.deactivated", user)
    if not is_active:
        posts += close_account(actor, user, at)
    announce_posts(posts, at)
    return user


def close_account(actor: User | None, user: User, at: datetime) -> list[Post]:
    """End the sessions of an inactive account, and what it delegated or stood in for; gives the posts it leaves so."""
    revoke_credentials(user.pk)
    return cut_delegations(actor, Q(user=user) | Q(delegated_by=user), today(at), at)


@changing()
def set_admin_role(*, actor: User | None, user: User, role: str, at: datetime) -> User:
    """Make an account one of the three administrators, or (role "") none any more.

    Raises Invalid for an account that has ever held a post. Its sessions go on with the new role.
    """
    authority = Authority(actor, at)
    authority.require_role(AdminRole.SECURITY)
    authority.require_other(user)
    if role and role not in AdminRole.values:
        raise Invalid.of(role=_("请选择管理员类别。"))
    user = lock_person(user.pk)
    if role and user.holdings.exists():
        raise Invalid.of(role=_("%(name)s任过业务岗位，不能兼任管理员，请另建账号。") % {"name": user.name})
    former, user.admin_role = user.admin_role, role
    user.save(update_fields=["admin_role"])
    forget_devices_of(user.pk)
    record_account(actor, at, "admin_role.changed", user, former=former, role=role)
    return user


def _save_new(user: User) -> None:
    try:
        with changing():
            user.save(force_insert=True)
    except IntegrityError as exc:
        raise Invalid.of(username=_("已存在一位使用该名字的用户。")) from exc


def posts_held(user: User, at: datetime, *, delegated: bool = True) -> list[Post]:
    """Posts held now or to be held; those he stands in for are kept by who keeps their holder."""
    holdings = Holding.objects.filter(unended(today(at)), user=user)
    if not delegated:
        holdings = holdings.filter(delegated_by=None)
    return list(Post.objects.filter(pk__in=holdings.values("post")).select_related("unit"))
