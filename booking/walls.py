"""What two people agree on is a time on the wall; which instant that is may change until then.

States change their zones, sometimes with weeks of notice. Whoever has an appointment at nine still comes at nine.
"""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo


class WallStart(NamedTuple):
    """A start as the wall clock in a zone shows it. `fold`: 1 for the second time that it shows the same."""

    zone: str
    reading: datetime
    fold: int

    @classmethod
    def shown_at(cls, zone: ZoneInfo, instant: datetime) -> "WallStart":
        """What the wall clock shows at an instant."""
        there = instant.astimezone(zone)
        return cls(zone.key, there.replace(tzinfo=None, fold=0), there.fold)

    def instant_in(self, zone: ZoneInfo) -> datetime:
        """The instant (UTC) by today's rules of the zone.

        A time that the clock now jumps over is as much later as it jumps; a second time that is no more is the first.
        """
        return self.reading.replace(tzinfo=zone, fold=self.fold).astimezone(UTC)
