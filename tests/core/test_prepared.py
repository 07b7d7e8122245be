"""Statements put together once must say what the ORM says, whatever values come."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import CalendarDay
from core.prepared import (
    Prepared,
    RowsOf,
    Statement,
    draw_keys,
    insert_row,
    run_together,
    send,
    sent_together,
    write_rows,
)


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


def _day(n: int) -> CalendarDay:
    return CalendarDay(on=date(2031, 1, n), is_working=False, name="假日")


_RENAME = Statement("UPDATE core_calendarday SET name = %s WHERE name = %s")
_BREAK = Statement("SELECT 1 / %s::int")
_FIRST = CalendarDay.objects.filter(on=date(2031, 1, 1))


@pytest.mark.django_db
def test_what_is_sent_waits_for_the_next_message_and_goes_before_it() -> None:
    _add((1, False, "元旦"))
    with CaptureQueriesContext(connection) as queries, sent_together():
        send([(_RENAME, ["一", "元旦"])])
        send([(_RENAME, ["二", "一"])])
        assert not queries.captured_queries
        assert _FIRST.get().name == "二", "whoever reads sees what was written before"
        send([(_RENAME, ["三", "二"])])
        with transaction.atomic():
            send([(_RENAME, ["四", "三"])])
    assert _FIRST.get().name == "四"


@pytest.mark.django_db
def test_what_waits_is_lost_with_the_transaction_that_failed() -> None:
    _add((1, False, "元旦"))
    with pytest.raises(ValueError), transaction.atomic(), sent_together():
        send([(_RENAME, ["一", "元旦"])])
        raise ValueError
    assert _FIRST.get().name == "元旦"
    send([(_RENAME, ["二", "元旦"])])
    assert _FIRST.get().name == "二", "outside of the block it is run at once"


@pytest.mark.django_db
def test_an_error_of_what_waited_comes_at_the_end_of_the_block() -> None:
    _add((1, False, "元旦"))
    with pytest.raises(DatabaseError), transaction.atomic(), sent_together():
        send([(_RENAME, ["一", "元旦"])])
        send([(_BREAK, [0])])
    assert _FIRST.get().name == "元旦"


@pytest.mark.django_db
def test_a_row_under_a_key_of_its_own_is_what_the_orm_would_write() -> None:
    row, [key] = _day(1), draw_keys(CalendarDay)
    row.pk = key
    with sent_together():
        insert_row(row)
        write_rows(updates=[], beside=[], insert=_day(2))
    assert CalendarDay.objects.get(on=row.on) == row and not row._state.adding
    assert CalendarDay.objects.filter(on=_day(2).on).exists()
