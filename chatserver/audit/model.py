"""Which entries are asked for, and whether a chain holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chatserver.errors import Malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What fits. `since` and `until`: a day of the agency's, its end excluded."""

    before: int | None = None
    person: str | None = None
    act: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chained:
    """An entry as far as its place in the chain goes. `right`: the link that it should have."""

    number: int
    link: bytes
    right: bytes


class ChainBroken(Exception):  # noqa: N818  named by what is the case
    """The log is not what was written. Its text says where."""


def day_of(text: str, zone: str) -> tuple[datetime, datetime]:
    """From midnight to midnight there, also where the clocks change. Raises Malformed."""
    try:
        day = date.fromisoformat(text)
        begins, ends = (datetime.combine(one, time(), ZoneInfo(zone)) for one in (day, day + timedelta(days=1)))
        # The first and the last day of all have neighbours in no other zone.
        return begins.astimezone(ZoneInfo("UTC")), ends.astimezone(ZoneInfo("UTC"))
    except (ValueError, OverflowError):
        raise Malformed("day") from None


def check_chain(entries: Iterable[Chained]) -> int:
    """How many there are, from number 1 without a gap. Raises ChainBroken."""
    count = 0
    for one in entries:
        count += 1
        if one.number != count:
            raise ChainBroken(f"entry {count} is missing")
        if one.link != one.right:
            raise ChainBroken(f"entry {count} was changed, or one before it")
    return count
