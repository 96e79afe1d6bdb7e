"""What could lose, double or move a promise, and has no other test: the second of the breach, and a clock set back."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from chatserver.tables import clock_events, clocks
from tests.api.house import House
from tests.api.story import Talk, talk
from tests.api.test_clock import due, kinds, say

HOUR = timedelta(hours=1)


async def events(house: House, talking: Talk) -> list[str]:
    """What happened to the promise, in the order in which it was written down."""
    query = select(clock_events.c.kind).join(clocks, clocks.c.id == clock_events.c.clock_id)
    query = query.where(clocks.c.room == talking.room.id).order_by(clock_events.c.id)
    async with house.deps.database.read() as db:
        return list((await db.execute(query)).scalars())


async def test_an_answer_in_the_second_of_the_breach_is_before_all_of_it_or_after(house: House) -> None:
    """Stopped once, broken once at most, and nobody is told of a breach that did not come."""
    talking = await talk(house)
    await talking.desk.read()
    for passed in (24 * HOUR, 12 * HOUR, 8 * HOUR):
        await house.pass_time(passed)
    house.clock.advance(4 * HOUR)
    await asyncio.gather(talking.desk.write("Im letzten Augenblick."), house.server.look())
    await house.server.look()
    happened = await events(house, talking)
    assert happened.count("stopped") == 1
    broken = happened.count("breached")
    assert broken == (await kinds(talking.client)).count("promise_broken")
    assert broken <= 1
    assert await due(talking) == (None, False)


async def test_a_clock_that_is_set_back_moves_no_promise_and_climbs_nothing_twice(house: House) -> None:
    """What was reminded of stays reminded; the due time is the one that was given; what follows comes at its hour."""
    talking = await talk(house)
    promised = await due(talking)
    await house.pass_time(24 * HOUR)
    await house.pass_time(-10 * HOUR)
    assert await due(talking) == promised
    await house.pass_time(10 * HOUR)
    assert (await kinds(talking.counsellor)).count("reply_reminder") == 1
    await house.pass_time(-30 * HOUR)
    await say(talking, "counsellor")
    assert (await events(house, talking), await due(talking)) == (["opened", "reminded", "stopped"], (None, False))
