"""From wall time to instants: the open blocks of a calendar.

A block is open at an instant when the wall clock in the calendar's zone then shows a time of the block. So an hour
that the clock jumps over opens nothing, and an hour that it shows twice opens both instants, each once.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from booking.instants import DAY, FIRST_DAY, HOUR, MINUTE, day_of, instant_at, micros_in, midnight_of, wall_micros_of
from booking.model import Calendar, WallSpan, WeeklyRule, zone_of

Micros = tuple[int, int]


class Block(NamedTuple):
    """Open from `opens` until just before `closes`; starts are counted from `opens` and lie before `starts_before`."""

    opens: int
    closes: int
    starts_before: int


class Stretch(NamedTuple):
    """A stretch of time with one offset from UTC; all in microseconds."""

    begins: int
    ends: int
    offset: int


def open_blocks(calendar: Calendar, since: int, until: int) -> list[Block]:
    """The blocks that are open between two instants (microseconds), sorted; each with its true beginning."""
    # A day and more before `since`, so that where a block begins does not depend on where one looks from.
    first = day_of(since) - timedelta(days=3)
    last = day_of(until) + timedelta(days=2)
    stretches = _stretches(calendar.zone, first, last)
    opened = _instants(_opened(calendar, first, last), stretches)
    closed = _instants(_walls(calendar.absences, first, last), stretches)
    blocks = without(union(opened), union(closed))
    return [part for block in blocks if block[1] > since for part in _counted_by_day(block, stretches)]


def union(spans: Iterable[Micros]) -> list[Micros]:
    """The same time in as few spans as possible, sorted: spans that overlap or touch are one, empty ones are none."""
    merged: list[Micros] = []
    begins = ends = None
    for start, end in sorted(spans):
        if start >= end:
            continue
        if begins is None or ends is None or start > ends:
            if begins is not None and ends is not None:
                merged.append((begins, ends))
            begins, ends = start, end
        elif end > ends:
            ends = end
    if begins is not None and ends is not None:
        merged.append((begins, ends))
    return merged


def without(spans: list[Micros], cuts: list[Micros]) -> list[Micros]:
    """What is left of the spans where nothing is cut. Both are unions."""
    if not cuts:
        return spans
    left: list[Micros] = []
    at = 0
    for opens, closes in spans:
        while at < len(cuts) and cuts[at][1] <= opens:
            at += 1
        rest, cut = opens, at
        while cut < len(cuts) and cuts[cut][0] < closes:
            if rest < cuts[cut][0]:
                left.append((rest, cuts[cut][0]))
            rest = cuts[cut][1]
            cut += 1
        if rest < closes:
            left.append((rest, closes))
    return left


def _opened(calendar: Calendar, first: date, last: date) -> Iterator[Micros]:
    """Wall time that is open on the days from `first` to `last`, before absences."""
    weekdays: list[list[tuple[int, int, WeeklyRule]]] = [[] for _ in range(7)]
    for rule in calendar.weekly:
        weekdays[rule.weekday].append((rule.begins * MINUTE, rule.ends * MINUTE, rule))
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        midnight = (ordinal - FIRST_DAY) * DAY
        if day in calendar.instead:
            for begin, end in calendar.instead[day]:
                yield midnight + begin * MINUTE, midnight + end * MINUTE
            continue
        for begins, ends, rule in weekdays[day.weekday()]:
            if rule.always or rule.holds_on(day):
                yield midnight + begins, midnight + ends
    yield from _walls(calendar.extra, first, last)


def _walls(spans: Iterable[WallSpan], first: date, last: date) -> Iterator[Micros]:
    """Those parts of wall spans that lie on the days from `first` to `last`."""
    begins, ends = midnight_of(first), midnight_of(last) + DAY
    for span in spans:
        yield max(begins, wall_micros_of(span.begins)), min(ends, wall_micros_of(span.ends))


@lru_cache(maxsize=256)
def _stretches(zone: str, first: date, last: date) -> tuple[Stretch, ...]:
    """How far the wall clocks of a zone are from UTC on those days: one stretch per offset.

    Looked at once a day: since 2000 no zone has changed its offset twice in less than a week.
    """
    begins, ends = midnight_of(first) - DAY, midnight_of(last) + 2 * DAY
    stretches: list[Stretch] = []
    offset = _offset(zone, begins)
    at = begins
    while at < ends:
        after = min(at + DAY, ends)
        if _offset(zone, after) != offset:
            change = _change(zone, at, after)
            stretches.append(Stretch(begins, change, offset))
            begins, offset = change, _offset(zone, change)
        at = after
    stretches.append(Stretch(begins, ends, offset))
    return tuple(stretches)


def _offset(zone: str, at: int) -> int:
    return micros_in(instant_at(at).astimezone(zone_of(zone)).utcoffset() or timedelta())


def _change(zone: str, before: int, after: int) -> int:
    """The first instant with a new offset."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _instants(walls: Iterable[Micros], stretches: tuple[Stretch, ...]) -> Iterator[Micros]:
    """All instants at which the wall clock shows a time of those spans."""
    for wall_begins, wall_ends in walls:
        for begins, ends, offset in stretches:
            start, end = wall_begins - offset, wall_ends - offset
            if begins <= start and end <= ends:
                yield start, end
            elif start < ends and begins < end:
                yield max(start, begins), min(end, ends)


def _counted_by_day(span: Micros, stretches: tuple[Stretch, ...]) -> Iterator[Block]:
    """The span as one block; but after a whole open day starts count anew from midnight.

    Hours that are open around the clock would otherwise have no beginning, or one that depends on where one looks from.
    """
    opens, closes = span
    if closes - opens > 20 * HOUR:
        midnights = _midnights(opens, closes, stretches)
        for day_before, midnight in pairwise(midnights):
            if span[0] <= day_before and midnight < closes:
                yield Block(opens, closes, midnight)
                opens = midnight
    yield Block(opens, closes, closes)


def first_instant_of(zone: str, day: date) -> int:
    """When a day begins there, in microseconds: at midnight, or with the first time after it that the clock shows."""
    stretches = _stretches(zone, day - timedelta(days=1), day + timedelta(days=1))
    return _first_shown(midnight_of(day), stretches, midnight_of(day) + DAY)


def _first_shown(wall: int, stretches: tuple[Stretch, ...], otherwise: int) -> int:
    return next((max(begins, wall - offset) for begins, ends, offset in stretches if wall - offset < ends), otherwise)


def _midnights(since: int, until: int, stretches: tuple[Stretch, ...]) -> list[int]:
    """The first instant of each day on the wall, from the day of `since` to the day after `until`."""
    first, last = day_of(since) - timedelta(days=1), day_of(until) + timedelta(days=2)
    walls = range(midnight_of(first), midnight_of(last) + DAY, DAY)
    return sorted({_first_shown(wall, stretches, until) for wall in walls})
