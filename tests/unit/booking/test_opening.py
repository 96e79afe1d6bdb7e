"""What a change of a calendar opens, and nothing that was open before."""

from datetime import UTC, datetime, timedelta

from booking.model import Calendar, Span, WallSpan, WeeklyRule
from booking.opening import opened_between

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = timedelta(days=7)
MORNING = WeeklyRule(0, 9 * 60, 12 * 60)


def hours(*rules: WeeklyRule, absences: tuple[WallSpan, ...] = ()) -> Calendar:
    return Calendar(zone="Europe/Berlin", weekly=rules, absences=absences)


def at(hour: int, minute: int = 0) -> datetime:
    """By the wall in Berlin, where it is winter."""
    return MONDAY + timedelta(hours=hour - 1, minutes=minute)


def opened(before: Calendar | None, after: Calendar | None) -> list[Span]:
    return opened_between(before, after, MONDAY, MONDAY + WEEK)


def test_added_hours_open_what_was_not_open() -> None:
    """A block that grows opens its new ends; a first calendar opens all of it."""
    longer = WeeklyRule(0, 8 * 60, 13 * 60)
    assert opened(hours(MORNING), hours(longer)) == [Span(at(8), at(9)), Span(at(12), at(13))]
    assert opened(None, hours(MORNING)) == [Span(at(9), at(12))]


def test_an_absence_that_ends_opens_the_hours_in_it_only() -> None:
    """The night is no time that anybody waited for."""
    sunday, wednesday = (MONDAY.replace(day=day, tzinfo=None) for day in (22, 25))
    away = WallSpan(sunday, wednesday)
    short = WallSpan(sunday, MONDAY.replace(hour=10, minute=30, tzinfo=None))
    assert opened(hours(MORNING, absences=(away,)), hours(MORNING)) == [Span(at(9), at(12))]
    assert opened(hours(MORNING, absences=(away,)), hours(MORNING, absences=(short,))) == [Span(at(10, 30), at(12))]


def test_what_closes_opens_nothing() -> None:
    """Nor does what stays as it is, or what lies outside of where one looks."""
    assert opened(hours(MORNING), None) == []
    assert opened(hours(MORNING), hours(MORNING)) == []
    assert opened_between(None, hours(MORNING), MONDAY + WEEK, MONDAY) == []
    assert opened_between(None, hours(MORNING), at(10), at(11)) == [Span(at(10), at(11))]
