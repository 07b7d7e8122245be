"""Statements whose SQL is put together once: for the few on the path of every act, building it costs more than running it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)
Value = int | str | date | Sequence[int]
Converters = Mapping[int, tuple[Sequence[Callable[..., Any]], Any]]


@dataclass(frozen=True)
class _Plan:
    sql: str
    # Values as they are, or the place of an argument: its position, and within a list the item's.
    params: tuple[object, ...]
    converters: Converters
    model: type[Model] | None
    columns: tuple[str, ...]


@dataclass(frozen=True)
class _Place:
    argument: int
    item: int | None = None


class Prepared(Generic[Row]):
    """A queryset of positional arguments, without select_related; called, it gives its rows as a list.

    `build` is called once for each combination of lengths of list arguments and must use every
    argument as a value only: it never sees the real ones.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._plans: dict[tuple[int | type, ...], _Plan] = {}

    def __call__(self, *values: Value) -> list[Row]:
        shape = tuple(type(value) if isinstance(value, int | str | date) else len(value) for value in values)
        if 0 in shape:
            return list(self._build(*values))
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._plans[shape] = self._compile(values)
        params: list[Any] = [_at(values, param) if isinstance(param, _Place) else param for param in plan.params]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, params)
            return [_made(plan, row) for row in cursor.fetchall()]

    def _compile(self, values: Sequence[Value]) -> _Plan:
        stand_ins = _StandIns()
        queryset = self._build(*(stand_ins.stand_for(n, value) for n, value in enumerate(values)))
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        is_model = queryset._iterable_class is ModelIterable
        columns = tuple(expression.target.attname for expression, *_ in compiler.select) if is_model else ()
        return _Plan(
            sql=sql,
            params=tuple(stand_ins.places.get(param, param) for param in params),
            converters=compiler.get_converters(expression for expression, *_ in compiler.select),
            model=queryset.model if is_model else None,
            columns=columns,
        )


class _StandIns:
    """Values that no table holds, each the mark of one argument or one item of it."""

    def __init__(self) -> None:
        self.places: dict[object, _Place] = {}

    def stand_for(self, argument: int, value: Value) -> Value:
        if isinstance(value, int | str | date):
            return self._one(value, _Place(argument))  # type: ignore[return-value]
        return [self._one(item, _Place(argument, n)) for n, item in enumerate(value)]  # type: ignore[misc]

    def _one(self, like: object, place: _Place) -> object:
        n = len(self.places) + 1
        mark: object
        if isinstance(like, int):
            mark = -(2**62) - n
        elif isinstance(like, str):
            mark = f"stand-in {n}"
        else:
            mark = date(1, 1, n)
        self.places[mark] = place
        return mark


def _at(values: Sequence[Value], place: _Place) -> object:
    value = values[place.argument]
    return value if place.item is None else value[place.item]  # type: ignore[index]


def _made(plan: _Plan, row: tuple[Any, ...]) -> Any:
    if plan.converters:
        cells = list(row)
        for position, (convert, expression) in plan.converters.items():
            for step in convert:
                cells[position] = step(cells[position], expression, connection)
        row = tuple(cells)
    return plan.model.from_db(DEFAULT_DB_ALIAS, plan.columns, row) if plan.model else row


class RowsOf(Generic[M]):
    """The columns of a table for a statement written by hand, and the row that comes of them."""

    def __init__(self, model: type[M], *, without: Collection[str] = ()) -> None:
        fields = [field for field in model._meta.concrete_fields if field.name not in without]
        self.model = model
        self.names = [field.attname for field in fields]
        self._columns = [field.column for field in fields]
        self._converted = [(n, field) for n, field in enumerate(fields) if hasattr(field, "from_db_value")]

    def columns(self, alias: str) -> str:
        return ", ".join(f'{alias}."{column}"' for column in self._columns)

    def make(self, values: Sequence[Any]) -> M:
        cells = list(values)
        for n, field in self._converted:
            cells[n] = field.from_db_value(cells[n], None, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, cells)


def write_rows(*, updates: Sequence[tuple[Model, Collection[str]]], insert: Model) -> None:
    """Update the named columns of rows and insert a row with a generated key, which is set; one message to the server."""
    statements, params = [], []
    for row, names in updates:
        ordered = tuple(sorted(names))
        statements.append(_update_sql(type(row), ordered))
        params += [*_values(row, ordered), row.pk]
    statements.append(_insert_sql(type(insert)))
    params += _values(insert, _without_key(type(insert)))
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(statements), params)
        insert.pk = cursor.fetchone()[0]
    insert._state.adding, insert._state.db = False, DEFAULT_DB_ALIAS


def _values(row: Model, names: Iterable[str]) -> list[Any]:
    fields = (row._meta.get_field(name) for name in names)
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]  # type: ignore[union-attr]


@cache
def _without_key(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.name for field in model._meta.concrete_fields if not field.primary_key)


@cache
def _update_sql(model: type[Model], names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{model._meta.get_field(name).column}" = %s' for name in names)  # type: ignore[union-attr]
    return f'UPDATE "{model._meta.db_table}" SET {columns} WHERE "id" = %s'


@cache
def _insert_sql(model: type[Model]) -> str:
    names = _without_key(model)
    columns = ", ".join(f'"{model._meta.get_field(name).column}"' for name in names)  # type: ignore[union-attr]
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(names))}) RETURNING "id"'
