"""(f) 6: the periods duties come round in, at both edges of each."""

from datetime import date

import pytest

from core.periods import Period, period_of


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (Period.WEEK, date(2026, 11, 23), date(2026, 11, 29)),
        (Period.WEEK, date(2026, 12, 28), date(2027, 1, 3)),
        (Period.HALF_MONTH, date(2026, 2, 1), date(2026, 2, 15)),
        (Period.HALF_MONTH, date(2026, 2, 16), date(2026, 2, 28)),
        (Period.HALF_MONTH, date(2028, 2, 16), date(2028, 2, 29)),
        (Period.MONTH, date(2026, 4, 1), date(2026, 4, 30)),
        (Period.QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
        (Period.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        (Period.HALF_YEAR, date(2026, 1, 1), date(2026, 6, 30)),
        (Period.HALF_YEAR, date(2026, 7, 1), date(2026, 12, 31)),
        (Period.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (Period.SCHOOL_YEAR, date(2026, 9, 1), date(2027, 8, 31)),
    ],
)
def test_both_edges_lie_in_their_period_and_the_next_days_do_not(kind, first, last):
    assert period_of(kind, first) == period_of(kind, last) == (first, last)
    before, after = date.fromordinal(first.toordinal() - 1), date.fromordinal(last.toordinal() + 1)
    assert period_of(kind, before)[1] == before
    assert period_of(kind, after)[0] == after
