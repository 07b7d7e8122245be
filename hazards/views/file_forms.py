"""The forms of a file: what its reader may do, what he may agree to, and what he may enter for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import DomainError
from hazards.actions import ACTIONS, Action
from hazards.case import Case
from hazards.forms import ActionForm, Choices, Typed, build_form
from hazards.inputs import Ask, Field, fields_of
from hazards.options import is_outside
from hazards.sections import PLAN_PARTS
from hazards.selectors import (
    WHICH_ROW,
    PossibleAction,
    RecordableAction,
    list_possible_actions,
    list_recordable_actions,
    possible_action,
)
from hazards.small import AWAITED_BY
from hazards.wording import Line

# Stand beside what they agree to, not among the other acts.
_SECOND = ("confirm_countersign", "decline_countersign")
_SIDE = frozenset(AWAITED_BY.values())


@dataclass(frozen=True)
class Refused:
    """An act that was refused, with all that was typed for it."""

    action: Action
    typed: Typed
    error: DomainError

    @property
    def is_recorded(self) -> bool:
        return self.typed.on_behalf is not None

    @property
    def kept(self) -> list[Line]:
        fields = fields_of(self.action.data, new=False)
        typed = [(str(one.label), self.typed.data.get(one.name)) for one in fields]
        return [Line(label, value) for label, value in typed if isinstance(value, str) and value.strip()]


@dataclass(frozen=True)
class Wanted:
    """What the address asks to be opened: `?do=sign`, or `?record=sign` for another's act."""

    do: str = ""
    record: str = ""


@dataclass(frozen=True)
class Forms:
    main: list[ActionForm]
    rare: list[ActionForm]
    # Agreeing and declining, for who may.
    second: list[ActionForm]
    # The act of another that is being entered, and the others that could be.
    recorded: list[ActionForm]
    recordable: list[RecordableAction]

    @property
    def all(self) -> list[ActionForm]:
        return [*self.main, *self.rare, *self.second, *self.recorded]


def build_forms(case: Case, refused: Refused | None, wanted: Wanted) -> Forms:
    """A form for each thing the reader may do; the refused one open, as it was filled in."""
    ask = Ask(actor=case.actor, hazard=case.hazard, at=case.at, held=tuple(case.held))
    choices = Choices(ask)
    possible = sorted(list_possible_actions(case), key=_order)
    if wanted.do and wanted.do not in [one.action.name for one in possible]:
        # A to-do of a unit without accounts: what it asks for is entered.
        wanted = Wanted(record=wanted.do)
    opened = _opened(case, possible, refused, wanted)
    forms = [_build(case, ask, one, refused, choices, is_open=one.action.name == opened) for one in possible]
    recordable = list_recordable_actions(case)
    return Forms(
        main=[form for form in forms if not form.action.is_rare and form.action.name not in _SECOND],
        rare=[form for form in forms if form.action.is_rare and form.action.name not in _SECOND],
        second=[form for form in forms if form.action.name in _SECOND],
        recorded=[_record(case, ask, one, refused, choices) for one in recordable if _is_entered(one, refused, wanted)],
        recordable=[one for one in recordable if not _is_entered(one, refused, wanted)],
    )


def _order(one: PossibleAction) -> tuple[bool, bool, bool]:
    """The awaited act, then what a small row waits for, then the rest."""
    return (not one.is_awaited, one.action.name not in _SIDE, one.action.is_rare)


def _opened(case: Case, possible: Sequence[PossibleAction], refused: Refused | None, wanted: Wanted) -> str:
    """The one act that lies open when the page comes; empty for none."""
    if case.countersign is not None and not refused and not wanted.do:
        # First what waits for a second person.
        return ""
    if refused or wanted.record:
        return "" if refused is None or refused.is_recorded else refused.action.name
    names = [one.action.name for one in possible]
    first = next((one.action.name for one in possible if one.is_awaited or one.action.name in _SIDE), "")
    opened = wanted.do if wanted.do in names else first
    # A plan is written before it is sent.
    return "save_plan" if opened == "submit_plan" and not _is_written(case) else opened


def _is_written(case: Case) -> bool:
    return case.plan is not None and all(getattr(case.plan, part) for part in PLAN_PARTS)


def _build(
    case: Case, ask: Ask, one: PossibleAction, refused: Refused | None, choices: Choices, *, is_open: bool
) -> ActionForm:
    again = refused if refused and refused.action.name == one.action.name and not refused.is_recorded else None
    fields = [field for field in one.fields if not _is_idle(field, choices)]
    return build_form(
        one.action, ask, fields, initial=one.initial, posts=one.posts, version=case.hazard.version,
        typed=again.typed if again else None, error=again.error if again else None, is_open=is_open, choices=choices,
    )  # fmt: skip


def _is_idle(field: Field, choices: Choices) -> bool:
    """A field that leaves nothing to choose is not shown: no row but one that could be meant, no name, nobody; nor what
    is asked of outside units alone."""
    if field.required_if is is_outside:
        return not field.required
    if field.required or not choices.is_list(field):
        return False
    return len(choices.of(field)) <= (1 if field.name in WHICH_ROW else 0)


def _is_entered(one: RecordableAction, refused: Refused | None, wanted: Wanted) -> bool:
    name = one.action.name
    if refused and refused.is_recorded:
        return refused.action.name == name
    return wanted.record == name or (one.is_awaited and not wanted.record)


def _record(case: Case, ask: Ask, one: RecordableAction, refused: Refused | None, choices: Choices) -> ActionForm:
    again = refused if refused and refused.action.name == one.action.name and refused.is_recorded else None
    possible = possible_action(case, one.action, one.posts, is_awaited=one.is_awaited, for_any=True)
    fields = [field for field in possible.fields if not _is_idle(field, choices)]
    return build_form(
        one.action, ask, fields, initial=possible.initial, posts=one.posts, version=case.hazard.version,
        typed=again.typed if again else None, error=again.error if again else None, is_open=True, choices=choices,
        whose=one.whose, has_accounts=one.has_accounts,
    )  # fmt: skip


def read_wanted(params: dict[str, str]) -> Wanted:
    """Names that are no action ask for nothing."""
    return Wanted(**{name: params[name] for name in ("do", "record") if params.get(name) in ACTIONS})
