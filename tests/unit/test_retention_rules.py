"""Months back from a day, by the calendar."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from chatserver.retention.model import months_before


def day(year: int, month: int, number: int) -> datetime:
    """At noon."""
    return datetime(year, month, number, 12, tzinfo=UTC)


def test_a_shorter_month_ends_on_its_last_day() -> None:
    """Also over the turn of a year, and in a leap year."""
    assert months_before(day(2026, 11, 27), 24) == day(2024, 11, 27)
    assert months_before(day(2027, 1, 31), 2) == day(2026, 11, 30)
    assert months_before(day(2028, 3, 31), 1) == day(2028, 2, 29)
    assert months_before(day(2027, 12, 1), 12) == day(2026, 12, 1)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2080, 1, 1)), st.integers(3, 120), st.integers(1, 12))  # noqa: DTZ001
def test_more_months_are_never_later_and_later_days_never_earlier(at: datetime, months: int, more: int) -> None:
    """So that a longer retention keeps whatever a shorter one would."""
    assert months_before(at, months + more) < months_before(at, months) < at
