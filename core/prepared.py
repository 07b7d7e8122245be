"""Statements whose SQL is put together once: for the few on the path of every act, building it costs more than running it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import DateTimeField, Field, Model, QuerySet
from django.db.models.query import ModelIterable

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)
Value = int | str | date | Sequence[int]
Converters = Mapping[int, tuple[Sequence[Callable[..., Any]], Any]]


_PLACE = re.compile(r"%%|%(?:\((\w+)\))?s")
Values = Sequence[Any] | Mapping[str, Any]
# The names prepared on each connection; they outlive its transactions, also those rolled back.
_names_on: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Statement:
    """A statement that the server parses and plans once a connection. Its values are %s or %(name)s, not both.

    Where PREPARED_STATEMENTS is off it is sent as it is: PgBouncer gives each transaction another
    server connection, which knows nothing that was prepared.
    """

    def __init__(self, sql: str) -> None:
        self.name = f"bihuan_{hashlib.sha256(sql.encode()).hexdigest()[:24]}"
        self.value_names: list[str] = []
        self._prepare = f"PREPARE {self.name} AS {_PLACE.sub(self._number, sql)}"
        places = ", ".join(["%s"] * len(self.value_names))
        self.sql = f"EXECUTE {self.name} ({places})" if places else f"EXECUTE {self.name}"
        self._plain = _PLACE.sub(lambda place: "%%" if place[0] == "%%" else "%s", sql)
        self._plain_order = [place[1] for place in _PLACE.finditer(sql) if place[1]]

    def _number(self, place: re.Match[str]) -> str:
        """$1, $2 …; a name that comes again is the same value."""
        if place[0] == "%%":
            return "%"
        name = place[1] or str(len(self.value_names))
        if name not in self.value_names:
            self.value_names.append(name)
        return f"${self.value_names.index(name) + 1}"

    def run(self, cursor: Any, values: Values) -> None:
        run_together(cursor, [(self, values)])

    def prepare(self, cursor: Any) -> str:
        """Make the connection know the statement; gives the SQL that runs it."""
        if not settings.PREPARED_STATEMENTS:
            return self._plain
        names = _names_on.setdefault(cursor.connection, set())
        if self.name not in names:
            # Past Django's log of queries: like SET, it belongs to the connection and not to an act.
            cursor.cursor.execute(self._prepare)
            names.add(self.name)
        return self.sql

    def ordered(self, values: Values) -> Sequence[Any]:
        names = self.value_names if settings.PREPARED_STATEMENTS else self._plain_order
        return [values[name] for name in names] if isinstance(values, Mapping) else values


def run_together(cursor: Any, statements: Sequence[tuple[Statement, Values]]) -> None:
    """Run statements in one message; the cursor then holds what the last one gave."""
    sql = ";\n".join([statement.prepare(cursor) for statement, _ in statements])
    cursor.execute(sql, [value for statement, values in statements for value in statement.ordered(values)])


# What waits on each connection to go out with the next message; absent outside `sent_together`.
_waiting: WeakKeyDictionary[Any, list[tuple[Statement, Values]]] = WeakKeyDictionary()


def send(statements: Sequence[tuple[Statement, Values]]) -> None:
    """Run statements whose answer nobody reads: in one message, within `sent_together` with whatever is sent next."""
    waiting = _waiting.get(connections[DEFAULT_DB_ALIAS])
    if waiting is not None:
        waiting.extend(statements)
    elif statements:
        with connection.cursor() as cursor:
            run_together(cursor, statements)


@contextmanager
def sent_together() -> Iterator[None]:
    """Let what is given to `send` wait for the next message of this connection, at the latest for the end of the block.

    Everything is run in the order given, so whoever reads sees what was written before. For the inside of a transaction
    that is rolled back when anything fails: an error comes with the message, not with the statement's own line.
    """
    database, waiting = connections[DEFAULT_DB_ALIAS], list[tuple[Statement, Values]]()

    def carry(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if not waiting:
            return execute(sql, params, many, context)
        cursor, statements = context["cursor"], waiting[:]
        waiting.clear()
        before = [statement.prepare(cursor) for statement, _ in statements]
        values = [value for statement, given in statements for value in statement.ordered(given)]
        if many or params is None or isinstance(params, Mapping):
            execute(";\n".join(before), values, False, context)
            return execute(sql, params, many, context)
        return execute(";\n".join([*before, sql]), [*values, *params], False, context)

    _waiting[database] = waiting
    try:
        with database.execute_wrapper(carry):
            yield
            if waiting:
                statements = waiting[:]
                waiting.clear()
                with connection.cursor() as cursor:
                    run_together(cursor, statements)
    finally:
        del _waiting[database]


@dataclass(frozen=True)
class _Plan:
    statement: Statement
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
            plan.statement.run(cursor, params)
            return [_made(plan, row) for row in cursor.fetchall()]

    def _compile(self, values: Sequence[Value]) -> _Plan:
        stand_ins = _StandIns()
        queryset = self._build(*(stand_ins.stand_for(n, value) for n, value in enumerate(values)))
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        is_model = queryset._iterable_class is ModelIterable
        columns = tuple(expression.target.attname for expression, *_ in compiler.select) if is_model else ()
        return _Plan(
            statement=Statement(sql),
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
            mark = date.fromordinal(n)
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
        self._moments = [n for n, field in enumerate(fields) if isinstance(field, DateTimeField)]
        self._converted = [(n, field) for n, field in enumerate(fields) if hasattr(field, "from_db_value")]

    def columns(self, alias: str) -> str:
        return ", ".join(f'{alias}."{column}"' for column in self._columns)

    def make_from_json(self, values: Sequence[Any]) -> M:
        """Of a json array, which knows no moments."""
        cells = list(values)
        for n in self._moments:
            if cells[n] is not None:
                cells[n] = datetime.fromisoformat(cells[n])
        return self.make(cells)

    def make(self, values: Sequence[Any]) -> M:
        cells = list(values)
        for n, field in self._converted:
            cells[n] = field.from_db_value(cells[n], None, connection)
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, cells)


# Kinds of fields whose values of these types the database takes as they are: most of every row, and asking costs more.
_SENT_AS_HELD = frozenset(
    {
        "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "DateTimeField", "ForeignKey", "IntegerField",
        "OneToOneField", "PositiveIntegerField", "PositiveSmallIntegerField", "SmallIntegerField", "TextField",
    }
)  # fmt: skip
_ALREADY_PLAIN = frozenset({str, int, bool, datetime, type(None)})


@dataclass(frozen=True)
class _Writing:
    """How the named columns of a row are written."""

    statement: Statement
    fields: tuple[Field[Any, Any], ...]

    def values(self, row: Model) -> list[Any]:
        database, held = connections[DEFAULT_DB_ALIAS], row.__dict__
        return [
            held[field.attname]
            if is_plain and type(held[field.attname]) in _ALREADY_PLAIN
            else field.get_db_prep_save(held[field.attname], database)
            for field, is_plain in self._asked
        ]

    @cached_property
    def _asked(self) -> list[tuple[Field[Any, Any], bool]]:
        return [(field, field.get_internal_type() in _SENT_AS_HELD) for field in self.fields]


@cache
def _update(model: type[Model], names: frozenset[str]) -> _Writing:
    """Its values end with the key."""
    fields = tuple(field for field in model._meta.concrete_fields if names & {field.name, field.attname})
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    key = model._meta.pk
    return _Writing(
        Statement(f'UPDATE "{model._meta.db_table}" SET {columns} WHERE "{key.column}" = %s'), (*fields, key)
    )


@cache
def _insert(model: type[Model], *, with_key: bool = False) -> _Writing:
    fields = tuple(field for field in model._meta.concrete_fields if with_key or not field.primary_key)
    columns, places = ", ".join(f'"{field.column}"' for field in fields), ", ".join(["%s"] * len(fields))
    sql = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places}) RETURNING "{model._meta.pk.column}"'
    return _Writing(Statement(sql), fields)


def write_rows(
    *, updates: Sequence[tuple[Model, Collection[str]]], beside: Sequence[tuple[Statement, Values]], insert: Model
) -> None:
    """Update the named columns of rows, run what else is to be written, insert a row; in one message.

    Sets the key of the row, but not within `sent_together`, where nothing is answered.
    """
    writings = [(_update(type(row), frozenset(names)), row) for row, names in updates]
    inserting = _insert(type(insert))
    statements = [
        *((writing.statement, writing.values(row)) for writing, row in writings), *beside,
        (inserting.statement, inserting.values(insert)),
    ]  # fmt: skip
    if connections[DEFAULT_DB_ALIAS] in _waiting:
        send(statements)
    else:
        with connection.cursor() as cursor:
            run_together(cursor, statements)
            insert.pk = cursor.fetchone()[0]
    insert._state.adding, insert._state.db = False, DEFAULT_DB_ALIAS


def draw_keys(*models: type[Model]) -> list[int]:
    """The next keys of these tables, for rows that name each other and go out together."""
    drawn = ", ".join("nextval(pg_get_serial_sequence(%s, 'id'))" for _ in models)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {drawn}", [model._meta.db_table for model in models])
        return list(cursor.fetchone())


def insert_row(row: Model) -> None:
    """Insert a row whose key was drawn beforehand."""
    inserting = _insert(type(row), with_key=True)
    send([(inserting.statement, inserting.values(row))])
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
