"""When something is sent, how often it is tried, and when it is given up."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from typing import Final, Literal
from zoneinfo import ZoneInfo

Language = Literal["de", "en"]
WayKind = Literal["mail", "push"]
What = Literal["news", "code"]

JOB: Final = "deliver"
# Between two that say the same: whoever was told within this hears of the rest with the next one.
PAUSE: Final[dict[WayKind, timedelta]] = {"mail": timedelta(minutes=15), "push": timedelta(minutes=1)}
FIRST_RETRY: Final = timedelta(seconds=30)
LONGEST_RETRY: Final = timedelta(hours=1)
# A quarter more or less, so that what failed together does not come back together.
JITTER: Final = 0.25
# After that it is given up: late is better than never, but nobody needs to hear of last week.
LAST_TRY_AFTER: Final = timedelta(hours=24)
# How long one can look up what became of it.
KEPT: Final = timedelta(days=7)
_CHANCE: Final = random.SystemRandom()


class Outcome(Enum):
    """How a try has ended. Only `UNSURE` may have arrived."""

    DELIVERED = "delivered"
    LATER = "later"
    UNSURE = "unsure"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Minutes of the day in a zone by its wall clock; through midnight where the end comes first."""

    begins: int
    ends: int
    zone: str

    def over_at(self, now: datetime) -> datetime:
        """When somebody who is to be left alone now may be told: now, if it is not quiet."""
        local = now.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        through_midnight = self.ends <= self.begins
        quiet = minute >= self.begins or minute < self.ends if through_midnight else self.begins <= minute < self.ends
        if not quiet:
            return now
        day = local.date() + timedelta(days=1 if minute >= self.ends else 0)
        end = datetime.combine(day, time(self.ends // 60, self.ends % 60), ZoneInfo(self.zone))
        # On the night that an hour happens twice the earlier end may have passed already.
        return end.astimezone(UTC) if end > now else now


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A confirmed way to a person, and what may keep it waiting."""

    way_id: str
    kind: WayKind
    told_at: datetime | None
    quiet: QuietHours | None

    def due_at(self, now: datetime, *, urgent: bool) -> datetime:
        """When to tell them. What is urgent waits for nothing."""
        if urgent:
            return now
        rested = now if self.told_at is None else max(now, self.told_at + PAUSE[self.kind])
        return self.quiet.over_at(rested) if self.quiet else rested


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A delivery with all that its sender needs to know."""

    id: str
    way_id: str
    what: What
    urgent: bool
    wanted_at: datetime
    kind: WayKind
    address: str
    language: Language
    push_key: bytes | None
    push_auth: bytes | None


def retry_at(now: datetime, attempts: int) -> datetime:
    """When to try again after that many tries: twice as long each time, and never quite the same."""
    pause: timedelta = min(FIRST_RETRY * 2 ** min(attempts - 1, 20), LONGEST_RETRY)
    return now + pause * _CHANCE.uniform(1 - JITTER, 1 + JITTER)


def is_last(parcel: Parcel, now: datetime) -> bool:
    """Whether it is given up if it fails now."""
    return now >= parcel.wanted_at + LAST_TRY_AFTER
