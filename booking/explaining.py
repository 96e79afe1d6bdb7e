"""Every start that one could think of in a calendar, and what the one rule says of it: for support, and for replays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from booking.calendar import Block, open_blocks, union, without
from booking.instants import instant_at, micros_of
from booking.model import MINUTES_OF_A_DAY, Calendar, DayBlocks, Kind, Span, WeeklyRule
from booking.slots import Offer, Reason

ALL_DAY: DayBlocks = ((0, MINUTES_OF_A_DAY),)


class Judged(NamedTuple):
    """A start (UTC) and why no appointment can begin then; `reason` is None when one can."""

    starts_at: datetime
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A calendar as somebody describes it: open by `weekly` hours on the wall, or in `ranges` of instants.

    On a day of `instead` its blocks hold in place of either. Starts count from `since` until just before `until`.
    Without a horizon: whoever writes a case down says how far to look.
    """

    zone: str
    kind: Kind
    now: datetime
    since: datetime
    until: datetime
    weekly: tuple[WeeklyRule, ...] = ()
    ranges: tuple[Span, ...] = ()
    instead: Mapping[date, DayBlocks] = field(default_factory=dict)
    busy: tuple[Span, ...] = ()


def judged(case: Case) -> list[Judged]:
    """All starts on the steps of open blocks in that time, sorted, with what is refused and why."""
    since, until = micros_of(case.since), micros_of(case.until)
    offer = Offer(case.kind, case.busy, case.now)
    offer.latest = max(offer.latest, until)
    found: list[Judged] = []
    for block in _blocks(case, since, until + offer.length):
        first = max(block.opens, since)
        first += (block.opens - first) % offer.step
        steps = range(first, min(block.starts_before, until), offer.step)
        found += [Judged(instant_at(start), offer.refusal(block, start)) for start in steps]
    return found


def _blocks(case: Case, since: int, until: int) -> Iterable[Block]:
    if not case.ranges:
        return open_blocks(Calendar(zone=case.zone, weekly=case.weekly, instead=case.instead), since, until)
    # Somebody has said where each range begins, so that starts are counted from there, however long it is.
    opened = union((micros_of(one.starts_at), micros_of(one.ends_at)) for one in case.ranges)
    if case.instead and opened:
        around = opened[0][0], opened[-1][1]
        opened = without(opened, _open(case, dict.fromkeys(case.instead, ALL_DAY), *around))
        opened = union([*opened, *_open(case, case.instead, *around)])
    return [Block(opens, closes, closes) for opens, closes in opened if closes > since and opens < until]


def _open(case: Case, instead: Mapping[date, DayBlocks], since: int, until: int) -> list[tuple[int, int]]:
    blocks = open_blocks(Calendar(zone=case.zone, instead=instead), since, until)
    return union((block.opens, block.closes) for block in blocks)
