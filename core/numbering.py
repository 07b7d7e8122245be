"""Numbers that people read: a gap-free series, the receipt number of a report, the file number."""

import re
import secrets
from datetime import date

from django.db import connection
from django.db.transaction import TransactionManagementError

from core.locks import busy_on_lock_timeout

_RECEIPT = re.compile(r"S[0-9]{15}")
RANDOM_DIGITS = 6


def next_number(key: str) -> int:
    """The next number of the series, from 1 and without a gap.

    The series stays locked until the caller's transaction ends; a roll-back gives the number back.
    Raises Busy when another holds it too long, TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("next_number needs the caller's transaction")
    with busy_on_lock_timeout(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numberseries AS series (key, last) VALUES (%s, 1)"
            " ON CONFLICT (key) DO UPDATE SET last = series.last + 1 RETURNING last",
            [key],
        )
        return int(cursor.fetchone()[0])


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10: finds every wrong digit and nearly every swap of two neighbours."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def receipt_number(on: date) -> str:
    """`S`, the date, 6 random digits and a check digit; the table's unique constraint rules out doubles."""
    body = f"{on:%Y%m%d}{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    return f"S{body}{check_digit(body)}"


def is_receipt_number(text: str) -> bool:
    return bool(_RECEIPT.fullmatch(text)) and check_digit(text[1:-1]) == text[-1]


def file_number(county_code: str, year: int, serial: int) -> str:
    """As in 361102-2026-00001; a sixth digit appears rather than a number being used twice."""
    return f"{county_code}-{year:04d}-{serial:05d}"
