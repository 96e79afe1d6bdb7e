"""The words of a calendar: rules in wall time, kinds of appointment, wishes and reservations."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from booking.errors import RuleInvalid, ZoneUnknown
from booking.walls import WallStart

MINUTES_OF_A_DAY = 24 * 60
DAYS_OF_A_WEEK = 7
CLOCK = re.compile(r"([0-9]{2}):([0-5][0-9])")
# What one client books; a group is announced, and nobody keeps it as a kind.
KindName = Literal["chat", "video", "phone", "on_site"]
Side = Literal["client", "counsellor"]


class Span(NamedTuple):
    """From `starts_at` until just before `ends_at`; both aware."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WallSpan:
    """What wall clocks in the calendar's zone show, from `begins` until just before `ends`; both without a zone."""

    begins: datetime
    ends: datetime

    def __post_init__(self) -> None:
        if self.begins.tzinfo is not None or self.ends.tzinfo is not None or self.begins >= self.ends:
            raise RuleInvalid("ends")


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """One block of a weekday (0 = Monday), in minutes of the wall day: 540 is 09:00 and 1440 is midnight at its end.

    `valid_until` is the first day on which it no longer holds. With `every_weeks` = 2 it holds in the week of
    `valid_from` and every second one after that.
    """

    weekday: int
    begins: int
    ends: int
    valid_from: date | None = None
    valid_until: date | None = None
    every_weeks: int = 1

    def __post_init__(self) -> None:
        if self.weekday not in range(DAYS_OF_A_WEEK):
            raise RuleInvalid("weekday")
        require_block(self.begins, self.ends)
        if self.every_weeks < 1 or (self.every_weeks > 1 and self.valid_from is None):
            raise RuleInvalid("every_weeks")
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise RuleInvalid("valid_until")

    @property
    def always(self) -> bool:
        """Whether it holds in every week."""
        return self.valid_from is None and self.valid_until is None

    def holds_on(self, day: date) -> bool:
        """Whether this block is open on that day."""
        if day.weekday() != self.weekday or (self.valid_until is not None and day >= self.valid_until):
            return False
        if self.valid_from is None:
            return True
        first_monday = self.valid_from.toordinal() - self.valid_from.weekday()
        weeks = (day.toordinal() - first_monday) // DAYS_OF_A_WEEK
        return day >= self.valid_from and weeks % self.every_weeks == 0


def require_block(begins: int, ends: int) -> None:
    """Minutes of one day, in order. Raises RuleInvalid."""
    if not 0 <= begins < MINUTES_OF_A_DAY:
        raise RuleInvalid("begins")
    if not begins < ends <= MINUTES_OF_A_DAY:
        raise RuleInvalid("ends")


def minutes_of(clock: str) -> int:
    """Minutes of the day: "09:15" is 555 and "24:00" is 1440. Raises RuleInvalid."""
    read = CLOCK.fullmatch(clock)
    minutes = int(read[1]) * 60 + int(read[2]) if read else MINUTES_OF_A_DAY + 1
    if minutes > MINUTES_OF_A_DAY:
        raise RuleInvalid("clock")
    return minutes


def clock_text(minutes: int) -> str:
    """From 555 to "09:15" and from 1440 to "24:00"."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises ZoneUnknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as missing:  # not there, a folder of zones, or not even a path
        raise ZoneUnknown("zone") from missing


DayBlocks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When one counsellor is there: weekly rules, plus extra hours, minus absences.

    On a date of `instead` its blocks (minutes of the day) hold in place of the weekly rules. An absence wins over
    everything, because somebody who is ill is ill on the days of extra hours, too.
    """

    zone: str
    weekly: tuple[WeeklyRule, ...] = ()
    instead: Mapping[date, DayBlocks] = field(default_factory=dict)
    extra: tuple[WallSpan, ...] = ()
    absences: tuple[WallSpan, ...] = ()

    def __post_init__(self) -> None:
        zone_of(self.zone)
        for blocks in self.instead.values():
            for begins, ends in blocks:
                require_block(begins, ends)


NONE = timedelta(0)
FARTHEST = timedelta(days=732)
LARGEST_GROUP = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of appointment. Buffers keep time free around it; only the appointment itself must lie in open hours.

    `notice`: how long before the start it can be booked at the latest; `horizon`: at the earliest;
    `cancel_notice`: until how long before the start the client may change or cancel it. Nothing is longer than two
    years. `most_per_day`, `most_per_week`: how many of this kind a counsellor has at most, by the days and weeks (from
    Monday) of their calendar's zone; None is no limit. `capacity`: seats. Raises RuleInvalid.
    """

    name: KindName | Literal["group"]
    length: timedelta
    step: timedelta
    buffer_before: timedelta = NONE
    buffer_after: timedelta = NONE
    notice: timedelta = NONE
    horizon: timedelta = timedelta(days=60)
    cancel_notice: timedelta = NONE
    most_per_day: int | None = None
    most_per_week: int | None = None
    capacity: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.capacity <= LARGEST_GROUP:
            raise RuleInvalid("capacity")
        for name in ("most_per_day", "most_per_week"):
            most = getattr(self, name)
            if most is not None and most < 1:
                raise RuleInvalid(name)
        for name in ("length", "step", "horizon"):
            if not NONE < getattr(self, name) <= FARTHEST:
                raise RuleInvalid(name)
        for name in ("buffer_before", "buffer_after", "notice", "cancel_notice"):
            if not NONE <= getattr(self, name) <= FARTHEST:
                raise RuleInvalid(name)

    @property
    def limited(self) -> bool:
        """Whether there is a most per day or per week."""
        return self.most_per_day is not None or self.most_per_week is not None

    @property
    def needs_place(self) -> bool:
        """Whether people meet in a room of the agency."""
        return self.name == "on_site"

    def appointment_at(self, starts_at: datetime) -> Span:
        """What people see."""
        return Span(starts_at, starts_at + self.length)

    def reserved_at(self, starts_at: datetime) -> Span:
        """What is kept free for it: with the buffers."""
        return Span(starts_at - self.buffer_before, starts_at + self.length + self.buffer_after)


class State(StrEnum):
    HELD = "held"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """One appointment, or a hold that may become one. `appointment` is what people see; `reserved` has the buffers.

    `cancel_until` was fixed when it was booked, so that a stricter rule made later binds nobody. `wall`: what was
    agreed on; None for those made before that was kept. `missed_at`: when it was recorded that the client did not come,
    `counsellor_missed_at`: that the counsellor did not.
    """

    id: str
    counsellor: str
    clients: tuple[str, ...]
    thread: str
    kind: str
    state: State
    appointment: Span
    reserved: Span
    place: str | None
    expires_at: datetime | None
    extended: bool
    cancel_until: datetime
    sequence: int
    booked_at: datetime | None
    cancelled_at: datetime | None
    cancelled_by: str | None
    done_at: datetime | None
    capacity: int
    wall: WallStart | None
    missed_at: datetime | None
    counsellor_missed_at: datetime | None

    @property
    def is_group(self) -> bool:
        """Whether people take seats in it: then it is no two people's appointment, and nobody is its client."""
        return self.kind == "group"
