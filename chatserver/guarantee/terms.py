"""What an agency promises, when it works, and which languages are spoken there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from booking.model import clock_text
from chatserver.guarantee.hours import DAYS, PolicyInvalid, WeeklyHours, hours_in
from chatserver.guarantee.policy import Bounded, Business, Calendar, Offer
from chatserver.guarantee.public_holidays import LANDS, public_holidays

Kind = Literal["calendar", "business"]
# The promise that holds where an agency has said nothing else: exactly 48 hours of UTC.
USUAL: Final = Calendar(48 * 3600)


class OpenBlock(NamedTuple):
    """A block of a weekday (0 = Monday) by the wall clock, such as 09:00 to 12:00; 24:00 is midnight at its end."""

    weekday: int
    begins: str
    ends: str


HOUR: Final = 3600
USUAL_HOURS: Final = USUAL.seconds // HOUR
# In an ordinary week, without closing days: 48 hours, and a weekend that comes between.
LONGEST: Final = timedelta(hours=96)
# However long an agency is closed: nobody is promised an answer later than this.
AT_MOST: Final = timedelta(days=7)
MOST_CLOSED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`hours`: none where they are not told. `closed`: days on which they do not hold; `land`: its holidays neither.

    `promised_hours`: of the clock, or of working time, as `kind` says.
    """

    zone: str
    hours: WeeklyHours | None = None
    closed: frozenset[date] = frozenset()
    land: str | None = None
    languages: tuple[str, ...] = ()
    kind: Kind = "calendar"
    promised_hours: int = USUAL_HOURS

    def policy(self) -> Offer:
        """Under which a promise is given now. Raises PolicyInvalid where working time is to count and there is none."""
        seconds = self.promised_hours * HOUR
        if self.kind == "calendar":
            return Calendar(seconds)
        return Bounded(Business(seconds, self.zone, _open(self), self.closed, self.land), AT_MOST)

    def closed_from(self, day: date) -> frozenset[date]:
        """Closing days and public holidays of that year and the two after it: nobody is booked further ahead."""
        if self.land is None:
            return self.closed
        return self.closed.union(*(public_holidays(self.land, day.year + ahead) for ahead in range(3)))

    def weekly(self) -> list[OpenBlock]:
        """When somebody is there, in order."""
        days = self.hours.days if self.hours else ()
        return [
            OpenBlock(weekday, clock_text(begins), clock_text(ends))
            for weekday, blocks in enumerate(days)
            for begins, ends in blocks
        ]


def weekly_hours(blocks: Iterable[OpenBlock]) -> WeeklyHours | None:
    """From blocks in any order; None for none. Raises PolicyInvalid, which names the day: "weekly.0" is Monday."""
    days: dict[int, list[str]] = {}
    for one in blocks:
        days.setdefault(one.weekday, []).append(f"{one.begins}-{one.ends}")
    parts = {weekday: f"{DAYS[weekday]} {','.join(times)}" for weekday, times in sorted(days.items())}
    for weekday, part in parts.items():
        try:
            hours_in(part)
        except PolicyInvalid as reason:
            raise PolicyInvalid(f"weekly.{weekday}: {reason}") from None
    return hours_in("; ".join(parts.values())) if parts else None


def check_bearable(terms: Terms) -> None:
    """Raises PolicyInvalid if in an ordinary week somebody could be promised an answer too late to be one."""
    if terms.land is not None and terms.land not in LANDS:
        raise PolicyInvalid(f"land: there is no Land {terms.land!r}")
    if terms.kind == "business" and _open(terms).longest_wait(terms.promised_hours * HOUR) > LONGEST:
        raise PolicyInvalid(f"promised_hours: somebody could wait for more than {LONGEST // timedelta(hours=1)} hours")


def _open(terms: Terms) -> WeeklyHours:
    if terms.hours is None:
        raise PolicyInvalid("hours: a promise in working time needs them")
    return terms.hours


class Stored(NamedTuple):
    """Terms as the database has them; `hours` as people write them, days and languages with commas between them.

    `kind` is None where the agency has said nothing.
    """

    zone: str
    hours: str
    closed: str
    land: str | None
    languages: str
    kind: Kind | None
    promised_hours: int


@lru_cache(maxsize=256)
def terms_from(stored: Stored) -> Terms:
    """What the agency has said, or the usual."""
    if stored.kind is None:
        return Terms(zone=stored.zone)
    return Terms(
        zone=stored.zone,
        hours=hours_in(stored.hours) if stored.hours else None,
        closed=frozenset(date.fromisoformat(one) for one in stored.closed.split(",") if one),
        land=stored.land,
        languages=tuple(one for one in stored.languages.split(",") if one),
        kind=stored.kind,
        promised_hours=stored.promised_hours,
    )


@lru_cache(maxsize=256)
def policy_from(stored: Stored) -> Offer:
    """What the agency promises."""
    return terms_from(stored).policy()
