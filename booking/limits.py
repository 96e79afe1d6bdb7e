"""Most appointments of a kind in a day and in a week: in which days and weeks of the wall nothing more can start."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from booking.calendar import Micros, first_instant_of, union
from booking.model import DAYS_OF_A_WEEK, Kind, zone_of

# Whoever asks whether a week is full has to know what else is in it.
AROUND = timedelta(days=8)


def full_spans(zone: str, kind: Kind, given: Iterable[datetime]) -> list[Micros]:
    """Where no appointment of that kind can start any more (microseconds, a union).

    `given`: the starts of those that there are already, for at least a week around where somebody looks.
    """
    if not kind.limited:
        return []
    days = Counter(start.astimezone(zone_of(zone)).date() for start in given)
    weeks: Counter[date] = Counter()
    for day, count in days.items():
        weeks[day - timedelta(days=day.weekday())] += count
    return union([*_full(zone, days, kind.most_per_day, 1), *_full(zone, weeks, kind.most_per_week, DAYS_OF_A_WEEK)])


def _full(zone: str, counts: Counter[date], most: int | None, days: int) -> list[Micros]:
    if most is None:
        return []
    full = [first for first, count in counts.items() if count >= most]
    return [(first_instant_of(zone, first), first_instant_of(zone, first + timedelta(days=days))) for first in full]
