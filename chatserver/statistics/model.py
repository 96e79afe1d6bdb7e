"""What is told of a month, from what was counted in it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from chatserver.statistics.hiding import SMALLEST, shown_together

# Every zone has left the month by then, and what happened in it is sealed.
SETTLED_AFTER: Final = timedelta(hours=36)
SHOWN_MONTHS: Final = 24
YEAR: Final = 12
_ANSWERS: Final = ("kept", "late")
_PROMISES: Final = ("kept", "broken")
# What is counted apart, each by the name under which the journal has it.
_APART: Final = ("live", "contested", "waived")


@dataclass(frozen=True, slots=True)
class Count:
    """So many of `what` at an agency, with a topic, in one month. `minutes`: of a reply, rounded up."""

    agency: str
    topic: str
    what: str
    minutes: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """None: too few to be shown. `promises`: answered in time (`kept`) or broken; reply times in minutes."""

    promises: int | None = None
    kept: int | None = None
    median: int | None = None
    p95: int | None = None
    first: int | None = None
    live: int | None = None
    contested: int | None = None
    waived: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month, "2026-11": all of it, by topic and by agency. `replies`: the reply times of all of it, for longer."""

    month: str
    site: Figures
    topics: Mapping[str, Figures]
    agencies: Mapping[str, Figures]
    replies: Mapping[int, int]


def month_of(month: str, counts: Iterable[Count], *, topics: Sequence[str], agencies: Sequence[str]) -> Month:
    """The figures of a month, as far as they may be shown."""
    listed = [one for one in counts if one.agency in agencies]
    by_agency = _Figured(listed, agencies, lambda one: one.agency)
    by_topic = _Figured(listed, topics, lambda one: one.topic)
    counted = {"promises": _PROMISES, "first": ("first",), **{one: (one,) for one in _APART}}
    for name, what in counted.items():
        shown = shown_together(month, by_agency.row(what), by_topic.row(what))
        by_agency.show(name, shown[0].cells)
        by_topic.show(name, shown[1].cells)
        by_agency.totals[name] = shown[0].total
    site = _figures(by_agency.totals, listed)
    replies = _replies(listed) if site.median is not None else {}
    return Month(month=month, site=site, topics=by_topic.figures(), agencies=by_agency.figures(), replies=replies)


class _Figured:
    """The figures of each agency, or of each topic, while they are put together."""

    def __init__(self, counts: Sequence[Count], names: Sequence[str], key: Callable[[Count], str]) -> None:
        self._counts: dict[str, list[Count]] = {name: [] for name in names}
        for one in counts:
            # What is not offered any more has been counted all the same.
            self._counts.setdefault(key(one), []).append(one)
        self._shown: dict[str, dict[str, int | None]] = {name: {} for name in self._counts}
        self.totals: dict[str, int | None] = {}

    def row(self, what: Sequence[str]) -> dict[str, int]:
        """How many of that each of them has."""
        return {name: _sum(counts, what) for name, counts in self._counts.items()}

    def show(self, name: str, cells: Mapping[str, int | None]) -> None:
        """These may be shown."""
        for one, value in cells.items():
            self._shown[one][name] = value

    def figures(self) -> dict[str, Figures]:
        """Of each of them."""
        return {name: _figures(shown, self._counts[name]) for name, shown in self._shown.items()}


def _figures(shown: Mapping[str, int | None], counts: Sequence[Count]) -> Figures:
    replies = _replies(counts) if shown["promises"] is not None else {}
    kept = None if shown["promises"] is None else _sum(counts, ("kept",))
    return Figures(kept=kept, median=at_share(replies, 0.5), p95=at_share(replies, 0.95), **shown)


def _sum(counts: Iterable[Count], what: Sequence[str]) -> int:
    return sum(one.count for one in counts if one.what in what)


def _replies(counts: Iterable[Count]) -> Counter[int]:
    found: Counter[int] = Counter()
    for one in counts:
        if one.what in _ANSWERS:
            found[one.minutes] += one.count
    return found


def at_share(replies: Mapping[int, int], share: float) -> int | None:
    """The reply time that this share of all needed at most (nearest rank); None for fewer than five."""
    total = sum(replies.values())
    if total < SMALLEST:
        return None
    seen = 0
    for minutes in sorted(replies):
        seen += replies[minutes]
        if seen >= share * total:
            return minutes
    raise AssertionError("a share is at most one")


def change(now: int | None, before: int | None) -> int | None:
    """In whole percent; None where one of them is not shown, or there was nothing to compare with."""
    return None if now is None or not before else round((now - before) * 100 / before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Twelve months together, of those that are shown; `first_before`: of the twelve before, if all of them are."""

    figures: Figures
    first_before: int | None


def year_of(months: Sequence[Month]) -> Span:
    """The newest twelve months of those given, the oldest first. It is made of nothing but what they show."""
    last, before = months[-YEAR:], months[-2 * YEAR : -YEAR]
    replies: Counter[int] = Counter()
    for one in last:
        replies.update(one.replies)
    firsts = [one.site.first for one in last]
    earlier = [one.site.first for one in before]
    figures = Figures(
        promises=_all_shown(one.site.promises for one in last),
        kept=_all_shown(one.site.kept for one in last),
        median=at_share(replies, 0.5),
        p95=at_share(replies, 0.95),
        first=_all_shown(firsts),
    )
    whole = len(earlier) == YEAR and None not in earlier and None not in firsts
    return Span(figures=figures, first_before=_all_shown(earlier) if whole else None)


def _all_shown(values: Iterable[int | None]) -> int | None:
    shown = [one for one in values if one is not None]
    return sum(shown) if shown else None


# -- months


def newest_month(now: datetime) -> str:
    """The newest one that is over everywhere."""
    return _named(_first_of(now.astimezone(UTC) - SETTLED_AFTER) - timedelta(days=1))


def next_at(now: datetime) -> datetime:
    """When the month after it will be shown."""
    return _first_of(_first_of(now.astimezone(UTC) - SETTLED_AFTER) + timedelta(days=32)) + SETTLED_AFTER


def months_until(first: str, last: str) -> list[str]:
    """All from the first to the last, both included, the oldest first; not more than are shown."""
    named: list[str] = []
    at = datetime.strptime(last, "%Y-%m").replace(tzinfo=UTC)
    while _named(at) >= first and len(named) < SHOWN_MONTHS:
        named.insert(0, _named(at))
        at = _first_of(at - timedelta(days=1))
    return named


def _first_of(at: datetime) -> datetime:
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _named(at: datetime) -> str:
    return f"{at:%Y-%m}"
