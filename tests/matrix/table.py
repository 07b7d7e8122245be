"""The expectation of every address: one row each, named as the address is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.clock import StillClock, today
from tests.matrix.addresses import ACT_PAGE, UNKNOWN_ACTION
from tests.matrix.deeds import SENT
from tests.matrix.rows import (
    Row,
    Rule,
    Status,
    always,
    anybody,
    api_first_password,
    call,
    first_password,
    for_,
    page,
    page_gate,
    seen,
)
from tests.matrix.scope import (
    ADDS_PEOPLE,
    CENTRAL,
    FILLS_HEAD,
    FILLS_STAFF,
    KEEPERS,
    KEEPS,
    SIGNED_IN,
    STAFF_OF_BUREAU,
    STAFF_OF_SCHOOL,
    STORIES,
    UNITS,
    VISITORS,
    WITH_POST,
    Deed,
    Roles,
    deed,
    readers,
    roles,
)
from tests.matrix.world import ADMINISTRATORS, HEAD_POST, PASSWORD, STAFF_POST, World
from tests.support.district import photo_bytes

Sent = Mapping[str, Any]
DONE = 302

# --- hazards ------------------------------------------------------------------------------------------------------

# Read under way, and where the scope was narrower before.
FILES = tuple(f"{subject}@rectifying" for subject in STORIES) + (
    "own@reported",
    "direct@reported",
    "restricted@reported",
)


def _readers_of_file(subject: str) -> Roles:
    story, state = subject.split("@")
    return readers(story, state)


def _file_args(world: World, subject: str) -> Sent:
    story, state = subject.split("@")
    return {"number": world.numbers[story, state]}


READ_FILE: dict[str, Any] = {"get": seen(_readers_of_file), "subjects": FILES, "args": _file_args}


def _deed(action: str, story: str) -> Deed:
    return Deed("reported", frozenset()) if action in ("report", UNKNOWN_ACTION) else deed(action, story)


def _act(action: str, done: Status) -> Rule:
    """Out of scope 404; in scope and not permitted 403; stopped by a guard 422; else it is done."""

    def expected(role: str, story: str) -> Status:
        rule = _deed(action, story)
        if role not in readers(story, rule.state) or action == UNKNOWN_ACTION:
            return 404
        if action == "report":
            # Begins a hazard and can't begin on one that is there.
            return 409
        if role in rule.works:
            return done
        return 422 if role in rule.guarded else 403

    return expected


def _open_act_page(action: str) -> Rule:
    """Its address opened anew leads to the file."""

    def expected(role: str, story: str) -> Status:
        return DONE if action != UNKNOWN_ACTION and role in readers(story, _deed(action, story).state) else 404

    return expected


def _act_shape(action: str, half: int) -> dict[str, Any]:
    def args(world: World, story: str) -> Sent:
        return {"number": world.numbers[story, _deed(action, story).state]}

    def data(world: World, role: str, story: str) -> Sent:
        if action == UNKNOWN_ACTION:
            return {}
        number = world.numbers[story, _deed(action, story).state]
        return {**SENT[action](world, role, story), "version": world.versions[number]}

    return {
        "args": args, "data": data, "subjects": tuple(STORIES), "on_all": ("POST",), "half": half, "is_act": True,
        "names": lambda world, story: _permitted(world, action, story),
    }  # fmt: skip


# Not a post, but what a person is to the hazard.
_BY_PART = {"supplement": ["上报人"], "fix_on_spot": ["本校教职工"]}


def _permitted(world: World, action: str, story: str) -> list[str]:
    """Posts of which a refusal has to name one."""
    return [*map(world.post_of, sorted(_deed(action, story).permitted)), *_BY_PART.get(action, [])]


def _act_page(action: str) -> Row:
    shape = _act_shape(action, 0)
    if action == UNKNOWN_ACTION:
        return page(_open_act_page(action), _act(action, DONE), **{**shape, "args": _with_unknown_action})
    args = shape["args"]
    return page(
        _open_act_page(action), _act(action, DONE),
        **{**shape, "args": lambda world, story: {**args(world, story), "action": action}},
    )  # fmt: skip


def _with_unknown_action(world: World, story: str) -> Sent:
    return {"number": world.numbers[story, "reported"], "action": UNKNOWN_ACTION}


# Where the first school's hazards may be reported from: itself, its superiors, bodies of its county.
REPORTERS = STAFF_OF_SCHOOL | CENTRAL | STAFF_OF_BUREAU | roles("coordinator fire")


def _reported(done: Status) -> Rule:
    """Of no campus of his: not to be chosen. Without a post: nothing to report by."""
    return lambda role, subject: done if role in REPORTERS else 422 if role in WITH_POST else 403


def _report_data(world: World, role: str, subject: str) -> Sent:
    return {"unit": world.unit("school"), "place": "走廊", "domain": "02", "description": "灯管松动"}


def _confidential_data(world: World, role: str, subject: str) -> Sent:
    return {**_report_data(world, role, subject), "domain": "08"}


def _photo_data(world: World, role: str, subject: str) -> Sent:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"file": SimpleUploadedFile("现场.jpg", photo_bytes(), content_type="image/jpeg")}


def _bulk_data(world: World, role: str, subject: str) -> Sent:
    return {"numbers": [world.numbers["own", "rectifying"]], "action": "record_control", "data": {}}


def _evidence_readers(subject: str) -> Roles:
    return readers("direct", "reported") if subject == "direct_reported" else readers(subject, "rectifying")


EVIDENCE: dict[str, Any] = {
    "get": seen(_evidence_readers),
    "subjects": (*STORIES, "direct_reported"),
    "args": lambda world, subject: {"evidence_id": world.evidence[subject]},
}
UPLOADS: dict[str, Any] = {
    "get": seen(lambda subject: frozenset({subject})),
    "subjects": ("teacher", "office", "whistler", "fire"),
    "args": lambda world, subject: {"upload_id": world.uploads[subject]},
}


def _kept_file(role: str, subject: str) -> Status:
    """Answered in JSON, also to one whose login ran out while he wrote; who has no post has nothing to show."""
    return 401 if role in VISITORS else 201 if role in WITH_POST else 403


HAZARD_ROWS: dict[str, Row] = {
    "report": page(for_(WITH_POST), _reported(DONE), data=_report_data, is_act=True),
    "similar_hazards": page(post=always(200), data=_report_data),
    "report_stop": page(for_(WITH_POST), query="?domain=08"),
    "report_confidential": page(
        for_(WITH_POST), _reported(DONE), query="?domain=08", data=_confidential_data, is_act=True
    ),
    "hazard_list": page(always(200)),
    "hazard_file": page(**READ_FILE),
    "report_receipt": page(**READ_FILE),
    "uploads": Row(
        gate=first_password, verbs={"POST": _kept_file}, data=_photo_data
    ),
    "upload_file": page(**UPLOADS),
    "evidence_file": page(**EVIDENCE),
    **{f"{ACT_PAGE}:{action}": _act_page(action) for action in (*SENT, UNKNOWN_ACTION)},
}  # fmt: skip

# --- the API ------------------------------------------------------------------------------------------------------

# What begins on a hazard that is there.
ON_HAZARD = [action for action in SENT if action != "report"]


def _token_data(world: World, role: str, subject: str) -> Sent:
    return {"username": "teacher", "password": PASSWORD}


API_ROWS: dict[str, Row] = {
    # Whoever asks for a token says who he is, whatever session he has; a temporary password opens nothing.
    "api:token": Row(
        gate=api_first_password,
        verbs={
            "POST": always(200),
            "DELETE": for_(SIGNED_IN, 204, otherwise=401),
            **dict.fromkeys(("GET", "HEAD", "OPTIONS", "PUT", "PATCH"), for_(SIGNED_IN, 405, otherwise=401)),
        },
        data=_token_data,
    ),
    "api:hazards": call(always(200), _reported(201), data=_report_data, is_act=True),
    "api:bulk": call(post=always(200), data=_bulk_data),
    "api:hazard": call(**READ_FILE),
    "api:events": call(**READ_FILE),
    "api:evidence": call(**READ_FILE),
    "api:actions": call(**READ_FILE),
    **{f"api:act_{action}": call(post=_act(action, 200), **_act_shape(action, 1)) for action in ON_HAZARD},
    "api:evidence_file": call(**EVIDENCE),
    "api:uploads": call(post=for_(WITH_POST, 201), data=_photo_data),
    "api:units": call(always(200)),
    "api:domains": call(always(200)),
    "api:places": call(always(200)),
    "api:to_dos": call(always(200)),
    "api:schema": call(always(200), gate=api_first_password),
    "api:docs": call(always(200), gate=api_first_password),
}

# --- accounts and logins ------------------------------------------------------------------------------------------

_SIGNED = for_(SIGNED_IN)


def _only_visitors(status: Status, otherwise: Status = DONE) -> Rule:
    return lambda role, subject: status if role in VISITORS else otherwise


LOGIN_ROWS: dict[str, Row] = {
    "healthz": Row(anybody, {"GET": always(200), "HEAD": always(200)}),
    "readyz": Row(anybody, {"GET": always(200), "HEAD": always(200)}),
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
        data=_token_data,
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
    "change_role": page(post=_role_changed, data=lambda world, role, who: {"role": "system"}, **PEOPLE),
    "audit": page(for_(AUDIT)),
}  # fmt: skip

ROWS: dict[str, Row] = {**LOGIN_ROWS, **HAZARD_ROWS, **API_ROWS, **PEOPLE_ROWS}

__all__ = ["ADMINISTRATORS", "ROWS", "page_gate"]
