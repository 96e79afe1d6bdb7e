"""Reading a long room and beginning an epoch for a full one, in both languages, without any server."""

from statistics import median
from time import perf_counter
from typing import Final

from bench.browser import chromium, page_of, took
from bench.figures import Outcome, bar
from bench.rooms import Written, full_room, long_room

READ_BAR: Final = 1.0


async def measured(messages: int, times: int) -> Outcome:
    """The medians of `times`."""
    room, crowd = long_room(messages), full_room()
    async with chromium() as browser, page_of(browser) as page:
        reading = median(await took(page, "reading", room.plain(), times))
        epoch = median(await took(page, "epoch", crowd.plain(), times))
    what = f"{messages:,} messages verified and decrypted"
    return Outcome(
        [
            bar(f"{what}: Python", median(_in_python(room) for _ in range(times)), READ_BAR, 0.25),
            bar(f"{what}: browser", reading, READ_BAR, 0.3),
            bar("an epoch for 20 members: browser", epoch, 0.3, 0.3),
        ]
    )


def _in_python(room: Written) -> float:
    began = perf_counter()
    room.read()
    return perf_counter() - began
