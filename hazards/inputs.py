"""The field kit: one typed class per action yields its form, its API schema and its batch row.

A field is declared on a frozen dataclass::

    @dataclass(frozen=True, kw_only=True)
    class SignData:
        leader: User = person(_("责任领导"))

`cleaning.clean` turns what came in by form or JSON into an instance, or raises Invalid naming every field.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from core.clock import today
from core.prepared import Prepared
from hazards.models import Category, Domain, Hazard, Upload
from organizations.models import Unit, User
from organizations.posts import HeldPost, present_holdings

Text = str | Promise


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    DATE = "date"
    BOOL = "bool"
    INTEGER = "integer"
    # One of a few that the case decides.
    PICK = "pick"
    UNIT = "unit"
    UNITS = "units"
    # A row of the case or of a table of reference.
    ROW = "row"
    PERSON = "person"
    DOMAIN = "domain"
    CATEGORY = "category"
    FILES = "files"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class Ask:
    """Who fills in a form for which hazard (none when reporting), and when."""

    actor: User
    hazard: Hazard | None
    at: datetime
    held: tuple[HeldPost, ...] = ()


Options = Callable[[Ask], "QuerySet[Any]"]
Picks = Callable[[Ask], Sequence[tuple[str, Text]]]
Initial = Callable[[Ask], object]


@Prepared
def _people(units: Sequence[int], ids: Sequence[int], on: date) -> QuerySet[User]:
    return _people_of(units, on).filter(pk__in=ids)


def _people_of(units: Sequence[int], on: date) -> QuerySet[User]:
    """Who belongs to the units or holds a post in one."""
    holders = present_holdings(on).filter(post__unit_id__in=units).values("user_id")
    return User.objects.filter(Q(unit_id__in=units) | Q(pk__in=holders), is_active=True, admin_role="")


def belongs_to(user: User, unit_id: int, on: date) -> bool:
    return bool(_people([unit_id], [user.pk], on))


@dataclass(frozen=True)
class PeopleOptions:
    """The people of some units: for the form's list, and for the check of those that came in."""

    units: Callable[[Ask], Sequence[int]]

    def __call__(self, ask: Ask) -> QuerySet[User]:
        return _people_of(self.units(ask), today(ask.at)).order_by("name", "pk")

    def find(self, ask: Ask, ids: Iterable[int]) -> list[User]:
        return _people(self.units(ask), sorted(ids), today(ask.at))


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind
    label: Text
    required: bool = True
    # Whether this case needs it; then `required` is False, as the schema has it.
    required_if: Callable[[Ask], bool] | None = None
    # Whether this case has a use for it; what has none is not on the form, and the guards answer it where it comes.
    asked_if: Callable[[Ask], bool] | None = None
    help: Text = ""
    max_length: int = 500
    minimum: int = 0
    maximum: int = 100_000_000
    choices: tuple[tuple[str, Text], ...] = ()
    options: Options | None = None
    picks: Picks | None = None
    initial: Initial | None = None
    # Asked only when the act makes the hazard.
    only_new: bool = False
    max_files: int = 30

    def is_required(self, ask: Ask) -> bool:
        return self.required or (self.required_if is not None and self.required_if(ask))


def _declare(kind: Kind, label: Text, default: object, **more: Any) -> Any:
    return dataclasses.field(default=default, metadata={"kind": kind, "label": label, **more})


def text(label: Text, *, required: bool = True, long: bool = False, max_length: int = 500, **more: Any) -> Any:
    kind = Kind.LONG_TEXT if long else Kind.TEXT
    return _declare(kind, label, "", required=required, max_length=max_length, **more)


def choice(label: Text, choices: Iterable[tuple[str, Text]], *, required: bool = True, **more: Any) -> Any:
    return _declare(Kind.CHOICE, label, "", required=required, choices=tuple(choices), **more)


def day(label: Text, *, required: bool = False, **more: Any) -> Any:
    return _declare(Kind.DATE, label, None, required=required, **more)


def flag(label: Text, **more: Any) -> Any:
    return _declare(Kind.BOOL, label, False, required=False, **more)


def integer(label: Text, *, required: bool = True, **more: Any) -> Any:
    return _declare(Kind.INTEGER, label, None, required=required, **more)


def unit(label: Text, *, options: Options, required: bool = True, **more: Any) -> Any:
    return _declare(Kind.UNIT, label, None, required=required, options=options, **more)


def units(label: Text, *, options: Options, required: bool = False, **more: Any) -> Any:
    return _declare(Kind.UNITS, label, (), required=required, options=options, **more)


def row(label: Text, *, options: Options, required: bool = True, **more: Any) -> Any:
    return _declare(Kind.ROW, label, None, required=required, options=options, **more)


def pick(label: Text, *, picks: Picks, required: bool = False, **more: Any) -> Any:
    return _declare(Kind.PICK, label, "", required=required, picks=picks, **more)


def person(label: Text, *, options: PeopleOptions, required: bool = True, **more: Any) -> Any:
    return _declare(Kind.PERSON, label, None, required=required, options=options, **more)


def domain(label: Text, *, required: bool = True, **more: Any) -> Any:
    return _declare(Kind.DOMAIN, label, None, required=required, **more)


def category(label: Text, *, required: bool = False, **more: Any) -> Any:
    return _declare(Kind.CATEGORY, label, None, required=required, **more)


def files(label: Text, *, required: bool = False, **more: Any) -> Any:
    return _declare(Kind.FILES, label, (), required=required, **more)


def evidence(label: Text, *, options: Options, **more: Any) -> Any:
    return _declare(Kind.EVIDENCE, label, None, required=True, options=options, **more)


def fields_of(data_class: type[Any], *, new: bool) -> list[Field]:
    """The fields of an action in order; those `only_new` only where the act makes the hazard."""
    fields = [Field(name=f.name, **f.metadata) for f in dataclasses.fields(data_class)]
    return [field for field in fields if new or not field.only_new]


def fields_for(data_class: type[Any], ask: Ask) -> list[Field]:
    """The fields as this case asks them."""
    return [
        dataclasses.replace(field, required=field.is_required(ask))
        for field in fields_of(data_class, new=ask.hazard is None)
        if field.asked_if is None or field.asked_if(ask)
    ]


def as_json(data: object) -> dict[str, object]:
    """What an event stores of the given data: ids beside the words a reader needs; defaults left out."""
    stored: dict[str, object] = {}
    for field in dataclasses.fields(data):  # type: ignore[arg-type]
        value = getattr(data, field.name)
        if value in (None, "", (), False):
            continue
        stored[field.name] = _json_value(value)
    return stored


def _json_value(value: object) -> object:
    if isinstance(value, Unit | User):
        return {"id": value.pk, "name": value.name}
    if isinstance(value, Domain | Category):
        return {"code": value.code, "name": value.name}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_json_value(item) for item in value]
    if isinstance(value, Upload):
        return {"id": str(value.pk), "name": value.name, "sha256": value.sha256}
    if isinstance(value, Model):
        return {"id": value.pk, "name": str(value)}
    return value


def as_command(data: Mapping[str, object]) -> dict[str, Any]:
    """What came in for an action, as JSON from which it can be cleaned again later."""
    return {name: _plain_command(value) for name, value in data.items()}


def _plain_command(value: object) -> object:
    if isinstance(value, Upload):
        return str(value.pk)
    if isinstance(value, Domain | Category):
        return value.code
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, list | tuple):
        return [_plain_command(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
