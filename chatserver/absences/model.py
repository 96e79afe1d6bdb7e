"""Who is there: absences in wall time, and the chain of substitutes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from booking.model import WallSpan, zone_of

# An absence without an end, as the calendar keeps it.
NO_END: Final = datetime(9999, 12, 31)  # noqa: DTZ001  wall time has no zone
# Of one person, that are not over.
MOST_ABSENCES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """When somebody is away, by the wall clock in their calendar's zone, and who was asked to stand in."""

    id: int
    account_id: str
    span: WallSpan
    zone: str
    substitute_id: str | None = None

    def holds_at(self, now: datetime) -> bool:
        """Whether it goes on then: while the wall clock shows a time of it, as the calendar has it, too."""
        return self.span.begins <= wall_at(now, self.zone) < self.span.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """An agency's people at one moment. `duty`: who can open its rooms; `away`: whom each has named as substitute."""

    duty: tuple[str, ...]
    coordinators: tuple[str, ...]
    away: Mapping[str, str | None]

    def there(self, people: Iterable[str]) -> list[str]:
        """Those who are not away, in the same order."""
        return [one for one in people if one not in self.away]

    @property
    def leading(self) -> tuple[str, ...]:
        """The coordinators who are there; all of them when none is: somebody has to hear of it."""
        return tuple(self.there(self.coordinators)) or self.coordinators

    def stands_in(self, away: str, able: Collection[str]) -> str | None:
        """Who answers in the place of somebody who is away: their substitute, or if that one is away theirs, and so on.

        None when the chain ends, leads back, or reaches somebody who could not step in: then all on duty are asked.
        """
        seen, at = {away}, self.away.get(away)
        while at is not None and at in self.away and at not in seen:
            seen.add(at)
            at = self.away[at]
        return at if at is not None and at not in seen and at in able else None


def wall_at(now: datetime, zone: str) -> datetime:
    """What wall clocks in that zone show, to the minute."""
    return now.astimezone(zone_of(zone)).replace(tzinfo=None, second=0, microsecond=0)


def away_among(absences: Iterable[Absence], now: datetime) -> dict[str, str | None]:
    """Who is away then, with their substitute: of several absences at once the one that was entered last counts."""
    away: dict[str, str | None] = {}
    for one in sorted((one for one in absences if one.holds_at(now)), key=lambda one: one.id):
        away[one.account_id] = one.substitute_id or away.get(one.account_id)
    return away


def ended_early(absence: Absence, now: datetime) -> WallSpan | None:
    """What is left of an absence that ends now: nothing of one that has not begun, all of one that is over."""
    wall = wall_at(now, absence.zone)
    if absence.span.ends <= wall:
        return absence.span
    if absence.span.begins >= wall:
        return None
    return WallSpan(absence.span.begins, wall)
