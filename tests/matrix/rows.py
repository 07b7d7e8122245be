"""What a row of the table is made of: who gets through the door, what each verb answers, on which subjects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tests.matrix.scope import NEWCOMER, VISITORS, Roles
from tests.matrix.world import World

Status = str | int
# Of a role and a subject.
Rule = Callable[[str, str], Status]
Gate = Callable[[str], Status | None]
Data = Callable[[World, str, str], Mapping[str, Any]]

VERBS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
NOTHING = ("",)
WRONG_VERB = 405


def no_data(world: World, role: str, subject: str) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Row:
    """The expectation of one address."""

    gate: Gate
    verbs: Mapping[str, Rule]
    # Arguments of the address for a subject.
    args: Callable[[World, str], Mapping[str, Any]] = lambda world, subject: {}
    subjects: Collection[str] = NOTHING
    data: Data = no_data
    query: str = ""
    # Verbs asked of every subject; all others see the subjects by turns, as no subject is looked at.
    on_all: tuple[str, ...] = ("GET", "POST")
    # An act stands behind two doors; by turns each is tried on half of roles and subjects.
    half: int | None = None
    # One event is written where a POST succeeds; a merger is told on both hazards.
    is_act: bool = False
    n_events: int = 1
    # What a 403 has to say, of a role and a subject.
    names: Callable[[World, str], list[str]] | None = None

    def expect(self, verb: str, role: str, subject: str) -> Status:
        stopped = self.gate(role)
        if stopped is not None:
            return stopped
        rule = self.verbs.get(verb)
        return WRONG_VERB if rule is None else rule(role, subject)


# --- gates --------------------------------------------------------------------------------------------------------


def anybody(role: str) -> Status | None:
    return None


def page_gate(role: str) -> Status | None:
    if role in VISITORS:
        return "login"
    return first_password(role)


def first_password(role: str) -> Status | None:
    return "first password" if role == NEWCOMER else None


def api_gate(role: str) -> Status | None:
    return 401 if role in VISITORS else api_first_password(role)


def api_first_password(role: str) -> Status | None:
    return 403 if role == NEWCOMER else None


# --- rules --------------------------------------------------------------------------------------------------------


def always(status: Status) -> Rule:
    return lambda role, subject: status


def for_(allowed: Roles, status: Status = 200, *, otherwise: Status = 403) -> Rule:
    return lambda role, subject: status if role in allowed else otherwise


def seen(readers: Callable[[str], Roles], status: Status = 200) -> Rule:
    """404 for everybody else, whatever his post."""
    return lambda role, subject: status if role in readers(subject) else 404


# --- shapes -------------------------------------------------------------------------------------------------------


def page(get: Rule | None = None, post: Rule | None = None, *, head: bool = True, **more: Any) -> Row:
    """A page behind the login. `head` is False where GET is allowed and HEAD is not."""
    verbs = {"GET": get, "HEAD": get if head else None, "POST": post}
    return Row(gate=page_gate, verbs={verb: rule for verb, rule in verbs.items() if rule}, **more)


def call(get: Rule | None = None, post: Rule | None = None, delete: Rule | None = None, **more: Any) -> Row:
    """A call of the API."""
    verbs = {"GET": get, "HEAD": get, "POST": post, "DELETE": delete}
    return Row(**{"gate": api_gate, "verbs": {verb: rule for verb, rule in verbs.items() if rule}, **more})
