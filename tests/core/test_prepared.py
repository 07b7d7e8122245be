"""Statements put together once must say what the ORM says, whatever values come."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from core.models import CalendarDay
from core.prepared import Prepared, RowsOf, Statement, run_together, write_rows


def _add(*days: tuple[int, bool, str]) -> None:
    CalendarDay.objects.bulk_create(CalendarDay(on=date(2031, 1, n), is_working=w, name=name) for n, w, name in days)


@pytest.mark.django_db
def test_a_prepared_query_gives_what_the_orm_gives() -> None:
    _add((1, False, "元旦"), (2, False, "元旦"), (5, True, "补班"))
    named = Prepared(lambda names, on: CalendarDay.objects.filter(name__in=names, on__gte=on).order_by("on"))
    for names in (["元旦"], ["补班"], ["元旦", "补班"], []):
        for on in (date(2031, 1, 1), date(2031, 1, 2)):
            expected = list(CalendarDay.objects.filter(name__in=names, on__gte=on).order_by("on"))
            assert named(names, on) == expected


@pytest.mark.django_db
def test_a_value_used_twice_and_values_as_tuples() -> None:
    _add((1, False, "元旦"), (5, True, "补班"))
    same_day = Prepared(lambda on: CalendarDay.objects.filter(on__gte=on, on__lte=on).values_list("on", "name"))
    assert same_day(date(2031, 1, 5)) == [(date(2031, 1, 5), "补班")]
    assert same_day(date(2031, 1, 1)) == [(date(2031, 1, 1), "元旦")]


@pytest.mark.django_db
def test_a_statement_is_known_after_a_rolled_back_transaction() -> None:
    statement = Statement("SELECT 1 / %(n)s::int, %(n)s::int, '100%%'")
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError), transaction.atomic():
            statement.run(cursor, {"n": 0})
        statement.run(cursor, {"n": 1})
        assert cursor.fetchone() == (1, 1, "100%")


@pytest.mark.django_db
def test_statements_run_together_in_order_and_the_last_one_answers() -> None:
    first, last = Statement("SELECT %s::int"), Statement("SELECT %s::int + 1")
    with connection.cursor() as cursor:
        run_together(cursor, [(first, [1]), (last, [5])])
        assert cursor.fetchall() == [(6,)]


@pytest.mark.django_db
def test_rows_are_updated_and_inserted_in_one_message() -> None:
    _add((1, False, "元旦"))
    old, new = (
        CalendarDay.objects.get(on=date(2031, 1, 1)),
        CalendarDay(on=date(2031, 1, 2), is_working=False, name="假日"),
    )
    old.name, old.is_working = "改名", True
    write_rows(updates=[(old, ["name"])], beside=[], insert=new)
    assert CalendarDay.objects.get(pk=old.pk).name == "改名"
    assert not CalendarDay.objects.get(pk=old.pk).is_working, "a column not named is not written"
    assert CalendarDay.objects.get(pk=new.pk) == new


@pytest.mark.django_db
def test_a_row_made_of_columns_is_the_row() -> None:
    _add((1, False, "元旦"))
    days = RowsOf(CalendarDay)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {days.columns('d')} FROM {CalendarDay._meta.db_table} d")
        rows = [days.make(row) for row in cursor.fetchall()]
    assert [(row.pk, row.on, row.name) for row in rows] == list(CalendarDay.objects.values_list("pk", "on", "name"))
