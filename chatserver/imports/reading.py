"""When somebody is busy, in a calendar that somebody else has written (RFC 5545). Pure; but it may take for ever.

Nothing in there is believed: a rule can describe more than there is time to work out. So this runs in a process that
can be stopped (stranger.py), and what is no plain rule is left out and counted.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component
from recurring_ical_events import of as recurrences_of
from x_wr_timezone import to_standard

LARGEST: Final = 5 * 1024 * 1024
MOST_ENTRIES: Final = 20_000
MOST_TIMES: Final = 20_000
MOST_REPEATS: Final = 500
MOST_DATES: Final = 2_000
DAY: Final = timedelta(days=1)
_FREQUENCIES: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_PARTS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})
_FAR: Final = timedelta(days=2)


class Unreadable(Exception):  # noqa: N818  named by what is the case
    """It is no calendar."""


class TooLarge(Exception):  # noqa: N818  named by what is the case
    """It holds more than anybody's calendar does."""


class Busy(NamedTuple):
    """A time in UTC, and the entry's own name for itself, by which we know our own appointments again."""

    starts_at: datetime
    ends_at: datetime
    uid: str


class Found(NamedTuple):
    """`left_out`: how many entries there are that could not be read."""

    busy: list[Busy]
    left_out: int


class Window(NamedTuple):
    """What is looked at: instants. `zone`: where the clock hangs of which an entry without a zone speaks."""

    since: datetime
    until: datetime
    zone: str


def busy_in(content: bytes, window: Window) -> Found:
    """The times within the window, in any order; they may overlap. Raises Unreadable, TooLarge."""
    if len(content) > LARGEST or content.upper().count(b"BEGIN:") > MOST_ENTRIES:
        raise TooLarge
    busy: list[Busy] = []
    left_out = 0
    for calendar in _calendars(content):
        for entry in _entries(calendar):
            try:
                busy += entry.busy(window)
            except TooLarge:
                raise
            except Exception:  # noqa: BLE001  whatever a stranger's program wrote: one entry is not the calendar
                left_out += 1
            if len(busy) > MOST_TIMES:
                raise TooLarge
    return Found(busy, left_out)


def _calendars(content: bytes) -> list[Component]:
    try:
        found = [one for one in Calendar.from_ical(content, multiple=True) if one.name == "VCALENDAR"]
        calendars = [to_standard(one) for one in found]
    except Exception as reason:
        raise Unreadable from reason
    if not calendars:
        raise Unreadable
    return calendars


class _Entry(NamedTuple):
    """All that a calendar says about one thing: the entry itself, and what it says of single repetitions."""

    uid: str
    parts: list[Component]

    def busy(self, window: Window) -> list[Busy]:
        """Its times in the window. Raises whatever cannot be read."""
        if not any(_repeats(one) for one in self.parts):
            found: Iterable[Component] = self.parts
        else:
            for one in self.parts:
                _require_plain(one)
            whole = Calendar()
            for one in self.parts:
                whole.add_component(one)
            # A little more, because a time without a zone is another instant than the library takes it for.
            found = recurrences_of(whole).between(window.since - _FAR, window.until + _FAR)
        return [time for one in found for time in _times(one, self.uid, window)]


def _entries(calendar: Component) -> Iterator[_Entry]:
    events = [one for one in calendar.walk() if one.name in ("VEVENT", "VFREEBUSY")]
    named = sorted(((_uid(one, number), one) for number, one in enumerate(events)), key=lambda one: one[0])
    for uid, parts in groupby(named, key=lambda one: one[0]):
        yield _Entry(uid, [one for _, one in parts])


def _uid(one: Component, number: int) -> str:
    uid = str(one.get("UID", ""))
    # Those without a name have nothing to do with each other.
    return uid if uid and one.name == "VEVENT" else f"\0{number}"


def _repeats(one: Component) -> bool:
    return any(name in one for name in ("RRULE", "RDATE", "EXRULE"))


def _require_plain(one: Component) -> None:
    """Raises ValueError for a rule that can take long, or that nobody's calendar program writes."""
    rules = _listed(one.get("RRULE"))
    if "EXRULE" in one or len(rules) > 1:
        raise ValueError("rule")
    dates = [date for name in ("RDATE", "EXDATE") for date in _listed(one.get(name))]
    if sum(len(date.dts) for date in dates) > MOST_DATES:
        raise ValueError("dates")
    for rule in rules:
        parts = {str(name).upper(): values for name, values in rule.items()}
        if not _PARTS.issuperset(parts) or not _FREQUENCIES.issuperset(map(str, parts.get("FREQ", ("",)))):
            raise ValueError("rule")
        if any(int(value) < 1 for value in _listed(parts.get("INTERVAL"))):
            raise ValueError("interval")
        if any(not 1 <= int(value) <= MOST_REPEATS for value in _listed(parts.get("COUNT"))):
            raise ValueError("count")


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _times(one: Component, uid: str, window: Window) -> Iterator[Busy]:
    spans = _periods(one) if one.name == "VFREEBUSY" else _span(one)
    for begins, ends in spans:
        starts_at, ends_at = _instant(begins, window.zone), _instant(ends, window.zone)
        if starts_at < window.until and window.since < ends_at and starts_at < ends_at:
            yield Busy(max(starts_at, window.since), min(ends_at, window.until), uid)


def _span(one: Component) -> Iterator[tuple[date, date]]:
    kept = str(one.get("TRANSP", "")).upper() != "TRANSPARENT" and str(one.get("STATUS", "")).upper() != "CANCELLED"
    if kept and str(one.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() != "FREE":
        begins: date = one.decoded("DTSTART")
        if "DTEND" in one:
            yield begins, one.decoded("DTEND")
        elif "DURATION" in one:
            yield begins, begins + one.decoded("DURATION")
        elif not isinstance(begins, datetime):
            # RFC 5545, section 3.6.1: that day.
            yield begins, begins + DAY


def _periods(one: Component) -> Iterator[tuple[date, date]]:
    for value in _listed(one.get("FREEBUSY")):
        if str(value.params.get("FBTYPE", "BUSY")).upper() == "FREE":
            continue
        for begins, end in [value.dt] if isinstance(value.dt, tuple) else value.dt:
            yield begins, begins + end if isinstance(end, timedelta) else end


def _instant(at: date, zone: str) -> datetime:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    return (at.replace(tzinfo=ZoneInfo(zone)) if at.tzinfo is None else at).astimezone(UTC)
