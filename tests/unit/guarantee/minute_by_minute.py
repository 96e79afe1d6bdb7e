"""The same rule as a child would count it: look at the wall clock each minute, and count it if the agency works then.

It shares nothing with the code that it checks but the words of the hours.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
MOST_MINUTES = 60 * 24 * 20

# By weekday (0 is Monday), from and until in minutes of the day.
Blocks = Mapping[int, Sequence[tuple[int, int]]]


def works(at: datetime, zone: ZoneInfo, blocks: Blocks, closed: Collection[date]) -> bool:
    """Whether the agency works in the minute that begins at that instant."""
    there = at.astimezone(zone)
    minute = there.hour * 60 + there.minute
    return there.date() not in closed and any(
        begins <= minute < ends for begins, ends in blocks.get(there.weekday(), ())
    )


def due_by_minutes(
    since: datetime, seconds: int, zone: ZoneInfo, blocks: Blocks, closed: Collection[date]
) -> datetime | None:
    """The instant at which that much working time is over; None if it is not within twenty days."""
    left = timedelta(seconds=seconds)
    at = since.astimezone(UTC)
    for _ in range(MOST_MINUTES):
        minute = at.replace(second=0, microsecond=0)
        following = minute + MINUTE
        if works(minute, zone, blocks, closed):
            if left <= following - at:
                return at + left
            left -= following - at
        at = following
    return None
