"""What somebody wants: a time with a counsellor, and a place where one is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from booking.model import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who wants which time with whom, and in which conversation it was asked for (opaque).

    `place`: that one; else, for a kind that needs one, the first of `places` that is free. `closed`: days on which the
    weekly hours do not hold, such as public holidays. Without a client it is a group that people join.
    """

    counsellor: str
    client: str | None
    thread: str
    kind: Kind
    starts_at: datetime
    place: str | None = None
    places: tuple[str, ...] = ()
    closed: frozenset[date] = frozenset()

    @property
    def candidates(self) -> tuple[str | None, ...]:
        """The places of which one is to be free; only None where none is needed."""
        return candidates(self.kind, self.place, self.places)


def candidates(kind: Kind, place: str | None, places: Sequence[str]) -> tuple[str | None, ...]:
    """See Wish. A kind that needs a place and has none to choose from can be had nowhere."""
    if place is not None:
        return (place,)
    return tuple(places) if kind.needs_place else (None,)
