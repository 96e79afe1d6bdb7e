"""`sprechraum slots explain`: what the rule of the slots says of a calendar written as JSON. No database."""

import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, ValidationError, convert

from booking.errors import RuleInvalid, ZoneUnknown
from booking.explaining import Case, judged
from booking.model import FARTHEST, DayBlocks, Kind, Span, WeeklyRule, minutes_of, require_block, zone_of
from booking.slots import Reason
from chatserver.config import ConfigInvalid

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Minutes = Annotated[int, Meta(ge=0, le=int(FARTHEST / timedelta(minutes=1)))]
Instant = Annotated[datetime, Meta(tz=True)]
Clocks = tuple[str, str]
DAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST: Final = timedelta(days=732)
STDIN: Final = "-"
BECAUSE: Final = {
    Reason.PAST: "it has begun already",
    Reason.TOO_SOON: "it is sooner than the notice allows",
    Reason.TOO_FAR: "it is beyond the horizon",
    Reason.CLOSED: "it would not end before the block closes",
    Reason.OFF_STEP: "it is between two steps",
    Reason.TAKEN: "it would touch something else, with the buffers around it",
    Reason.FULL: "there are as many in that day or week as there may be",
}


class Described(Struct, forbid_unknown_fields=True, rename={"since": "from", "until": "to"}):
    """The file. What is missing is zero or empty; `now` is then the beginning, and a step the length."""

    since: Instant
    until: Instant
    length_minutes: Minutes
    zone: str = "UTC"
    now: Instant | None = None
    step_minutes: Minutes = 0
    notice_minutes: Minutes = 0
    buffer_before_minutes: Minutes = 0
    buffer_after_minutes: Minutes = 0
    weekly: dict[Weekday, list[Clocks]] = {}
    exceptions: dict[date, list[Clocks]] = {}
    ranges: list[tuple[Instant, Instant]] = []
    busy: list[tuple[Instant, Instant]] = []


def explain(*, file: str, why: bool) -> int:
    """Prints when an appointment could start, one instant (UTC) a line; with --why also what is refused, and why.

    It is the rule by which slots are listed and booked (docs/booking.md).

    Raises ConfigInvalid for whatever cannot be read.
    """
    for starts_at, reason in judged(_case(_described(_read(file)))):
        shown = starts_at.isoformat().replace("+00:00", "Z")
        if reason is None:
            print(shown)
        elif why:
            print(f"{shown} {reason.value}: {BECAUSE[reason]}")
    return 0


def _read(file: str) -> Any:
    named = "The calendar" if file == STDIN else file
    try:
        text = sys.stdin.read() if file == STDIN else Path(file).read_text("utf-8")
        return json.loads(text)
    except OSError as reason:
        raise ConfigInvalid(f"{named} cannot be read: {reason.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigInvalid(f"{named} is not text in UTF-8.") from None
    except json.JSONDecodeError as reason:
        raise ConfigInvalid(f"{named} is no JSON: {reason.msg} in line {reason.lineno}.") from None
    except RecursionError:
        raise ConfigInvalid(f"{named} is nested too deeply.") from None


def _described(read: Any) -> Described:
    try:
        found = convert(read, Described)
    except ValidationError as reason:
        raise ConfigInvalid(f"{reason}.") from None
    if found.since > found.until:
        raise ConfigInvalid("to: it is before from.")
    if found.until - found.since > LONGEST:
        raise ConfigInvalid(f"to: at most {LONGEST.days} days after from.")
    if found.weekly and found.ranges:
        raise ConfigInvalid("ranges: either weekly hours or ranges, not both.")
    return found


def _case(read: Described) -> Case:
    try:
        zone_of(read.zone)
    except ZoneUnknown:
        raise ConfigInvalid(f"zone: there is no time zone {read.zone!r}.") from None
    weekly = [
        WeeklyRule(DAYS.index(day), *block)
        for day, clocks in read.weekly.items()
        for block in _blocks(f"weekly.{day}", clocks)
    ]
    return Case(
        zone=read.zone,
        kind=_kind(read),
        now=read.now or read.since,
        since=read.since,
        until=read.until,
        weekly=tuple(weekly),
        ranges=_spans("ranges", read.ranges),
        instead={day: _blocks(f"exceptions.{day}", clocks) for day, clocks in read.exceptions.items()},
        busy=_spans("busy", read.busy),
    )


def _kind(read: Described) -> Kind:
    if not read.length_minutes:
        raise ConfigInvalid("length_minutes: at least one minute.")
    named = ("length", "step", "notice", "buffer_before", "buffer_after")
    lengths = {one: timedelta(minutes=getattr(read, f"{one}_minutes")) for one in named}
    lengths["step"] = lengths["step"] or lengths["length"]
    return Kind(name="chat", **lengths)  # type: ignore[arg-type]  # lengths only


def _blocks(where: str, clocks: list[Clocks]) -> DayBlocks:
    blocks = []
    for number, (begins, ends) in enumerate(clocks):
        try:
            block = minutes_of(begins), minutes_of(ends)
            require_block(*block)
        except RuleInvalid:
            raise ConfigInvalid(
                f"{where}[{number}]: {begins}-{ends} is no block of a day such as 09:00-17:00, or 20:00-24:00."
            ) from None
        blocks.append(block)
    return tuple(blocks)


def _spans(where: str, given: list[tuple[datetime, datetime]]) -> tuple[Span, ...]:
    for number, (begins, ends) in enumerate(given):
        if begins > ends:
            raise ConfigInvalid(f"{where}[{number}]: it ends before it begins.")
    return tuple(Span(*one) for one in given)


def add_slot_commands(commands: Any) -> None:
    """Adds `slots explain`, which needs neither settings nor a database."""
    slots = commands.add_parser("slots", help="when an appointment can start, and why not")
    below = slots.add_subparsers(required=True, metavar="COMMAND")
    explaining = below.add_parser(
        "explain", help="apply the rule to a calendar written as JSON", description=explain.__doc__
    )
    explaining.add_argument("file", metavar="FILE", help="the calendar; - for standard input")
    explaining.add_argument("--why", action="store_true", help="also each refused start, with its reason")
    explaining.set_defaults(run=explain, wishes=("file", "why"), alone=True)
