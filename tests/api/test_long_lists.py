"""A list of free slots that takes long to work out keeps nobody waiting."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from booking.model import Calendar, Kind, WeeklyRule
from booking.offers import Listing
from chatserver.appointments.listing import FEW, worked_out

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALWAYS = Calendar(zone="Europe/Berlin", weekly=tuple(WeeklyRule(day, 0, 24 * 60) for day in range(7)))


def listing(days: int) -> Listing:
    """Open around the clock, in steps of five minutes: the longest that an agency can offer."""
    kind = Kind(name="chat", length=5 * MINUTE, step=5 * MINUTE, horizon=timedelta(days=732))
    until = NOW + timedelta(days=days)
    return Listing(calendar=ALWAYS, kind=kind, since=NOW, until=until, now=NOW, busy=((),), given=())


async def test_others_go_on_while_a_long_list_is_worked_out() -> None:
    """The loop turns meanwhile, and spends next to nothing of its own on it."""
    long, turns = listing(200), 0

    async def turning() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    others = asyncio.create_task(turning())
    await asyncio.sleep(0)
    before = turns
    found = await worked_out(long)
    others.cancel()
    with suppress(asyncio.CancelledError):
        await others
    assert len(found) == 200 * 24 * 12
    assert long.most > FEW
    assert turns > before + 1


@pytest.mark.parametrize("days", [6, 7])
async def test_both_ways_give_the_same(days: int) -> None:
    """Just below the border, and just above it."""
    assert (listing(days).most <= FEW) == (days == 6)
    assert await worked_out(listing(days)) == listing(days).spans()
