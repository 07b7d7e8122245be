"""What is expected of logins, accounts, units and people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.clock import StillClock, today
from tests.matrix.deeds import credentials
from tests.matrix.rows import (
    Row,
    Rule,
    Status,
    always,
    anybody,
    first_password,
    for_,
    page,
)
from tests.matrix.scope import (
    ADDS_PEOPLE,
    FILLS_HEAD,
    FILLS_STAFF,
    KEEPERS,
    KEEPS,
    SIGNED_IN,
    UNITS,
    VISITORS,
    Roles,
    roles,
)
from tests.matrix.world import HEAD_POST, STAFF_POST, World
from tests.support.district import PASSWORD

Sent = Mapping[str, Any]
DONE = 302


def _only_visitors(status: Status, otherwise: Status = DONE) -> Rule:
    return lambda role, subject: status if role in VISITORS else otherwise


LOGIN_ROWS: dict[str, Row] = {
    "healthz": Row(anybody, {"GET": always(200), "HEAD": always(200)}),
    # No clock process runs beside the tests.
    "readyz": Row(anybody, {"GET": always(503), "HEAD": always(503)}),
    "desk": page(always(200)),
    # Who is logged in is sent to his desk, by whatever verb he comes.
    "login": Row(
        first_password,
        {
            "GET": _only_visitors(200),
            "HEAD": _only_visitors(200),
            "OPTIONS": _only_visitors(200),
            "POST": always(DONE),
            "PUT": _only_visitors(422),
            "PATCH": _only_visitors(405),
            "DELETE": _only_visitors(405),
        },
        data=credentials,
    ),
    "logout": Row(anybody, {"POST": always("login"), "OPTIONS": always(200)}),
    # The one page that opens to who has a temporary password; for all others it leads to the ordinary one.
    "set_password": Row(
        lambda role: "login" if role in VISITORS else None,
        {"GET": for_(SIGNED_IN, DONE, otherwise=200), "POST": for_(SIGNED_IN, DONE, otherwise=DONE)},
        data=lambda world, role, subject: {"new": "a-good-long-one-26", "again": "a-good-long-one-26"},
    ),
    "change_password": page(
        always(200), always(DONE), head=False,
        data=lambda world, role, subject: {"old": PASSWORD, "new": "a-good-long-one-26", "again": "a-good-long-one-26"},
    ),
    # The code of a login that is half done; whoever is in goes on to his desk.
    "verify_code": page(always(DONE), always(DONE), head=False),
    # None of the cast has an app, so the page shows how to get one, and no code is right.
    "second_factor": page(
        always(200), always(422), head=False, data=lambda world, role, subject: {"code": "000000"}
    ),
    "change_second_factor": page(
        post=always(DONE), data=lambda world, role, subject: {"what": "renew", "code": "000000"}
    ),
    "forget_devices": page(post=always(DONE)),
    "forget_device": page(
        post=lambda role, whose: DONE if role == whose else 404, subjects=("leader", "secadmin"),
        args=lambda world, whose: {"device_id": world.device(whose)},
    ),
    "me": page(always(200)),
}  # fmt: skip

# --- units and people ---------------------------------------------------------------------------------------------

SYSTEM, SECURITY, AUDIT = roles("sysadmin"), roles("secadmin"), roles("auditor")


def _keeps(role: str, unit: str) -> Status | None:
    """403 for who keeps nobody, 404 for a unit out of a keeper's scope."""
    if role not in KEEPERS:
        return 403
    return None if unit in KEEPS[role] else 404


def kept(allowed: Mapping[str, Roles] | Roles | None, status: Status) -> Rule:
    """In a keeper's scope 403, unless he is one of those that may."""

    def expected(role: str, unit: str) -> Status:
        out = _keeps(role, unit)
        if out is not None:
            return out
        may = allowed.get(unit, frozenset()) if isinstance(allowed, Mapping) else allowed
        return status if may is None or role in may else 403

    return expected


ON_UNIT: dict[str, Any] = {"subjects": UNITS, "args": lambda world, unit: {"unit_id": world.unit(unit)}}
LEAVERS: dict[str, Any] = {
    "subjects": UNITS,
    "args": lambda world, unit: {"holding_id": world.holding(f"{unit}_leaver")},
}
# Accounts: of people in each unit, and of an administrator, who belongs to none.
PEOPLE: dict[str, Any] = {
    "subjects": (*UNITS, "auditor"),
    "args": lambda world, who: {"user_id": world.person(who if who == "auditor" else f"{who}_leaver")},
}


def _on_day(world: World) -> str:
    return today(StillClock.now()).isoformat()


def _appoint_args(world: World, subject: str) -> Sent:
    return {"unit_id": world.unit(subject.split("/")[0])}


def _appoint_data(world: World, role: str, subject: str) -> Sent:
    unit, which = subject.split("/")
    kind = (STAFF_POST if which == "staff" else HEAD_POST)[unit]
    return {"post": world.post(unit, kind), "user": world.person(f"{unit}_spare"), "from_on": _on_day(world)}


def _appointed(role: str, subject: str) -> Status:
    unit, which = subject.split("/")
    return kept(FILLS_STAFF if which == "staff" else FILLS_HEAD, DONE)(role, unit)


def _switched(role: str, who: str) -> Status:
    """An account is closed by who fills the person's posts or by an administrator; an administrator's by another one."""
    if who == "auditor":
        return {"secadmin": DONE, "sysadmin": 403}.get(role, 404 if role in KEEPERS else 403)
    if role == "secadmin":
        return 403
    return kept({unit: FILLS_STAFF[unit] | SYSTEM for unit in UNITS}, DONE)(role, who)


# What may hang below a unit of each kind; below a teaching point and a department nothing may.
_BELOW = {"school": "KG", "sibling": "PT", "central": "SCH", "edu": "SEC"}


def _unit_data(world: World, role: str, unit: str) -> Sent:
    return {"kind": _BELOW.get(unit, "SCH"), "name": "新设单位"}


def _made_below(role: str, unit: str) -> Status:
    return 403 if role not in SYSTEM else DONE if unit in _BELOW else 422


def _role_changed(role: str, who: str) -> Status:
    """No administrator holds or held a post; nobody changes his own account."""
    return 403 if role not in SECURITY else DONE if who == "auditor" else 422


PEOPLE_ROWS: dict[str, Row] = {
    "people": page(for_(KEEPERS)),
    "unit_people": page(kept(None, 200), **ON_UNIT),
    "add_person": page(
        post=kept(ADDS_PEOPLE, 200), data=lambda world, role, unit: {"name": "新同事", "username": "newone"}, **ON_UNIT
    ),
    "appoint": page(
        post=_appointed, data=_appoint_data, args=_appoint_args,
        subjects=[f"{unit}/{which}" for unit in UNITS for which in ("staff", "head") if (which, unit) != ("head", "edu")],
    ),
    "rename_unit": page(
        post=kept(SYSTEM, DONE), data=lambda world, role, unit: {"name": "改了名的单位"}, **ON_UNIT
    ),
    "switch_unit": page(post=kept(SYSTEM, DONE), data=lambda world, role, unit: {"is_active": "1"}, **ON_UNIT),
    "new_root_unit": page(
        for_(SYSTEM), for_(SYSTEM, DONE), head=False,
        data=lambda world, role, subject: {"kind": "PRV", "name": "另一个测试省"},
    ),
    "new_unit": page(
        for_(SYSTEM), _made_below, head=False, data=_unit_data, subjects=UNITS,
        args=lambda world, unit: {"parent_id": world.unit(unit)},
    ),
    "end_holding": page(
        kept(FILLS_STAFF, 200), kept(FILLS_STAFF, DONE), head=False,
        data=lambda world, role, unit: {"until_on": _on_day(world)}, **LEAVERS,
    ),
    "switch_person": page(post=_switched, data=lambda world, role, who: {"is_active": "0"}, **PEOPLE),
    "accounts": page(for_(SYSTEM | SECURITY)),
    "new_account": page(
        for_(SYSTEM), for_(SYSTEM, 200), head=False,
        data=lambda world, role, subject: {"name": "新管理员", "username": "newadmin"},
    ),
    "account": page(for_(SYSTEM | SECURITY), **PEOPLE),
    "reset_account": page(post=for_(SECURITY), **PEOPLE),
    "unlock_account": page(post=for_(SECURITY, DONE), **PEOPLE),
    # None of them has an app to be reset.
    "reset_second_factor": page(post=for_(SECURITY, 409), **PEOPLE),
    "security_settings": page(
        for_(SECURITY), for_(SECURITY, DONE), head=False,
        data=lambda world, role, subject: {
            "password_profile": "asvs", "second_factor_posts": ["leader"], "grace_days": 3, "remember_days": 30,
        },
    ),
    "change_role": page(post=_role_changed, data=lambda world, role, who: {"role": "system"}, **PEOPLE),
    "audit": page(for_(AUDIT)),
}  # fmt: skip
