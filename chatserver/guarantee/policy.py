"""How long an answer may take: `calendar` counts every second, `business` only those at which the agency works.

A policy with its closing days is a snapshot: whatever changes later, the promise that was given under it stays.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final, Literal, TypeAlias

from booking.calendar import open_blocks
from booking.errors import ZoneUnknown
from booking.instants import instant_at, micros_of
from booking.model import Calendar as OpenHours
from booking.model import Span, zone_of
from chatserver.guarantee.hours import PolicyInvalid, WeeklyHours, hours_in
from chatserver.guarantee.public_holidays import FIRST_YEAR, LANDS, LAST_YEAR, public_holidays

# So far ahead somebody looks for working hours.
_STEP: Final = timedelta(days=28)
FARTHEST: Final = timedelta(days=3_660)
# Blocks are asked for with some days around them.
_AROUND: Final = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Calendar:
    """That many seconds of UTC, whatever the clocks on the wall do."""

    seconds: int
    kind: Literal["calendar"] = field(default="calendar", init=False)

    def due_at(self, waiting_since: datetime) -> datetime:
        """The instant (UTC) at which the promise is broken."""
        return waiting_since.astimezone(UTC) + timedelta(seconds=self.seconds)

    def snapshot(self, waiting_since: datetime, due_at: datetime) -> str:  # noqa: ARG002  both kinds are called alike
        """What is kept with a promise, so that no later change moves it: JSON."""
        return _calendar_text(self.seconds)


@cache
def _calendar_text(seconds: int) -> str:
    return _json({"kind": "calendar", "seconds": seconds})


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Business:
    """That many seconds of working time: weekly hours on the wall in `zone`, none of them on closing days.

    `land`: its public holidays are closing days, too. An hour that the wall clock jumps over is nobody's working time;
    one that it shows twice counts twice. Raises PolicyInvalid.
    """

    seconds: int
    zone: str
    hours: WeeklyHours
    closed: frozenset[date] = frozenset()
    land: str | None = None
    kind: Literal["business"] = field(default="business", init=False)

    def __post_init__(self) -> None:
        try:
            zone_of(self.zone)
        except ZoneUnknown:
            raise PolicyInvalid(f"zone: there is no time zone {self.zone!r}; an example is Europe/Berlin") from None
        if self.land is not None and self.land not in LANDS:
            raise PolicyInvalid(f"land: there is no Land {self.land!r}; there are {', '.join(LANDS)}")

    def due_at(self, waiting_since: datetime, within: timedelta = FARTHEST) -> datetime:
        """The instant (UTC) at which the promise is broken. Exactly on closing time it is closing time.

        Raises PolicyInvalid when there is not enough working time within that, which is ten years.
        """
        return self.counted(waiting_since, within)[-1].ends_at

    def counted(self, waiting_since: datetime, within: timedelta = FARTHEST) -> list[Span]:
        """The working time (UTC) that the promise lasts, from its first block to its due time. Raises PolicyInvalid."""
        left = timedelta(seconds=self.seconds)
        spans: list[Span] = []
        for opens, closes in self._open_after(waiting_since.astimezone(UTC), within):
            ends = min(closes, opens + left)
            if spans and spans[-1].ends_at == opens:
                spans[-1] = Span(spans[-1].starts_at, ends)
            else:
                spans.append(Span(opens, ends))
            left -= ends - opens
            if not left:
                self._check_years(spans[0].starts_at, ends)
                return spans
        raise PolicyInvalid(f"within: so much working time there is not in {_years(within)}")

    def _open_after(self, since: datetime, within: timedelta) -> Iterator[Span]:
        last = since + within
        while since < last:
            until = min(since + _STEP, last)
            for block in open_blocks(self._calendar(since, until), micros_of(since), micros_of(until)):
                opens, closes = max(since, instant_at(block.opens)), min(until, instant_at(block.closes))
                if opens < closes:
                    yield Span(opens, closes)
            since = until

    def _calendar(self, since: datetime, until: datetime) -> OpenHours:
        closed = self.closed_days((since - _AROUND).date(), (until + _AROUND).date())
        return OpenHours(zone=self.zone, weekly=self.hours.rules(), instead=dict.fromkeys(closed, ()))

    def _check_years(self, first: datetime, last: datetime) -> None:
        if self.land is not None and not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
            raise PolicyInvalid(f"land: public holidays are known from {FIRST_YEAR} to {LAST_YEAR}")

    def closed_days(self, first: date, last: date) -> dict[date, str]:
        """The days between, both included, on which the weekly hours do not hold, with the holiday's name if any."""
        found = {}
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            holiday = public_holidays(self.land, day.year).get(day, "") if self.land else ""
            if self.hours.days[day.weekday()] and (day in self.closed or holiday):
                found[day] = holiday
        return found

    def closed_while(self, waiting_since: datetime, due_at: datetime) -> dict[date, str]:
        """The closing days of one promise, by the wall clock in its zone."""
        first, last = (one.astimezone(zone_of(self.zone)).date() for one in (waiting_since, due_at))
        return self.closed_days(first, last)

    def snapshot(self, waiting_since: datetime, due_at: datetime) -> str:
        """What is kept with a promise, so that no later change moves it: JSON.

        It names days, not the Land that they come from: what is a holiday there may change.
        """
        closed = [one.isoformat() for one in self.closed_while(waiting_since, due_at)]
        hours = {"zone": self.zone, "hours": self.hours.as_text(), "closed": closed}
        return _json({"kind": self.kind, "seconds": self.seconds, **hours})


def _years(within: timedelta) -> str:
    return "ten years" if within >= FARTHEST else f"{within.days} days"


Policy: TypeAlias = Calendar | Business


@dataclass(frozen=True, slots=True)
class Bounded:
    """Working time, but never later than `at_most` after somebody began to wait, however long an agency is closed.

    Where the bound comes first, the promise that is kept is one by the calendar: whoever checks its receipt needs no
    third way of counting.
    """

    business: Business
    at_most: timedelta

    def due_at(self, waiting_since: datetime) -> datetime:
        """The instant (UTC) at which the promise is broken."""
        latest = waiting_since.astimezone(UTC) + self.at_most
        try:
            return min(self.business.due_at(waiting_since, self.at_most), latest)
        except PolicyInvalid:
            return latest

    def snapshot(self, waiting_since: datetime, due_at: datetime) -> str:
        """What is kept with a promise: JSON that leads to the same due time, whatever changes later."""
        if due_at - waiting_since >= self.at_most:
            return _calendar_text(int(self.at_most.total_seconds()))
        return self.business.snapshot(waiting_since, due_at)


# What a new promise starts from. What is kept of it is always a Policy.
Offer: TypeAlias = Policy | Bounded


@lru_cache(maxsize=1024)
def parts_of(snapshot: str) -> tuple[str, int, str]:
    """A snapshot as a receipt has it: kind, seconds, and the rest as JSON, or nothing."""
    rest = json.loads(snapshot)
    kind, seconds = rest.pop("kind"), rest.pop("seconds")
    return kind, seconds, _json(rest) if rest else ""


def policy_of(kind: str, seconds: int, details: str) -> Policy:
    """The policy of a promise from its snapshot or receipt. Raises PolicyInvalid."""
    if kind == "calendar" and not details:
        return Calendar(seconds)
    if kind != "business":
        raise PolicyInvalid(f"policy: there is no kind {kind!r} with such details; there are calendar and business")
    try:
        read = json.loads(details)
        closed = frozenset(map(date.fromisoformat, read["closed"]))
        return Business(seconds, read["zone"], hours_in(read["hours"]), closed)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise PolicyInvalid("policy: its details are not those of working hours") from None
