"""Between what travels and what the rules know: hours as people say them, and as the calendar keeps them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast

from booking.errors import BookingRefusal, RuleInvalid
from booking.model import Kind, KindName, WallSpan, WeeklyRule, clock_text, minutes_of, require_block
from booking.timetable import LENGTHS
from chatserver.errors import HoursFull, KindInvalid
from chatserver.guarantee.public_holidays import public_holidays
from chatserver.guarantee.terms import Terms
from chatserver.hours.model import MOST_BLOCKS, MOST_EXTRA, Week, week_of
from chatserver.hours.wire import ClosedDay, ExtraHours, KindRules, LookAtHours, WeeklyBlock

DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
CLOSED_SHOWN: Final = timedelta(days=400)
# Beyond these, sums of days leave the calendar.
FIRST_YEAR, LAST_YEAR = 2000, 2200


def week_in(command: LookAtHours, capacities: Mapping[KindName, int]) -> Week:
    """What a command asks for; whether it can be kept is for the model. `capacities`: seats that kinds have already.

    Raises HoursFull, RuleInvalid, KindInvalid.
    """
    # Before anything is made of them: ten thousand cost no more than their number.
    if len(command.weekly) > MOST_BLOCKS or len(command.extra) > MOST_EXTRA:
        raise HoursFull("weekly" if len(command.weekly) > MOST_BLOCKS else "extra")
    if len({one.kind for one in command.kinds}) < len(command.kinds):
        raise KindInvalid("kinds")
    return week_of(
        (_rule(one) for one in command.weekly),
        (_span(one) for one in command.extra),
        (_kind(one, capacities.get(one.kind, 1)) for one in command.kinds),
    )


def _rule(one: WeeklyBlock) -> WeeklyRule:
    with _named(f"weekly.{one.weekday}"):
        until = None if one.last_day is None else _day(one.last_day) + DAY
        first = None if one.first_day is None else _day(one.first_day)
        return WeeklyRule(one.weekday, *_minutes(one.begins, one.ends), first, until, one.every_weeks)


def _span(one: ExtraHours) -> WallSpan:
    with _named(f"extra.{one.day}"):
        midnight = datetime.combine(_day(one.day), time())
        begins, ends = (midnight + minutes * MINUTE for minutes in _minutes(one.begins, one.ends))
        return WallSpan(begins, ends)


def _minutes(begins: str, ends: str) -> tuple[int, int]:
    block = minutes_of(begins), minutes_of(ends)
    require_block(*block)
    return block


def _day(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise RuleInvalid
    return day


def _kind(one: KindRules, capacity: int) -> Kind:
    lengths: dict[str, Any] = {name: getattr(one, f"{name}_minutes") * MINUTE for name in LENGTHS}
    try:
        return Kind(
            name=one.kind,
            most_per_day=one.most_per_day,
            most_per_week=one.most_per_week,
            capacity=capacity,
            **lengths,
        )
    except RuleInvalid as reason:
        raise KindInvalid(f"kinds.{one.kind}.{reason.field}") from None


@contextmanager
def _named(field: str) -> Iterator[None]:
    """Says which hours cannot be kept."""
    try:
        yield
    except BookingRefusal:
        raise RuleInvalid(field) from None


# -- as they are shown


def block(rule: WeeklyRule) -> WeeklyBlock:
    """With its last day included, as people say it."""
    last = None if rule.valid_until is None else rule.valid_until - DAY
    clocks = clock_text(rule.begins), clock_text(rule.ends)
    return WeeklyBlock(rule.weekday, *clocks, rule.valid_from, last, rule.every_weeks)


def extra_hours(span: WallSpan) -> ExtraHours:
    """On its one day."""
    ends = "24:00" if span.ends.date() > span.begins.date() else f"{span.ends:%H:%M}"
    return ExtraHours(span.begins.date(), f"{span.begins:%H:%M}", ends)


def rules(kind: Kind) -> KindRules:
    """In minutes."""
    lengths: dict[str, Any] = {f"{name}_minutes": getattr(kind, name) // MINUTE for name in LENGTHS}
    return KindRules(
        kind=cast("KindName", kind.name), most_per_day=kind.most_per_day, most_per_week=kind.most_per_week, **lengths
    )


def closed_days(terms: Terms, today: date) -> list[ClosedDay]:
    """From today on, with the names of public holidays."""
    last = today + CLOSED_SHOWN
    names: dict[date, str] = {}
    if terms.land is not None:
        for year in range(today.year, last.year + 1):
            names |= public_holidays(terms.land, year)
    return [ClosedDay(day, names.get(day)) for day in sorted(_within({*terms.closed, *names}, today, last))]


def _within(days: Iterable[date], first: date, last: date) -> Iterator[date]:
    return (day for day in days if first <= day <= last)
