"""`sprechraum guarantee due`: by when an answer would be due, for anybody who wants to check it. No database."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from chatserver.config import ConfigInvalid
from chatserver.guarantee.explanation import explained
from chatserver.guarantee.hours import PolicyInvalid, hours_in
from chatserver.guarantee.policy import Business, Calendar, Policy

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2900, 1, 1, tzinfo=UTC)
LONGEST: Final = timedelta(days=366)
_WITHIN: Final = re.compile(r"([0-9]{1,6})([hm])")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def due(
    *, at: str, policy: str, within: str, zone: str, hours: str | None, holiday: Sequence[str], land: str | None
) -> int:
    """Prints by when an answer to a message of that instant is due: first the instant in UTC, then how it comes about.

    Raises ConfigInvalid for whatever cannot be read.
    """
    try:
        waiting_since, seconds = _instant(at), int(_length(within).total_seconds())
        business = _business(seconds, zone, hours, holiday, land)
        lines = explained(_chosen(policy, Calendar(seconds), business), waiting_since, zone)
    except PolicyInvalid as reason:
        raise ConfigInvalid(f"--{reason}.") from None
    print("\n".join(lines))
    if policy == "calendar" and (hours or holiday or land):
        print("Hours and holidays play no part in it.")
    return 0


def _chosen(kind: str, calendar: Calendar, business: Business | None) -> Policy:
    if kind == "business" and business is None:
        raise PolicyInvalid("hours: a business policy needs them, such as 'Mon-Fri 08:00-12:00,13:00-18:00'")
    chosen = {"calendar": calendar, "business": business}.get(kind)
    if chosen is None:
        raise PolicyInvalid(f"policy: there is no policy {kind!r}; there are calendar and business")
    return chosen


def _business(seconds: int, zone: str, hours: str | None, holiday: Sequence[str], land: str | None) -> Business | None:
    # Looked at even where they play no part: a mistyped zone must not pass for a right one.
    weekly = hours_in("Mon 00:00-24:00" if hours is None else hours)
    found = Business(seconds, zone, weekly, frozenset(map(_day, holiday)), land.upper() if land is not None else None)
    return None if hours is None else found


def _instant(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise PolicyInvalid(f"at: {text!r} is no instant such as 2016-11-01T13:56:21Z") from None
    if read.utcoffset() is None:
        raise PolicyInvalid(f"at: {text!r} needs its zone at the end: Z, or an offset such as +01:00")
    if not EARLIEST <= read < LATEST:
        raise PolicyInvalid(f"at: an instant from {EARLIEST.year} to {LATEST.year - 1}")
    return read.astimezone(UTC)


def _length(text: str) -> timedelta:
    read = _WITHIN.fullmatch(text)
    if read is None:
        raise PolicyInvalid(f"within: {text!r} is no length such as 48h or 120m")
    length = int(read[1]) * timedelta(**{{"h": "hours", "m": "minutes"}[read[2]]: 1})
    if not timedelta(0) < length <= LONGEST:
        raise PolicyInvalid("within: more than nothing, and at most 366 days (8784h)")
    return length


def _day(text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise PolicyInvalid(f"holiday: {text!r} is no day such as 2016-11-01")


def add_guarantee_commands(commands: Any) -> None:
    """Adds `guarantee due`, which needs neither settings nor a database."""
    guarantee = commands.add_parser("guarantee", help="by when an answer is due")
    below = guarantee.add_subparsers(required=True, metavar="COMMAND")
    counting = below.add_parser("due", help="by when an answer to a message is due", description=due.__doc__)
    counting.add_argument("--at", required=True, metavar="INSTANT", help="when it was written: 2016-11-01T13:56:21Z")
    counting.add_argument("--policy", required=True, metavar="KIND", help="calendar, or business: working time only")
    counting.add_argument("--within", required=True, metavar="LENGTH", help="48h or 120m")
    counting.add_argument("--zone", default="Europe/Berlin", help="the zone of the hours (Europe/Berlin)")
    counting.add_argument("--hours", metavar="HOURS", help="'Mon-Fri 08:00-12:00,13:00-18:00; Sat 09:00-24:00'")
    counting.add_argument(
        "--holiday", nargs="+", action="extend", default=[], metavar="DATE", help="a closing day; may be repeated"
    )
    counting.add_argument("--land", metavar="LAND", help="its public holidays are closing days, too: NW")
    wishes = ("at", "policy", "within", "zone", "hours", "holiday", "land")
    counting.set_defaults(run=due, wishes=wishes, alone=True)
