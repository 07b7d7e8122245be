import re
from datetime import date
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from core.errors import Busy
from core.numbering import check_digit, file_number, is_receipt_number, next_number, receipt_number


def test_the_check_digit_is_the_standards_example():
    # ISO/IEC 7064 prints 0794 with check character 5 for MOD 11,10.
    assert check_digit("0794") == "5"


def test_a_receipt_number_is_s_date_six_digits_and_check_digit():
    number = receipt_number(date(2026, 11, 23))
    assert re.fullmatch(r"S20261123[0-9]{7}", number)
    assert is_receipt_number(number)


def test_a_receipt_number_with_one_wrong_digit_is_found():
    number = receipt_number(date(2026, 11, 23))
    for place in range(1, len(number)):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert not is_receipt_number(wrong)


@pytest.mark.parametrize("text", ["", "S", "361102-2026-00001", "s202611230000000", "S２０２６１１２３００００００0"])
def test_other_texts_are_no_receipt_number(text):
    assert not is_receipt_number(text)


def test_a_file_number_is_county_year_and_five_digits():
    assert file_number("361102", 2026, 1) == "361102-2026-00001"
    assert file_number("361102", 2026, 123456) == "361102-2026-123456"


@pytest.mark.django_db
def test_series_count_apart_from_one_on():
    assert [next_number("a"), next_number("a"), next_number("b")] == [1, 2, 1]


@pytest.mark.django_db(transaction=True)
def test_a_number_needs_a_transaction_and_comes_back_on_roll_back():
    with pytest.raises(TransactionManagementError):
        next_number("a")
    with pytest.raises(LookupError), transaction.atomic():
        assert next_number("a") == 1
        raise LookupError
    with transaction.atomic():
        assert next_number("a") == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_callers_leave_no_gap_and_no_double():
    numbers: list[int] = []

    def take() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    numbers.append(next_number("race"))
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_for_a_series_is_told_busy():
    raised: list[BaseException] = []

    def wait() -> None:
        try:
            with transaction.atomic():
                connection.cursor().execute("SET LOCAL lock_timeout = '100ms'")
                next_number("held")
        except Busy as error:
            raised.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        next_number("held")
        thread = Thread(target=wait)
        thread.start()
        thread.join()
    assert len(raised) == 1
