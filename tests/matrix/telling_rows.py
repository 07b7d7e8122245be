"""What is expected of 催办文字, 告知记录 and 外发管理."""

from __future__ import annotations

from typing import Any

from tests.matrix.hazard_rows import READ_FILE
from tests.matrix.rows import Row, Status, for_, page
from tests.matrix.scope import BUREAU, CENTRAL, STORIES, readers, roles

MANAGERS = BUREAU | CENTRAL | roles("principal sibling_principal far_principal coordinator")
REMINDERS = CENTRAL | roles("office delegate director leader chief coordinator")
OFFICE = roles("office delegate director")
# Read of all who were told, or of their own people.
TOLD_READERS = OFFICE | roles("leader chief coordinator principal sibling_principal far_principal central_head")


def _remind(role: str, subject: str) -> Status:
    """Nothing is chosen: there is nothing to remind of."""
    return 409 if role in REMINDERS else 403


def _read_told(role: str, subject: str) -> Status:
    story, state = subject.split("@")
    if role not in readers(story, state):
        return 404
    allowed = roles("confidant bureau_confidant") if STORIES[story].is_restricted else TOLD_READERS
    return 200 if role in allowed else 403


_OF_FILE: dict[str, Any] = {name: READ_FILE[name] for name in ("subjects", "args")}
_OF_PERSON: dict[str, Any] = {"args": lambda world, subject: {"user_id": world.person("safety")}}

KEEPER = roles("sysadmin")
# What is sent names nothing: no outlet, no letter.
_OF_OUTLET: dict[str, Any] = {"args": lambda world, subject: {"outlet_id": world.papers["outlet"]}}

TELLING_ROWS: dict[str, Row] = {
    "overdue_text": page(
        lambda role, subject: 200 if role in MANAGERS else 403,
        _remind,
        data=lambda world, role, subject: {"message": "催"},
    ),
    "hazard_told": page(_read_told, **_OF_FILE),
    "hazard_told_file": page(_read_told, **_OF_FILE),
    "told_to": page(for_(OFFICE), **_OF_PERSON),
    "told_to_file": page(for_(OFFICE), **_OF_PERSON),
    "ways": page(for_(KEEPER | OFFICE)),
    "ways_test": page(post=for_(KEEPER, 422)),
    "ways_resend": page(post=for_(KEEPER, 302)),
    "new_outlet": page(for_(KEEPER), for_(KEEPER, 422)),
    "outlet": page(for_(KEEPER), for_(KEEPER, 422), **_OF_OUTLET),
    "switch_outlet": page(post=for_(KEEPER, 302), **_OF_OUTLET),
}
