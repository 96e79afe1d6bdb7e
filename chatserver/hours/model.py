"""A counsellor's hours as a whole: what can be kept, and what is over."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import pairwise
from math import gcd
from typing import Final

from booking.calendar import open_blocks
from booking.errors import RuleInvalid
from booking.instants import micros_of
from booking.model import DAYS_OF_A_WEEK, Calendar, Kind, WallSpan, WeeklyRule, zone_of
from chatserver.errors import HoursFull, HoursNever, HoursOverlap, KindInvalid

MOST_BLOCKS: Final = 200
MOST_EXTRA: Final = 200
# Nobody is booked further ahead, and a year with a typing error was not meant.
FARTHEST: Final = timedelta(days=732)
DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)
# Per kind, in minutes: what an appointment can be, and what a calendar with it can bear.
BOUNDS: Final = {
    "length": (5, 480),
    "step": (5, 1440),
    "buffer_before": (0, 240),
    "buffer_after": (0, 240),
    "notice": (0, 43_200),
    "horizon": (1440, 525_600),
    "cancel_notice": (0, 43_200),
}
MOST_COUNTED: Final = 100


@dataclass(frozen=True, slots=True)
class Week:
    """All that a counsellor sets: weekly blocks, extra hours, and rules of their own for kinds of appointment."""

    weekly: tuple[WeeklyRule, ...]
    extra: tuple[WallSpan, ...]
    kinds: tuple[Kind, ...]

    @property
    def seen(self) -> str:
        """The same for the same, and for nothing else: by it two devices notice each other."""
        return sha256(repr(self).encode()).hexdigest()[:32]

    def on(self, calendar: Calendar) -> Calendar:
        """The calendar with these hours in place of its own; closing days and absences stay."""
        return replace(calendar, weekly=self.weekly, extra=self.extra)


def week_of(weekly: Iterable[WeeklyRule], extra: Iterable[WallSpan], kinds: Iterable[Kind]) -> Week:
    """In an order that stays."""
    rules = sorted(weekly, key=lambda one: (one.weekday, one.begins, one.ends, str(one.valid_from)))
    return Week(
        tuple(rules),
        tuple(sorted(extra, key=lambda one: one.begins)),
        tuple(sorted(kinds, key=lambda one: one.name)),
    )


def not_over(week: Week, wall: datetime) -> Week:
    """Without what was over before that reading of the wall clock, and each extra time on a day of its own."""
    weekly = [one for one in week.weekly if one.valid_until is None or one.valid_until > wall.date()]
    extra = [part for one in week.extra for part in _by_day(one) if part.ends > wall]
    return week_of(weekly, extra, week.kinds)


def _by_day(span: WallSpan) -> Iterator[WallSpan]:
    begins = span.begins
    while begins < span.ends:
        midnight = datetime.combine(begins.date() + DAY, time())
        yield WallSpan(begins, min(midnight, span.ends))
        begins = midnight


def check_week(week: Week, zone: str, today: date) -> None:
    """Raises HoursFull, RuleInvalid, HoursNever, HoursOverlap, KindInvalid; each names what is at fault."""
    if len(week.weekly) > MOST_BLOCKS or len(week.extra) > MOST_EXTRA:
        raise HoursFull("weekly" if len(week.weekly) > MOST_BLOCKS else "extra")
    for rule in week.weekly:
        _check_rule(rule, today)
    for extra in week.extra:
        _check_extra(extra, zone, today)
    _check_apart(week)
    for kind in week.kinds:
        check_kind(kind)


def _check_rule(rule: WeeklyRule, today: date) -> None:
    first, until = rule.valid_from or today, rule.valid_until
    if first > today + FARTHEST:
        raise RuleInvalid(f"weekly.{rule.weekday}")
    to_its_weekday = timedelta(days=(rule.weekday - first.weekday()) % DAYS_OF_A_WEEK)
    # With more than one week between, a first day after its weekday means the next turn.
    turn = timedelta(weeks=rule.every_weeks if first.weekday() > rule.weekday else 1)
    first_time = first + to_its_weekday + (turn - timedelta(weeks=1))
    if until is not None and first_time >= until:
        raise HoursNever(f"weekly.{rule.weekday}")


def _check_extra(extra: WallSpan, zone: str, today: date) -> None:
    day = extra.begins.date()
    if day > today + FARTHEST:
        raise RuleInvalid(f"extra.{day}")
    around = [datetime.combine(day + by * DAY, time(), zone_of(zone)) for by in (-1, 2)]
    if not open_blocks(Calendar(zone=zone, extra=(extra,)), *(micros_of(one) for one in around)):
        raise HoursNever(f"extra.{day}")


def _check_apart(week: Week) -> None:
    """Blocks of one day may touch. Weekly blocks overlap where there could be a week in which both hold."""
    for weekday in range(DAYS_OF_A_WEEK):
        rules = [one for one in week.weekly if one.weekday == weekday]
        for place, one in enumerate(rules):
            for other in _until_later(rules[place + 1 :], one.ends):
                if _meet(one, other):
                    raise HoursOverlap(f"weekly.{weekday}")
    for before, after in pairwise(week.extra):
        if before.ends > after.begins:
            raise HoursOverlap(f"extra.{after.begins.date()}")


def _until_later(rules: Sequence[WeeklyRule], ends: int) -> Iterator[WeeklyRule]:
    """Those that begin before that minute; the rules are sorted by when they begin."""
    for rule in rules:
        if rule.begins >= ends:
            return
        yield rule


def _meet(one: WeeklyRule, other: WeeklyRule) -> bool:
    starts = [rule.valid_from for rule in (one, other) if rule.valid_from]
    ends = [rule.valid_until for rule in (one, other) if rule.valid_until]
    if starts and ends and max(starts) >= min(ends):
        return False
    if one.valid_from is None or other.valid_from is None:
        return True
    weeks = (_monday_of(one.valid_from) - _monday_of(other.valid_from)) // DAYS_OF_A_WEEK
    return weeks % gcd(one.every_weeks, other.every_weeks) == 0


def _monday_of(day: date) -> int:
    return day.toordinal() - day.weekday()


def check_kind(kind: Kind) -> None:
    """Raises KindInvalid, which names the number: "kinds.chat.notice"."""
    for name, (least, most) in BOUNDS.items():
        if not least * MINUTE <= getattr(kind, name) <= most * MINUTE:
            raise KindInvalid(f"kinds.{kind.name}.{name}")
    for name in ("most_per_day", "most_per_week"):
        most_counted = getattr(kind, name)
        if most_counted is not None and most_counted > MOST_COUNTED:
            raise KindInvalid(f"kinds.{kind.name}.{name}")
    if kind.notice >= kind.horizon:
        raise KindInvalid(f"kinds.{kind.name}.notice")
