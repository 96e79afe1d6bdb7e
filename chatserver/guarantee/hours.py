"""The hours at which an agency works, as people write them: "Mon-Fri 08:00-12:00,13:00-18:00; Sat 09:00-24:00"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby, pairwise
from typing import Final

from booking.calendar import union
from booking.errors import RuleInvalid
from booking.model import WeeklyRule, clock_text, minutes_of

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS_AND_TIMES: Final = re.compile(r"([^0-9]+)([0-9].*)", re.DOTALL)
_BLOCK: Final = re.compile(r"([0-9:]+)\s*-\s*([0-9:]+)")
_LONGEST_TEXT: Final = 1_000
DAY_MINUTES: Final = 24 * 60
WEEK_MINUTES: Final = 7 * DAY_MINUTES

# From and until, in minutes of the day: 540 is 09:00, 1440 the midnight at its end.
Block = tuple[int, int]


class PolicyInvalid(Exception):  # noqa: N818  named by what is the case
    """A policy that cannot be used. Its text is the sentence that whoever wrote it gets to read."""


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The blocks of each weekday from Monday on, in their order; those that touch are one."""

    days: tuple[tuple[Block, ...], ...]

    def rules(self) -> tuple[WeeklyRule, ...]:
        """As a calendar takes them."""
        return tuple(WeeklyRule(weekday, *block) for weekday, blocks in enumerate(self.days) for block in blocks)

    def longest_wait(self, seconds: int) -> timedelta:
        """How long so much working time may take at worst, in a week without closing days or a change of the clocks.

        Counted in whole minutes.
        """
        minutes = [
            weekday * DAY_MINUTES + minute
            for weekday, blocks in enumerate(self.days)
            for begins, ends in blocks
            for minute in range(begins, ends)
        ]
        weeks, ahead = divmod(seconds // 60, len(minutes))
        # Whoever begins to wait in the middle of an open minute waits until the middle of a later one.
        around = [*minutes, *(one + WEEK_MINUTES for one in minutes)]
        longest = max(around[at + ahead] - one for at, one in enumerate(minutes))
        return timedelta(minutes=longest + weeks * WEEK_MINUTES)

    def as_text(self) -> str:
        """In the words that `hours_in` reads, always the same for the same hours."""
        parts = []
        for blocks, grouped in groupby(range(len(DAYS)), key=lambda one: self.days[one]):
            weekdays = list(grouped)
            if blocks:
                times = ",".join(f"{clock_text(begins)}-{clock_text(ends)}" for begins, ends in blocks)
                parts.append(f"{_range_text(weekdays)} {times}")
        return "; ".join(parts)


def _range_text(weekdays: list[int]) -> str:
    first, last = DAYS[weekdays[0]], DAYS[weekdays[-1]]
    return first if first == last else f"{first}-{last}"


def hours_in(text: str) -> WeeklyHours:
    """Reads weekly hours. Raises PolicyInvalid with the first thing that is wrong."""
    if len(text) > _LONGEST_TEXT:
        raise PolicyInvalid(f"hours: at most {_LONGEST_TEXT} characters")
    days: list[list[Block]] = [[] for _ in DAYS]
    for part in text.split(";"):
        if not part.strip():
            continue
        read = _DAYS_AND_TIMES.fullmatch(part)
        if read is None:
            raise PolicyInvalid(f"hours: {part.strip()!r} is no day with its hours, such as Mon-Fri 08:00-12:00")
        blocks = [_block(one) for one in read[2].split(",")]
        for weekday in _weekdays(read[1]):
            days[weekday].extend(blocks)
    if not any(days):
        raise PolicyInvalid("hours: at least one block, such as Mon-Fri 08:00-12:00,13:00-18:00")
    return WeeklyHours(tuple(_in_order(DAYS[weekday], blocks) for weekday, blocks in enumerate(days)))


def _weekdays(named: str) -> Iterator[int]:
    for one in named.split(","):
        first, dash, last = one.partition("-")
        begins = _weekday(first.strip())
        ends = _weekday(last.strip()) if dash else begins
        if ends < begins:
            raise PolicyInvalid(f"hours: {one.strip()} runs backwards; weeks begin on Monday")
        yield from range(begins, ends + 1)


def _weekday(name: str) -> int:
    if name.title() not in DAYS:
        raise PolicyInvalid(f"hours: there is no day {name!r}; there are {', '.join(DAYS)}")
    return DAYS.index(name.title())


def _block(text: str) -> Block:
    read = _BLOCK.fullmatch(text.strip())
    if read is None:
        raise PolicyInvalid(f"hours: {text.strip()!r} is no block such as 08:00-12:00")
    try:
        begins, ends = minutes_of(read[1]), minutes_of(read[2])
    except RuleInvalid:
        raise PolicyInvalid(f"hours: {text.strip()!r} is no block such as 08:00-12:00") from None
    if begins >= ends:
        raise PolicyInvalid(
            f"hours: {text.strip()} ends before it begins; what goes past midnight is two blocks, until 24:00 and from"
            " 00:00 on the next day"
        )
    return begins, ends


def _in_order(day: str, blocks: list[Block]) -> tuple[Block, ...]:
    ordered = sorted(blocks)
    for before, after in pairwise(ordered):
        if after[0] < before[1]:
            shown = " and ".join(f"{clock_text(begins)}-{clock_text(ends)}" for begins, ends in (before, after))
            raise PolicyInvalid(f"hours: on {day} {shown} overlap")
    return tuple(union(ordered))
