"""What is expected where posts change hands, units move and workbooks come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core.clock import StillClock, today
from tests.matrix.people_rows import DONE, LEAVERS, ON_UNIT, PEOPLE, SYSTEM, kept
from tests.matrix.rows import Row, Status, always, for_, page
from tests.matrix.scope import FILLS_STAFF, KEEPERS, UNITS, roles
from tests.matrix.world import World

Sent = Mapping[str, Any]


def _day(n_days: int = 0) -> str:
    return (today(StillClock.now()) + timedelta(days=n_days)).isoformat()


def _own_post(status: Status) -> Any:
    """One's own post only, and none that is trusted to the person."""

    def expected(role: str, subject: str) -> Status:
        if role != subject:
            return 404
        return 403 if subject == "teacher" else status

    return expected


# Who may stand in for whom.
_STANDS_IN = {"principal": "safety", "leader": "director", "teacher": "safety"}


def _delegation(world: World, role: str, subject: str) -> Sent:
    return {"to": world.person(_STANDS_IN[subject]), "from_on": _day(), "last_on": _day(3), "reason": "外出培训"}


def _successor(world: World, role: str, unit: str) -> Sent:
    return {"to": world.person(f"{unit}_spare"), "on": _day()}


def _leaving(status: Status) -> Any:
    """By who keeps every post of the person, or the system administrator."""

    def expected(role: str, who: str) -> Status:
        if role == "secadmin":
            return 403
        if who == "auditor":
            return 403 if role == "sysadmin" or role not in KEEPERS else 404
        return kept({unit: FILLS_STAFF[unit] | SYSTEM for unit in UNITS}, status)(role, who)

    return expected


# To where a unit can move in this district; all others have no other place.
_PLACES = {"school": "edu", "sibling": "edu", "point": "school"}


def _place(world: World, role: str, unit: str) -> Sent:
    return {"to": world.unit(_PLACES[unit])} if unit in _PLACES else {}


def _moved(role: str, unit: str) -> Status:
    return 403 if role not in SYSTEM else DONE if unit in _PLACES else 422


def _person_moved(role: str, who: str) -> Status:
    return 403 if role not in SYSTEM else 422 if who in ("edu", "auditor") else DONE


ON_IMPORT: dict[str, Any] = {"args": lambda world, subject: {"import_id": world.papers["import"]}}

TREE_ROWS: dict[str, Row] = {
    "my_posts": page(always(200)),
    "delegate_post": page(
        _own_post(200), _own_post(DONE), head=False, data=_delegation, subjects=tuple(_STANDS_IN),
        args=lambda world, role: {"holding_id": world.holding(role)},
    ),
    # Given by the principal.
    "end_delegation": page(
        post=for_(roles("principal"), DONE, otherwise=404),
        args=lambda world, subject: {"holding_id": world.papers["delegation"]},
    ),
    "hand_over": page(
        kept(FILLS_STAFF, 200), kept(FILLS_STAFF, DONE), head=False, data=_successor, **LEAVERS
    ),
    "release_person": page(
        _leaving(200), _leaving(DONE), head=False, data=lambda world, role, who: {"on": _day()}, **PEOPLE
    ),
    # Of the school's people, made by its principal.
    "hand_over_sheet": page(
        for_(roles("principal central_head office delegate director"), otherwise=404),
        args=lambda world, subject: {"sheet_id": world.papers["sheet"]},
    ),
    "move_unit": page(for_(SYSTEM), _moved, head=False, data=_place, **ON_UNIT),
    "merge_unit": page(for_(SYSTEM), for_(SYSTEM, 422), head=False, **ON_UNIT),
    "issuing_names": page(
        post=for_(SYSTEM, DONE), data=lambda world, role, unit: {"names": "县平安办"}, **ON_UNIT
    ),
    "move_person": page(
        for_(SYSTEM), _person_moved, head=False, data=lambda world, role, who: {"to": world.unit("edu")}, **PEOPLE
    ),
    "import_people": page(for_(SYSTEM), for_(SYSTEM, 422), head=False),
    "import_template": page(for_(SYSTEM)),
    # With an error, hence never brought in.
    "people_import": page(for_(SYSTEM), for_(SYSTEM, 409), head=False, **ON_IMPORT),
    "import_errors": page(for_(SYSTEM), **ON_IMPORT),
    "import_passwords": page(post=for_(SYSTEM, 409), **ON_IMPORT),
}  # fmt: skip
