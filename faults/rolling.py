"""Row 17: the server is told to end and started anew while many pages are open and some of them write."""

import asyncio
import random
from collections.abc import Sequence
from typing import Final

from bench.figures import Figure, Outcome, percentile
from bench.furnished import Seats
from bench.load.messages import SIDES
from bench.load.pages import Page
from faults.checker import faults_in
from faults.journal import journal
from faults.kill import ended
from faults.server import ENDED_WITHIN_S, standing
from faults.trial import Trial, none_of
from faults.writers import copies, opened, people

PAIRS: Final = 250
WRITING: Final = 6
AT_ONCE: Final = 25
GONE_S: Final = 10.0
BETWEEN_S: Final = (0.2, 1.0)


async def rolled(trial: Trial) -> Outcome:
    """Ends and starts the server `count` times under 500 pages."""
    async with standing(trial, PAIRS) as (server, seats):
        await server.start()
        gone: list[float] = []
        with journal(trial.folder / "journal") as notes:
            everybody = people(seats[:WRITING], server.port, notes, trial.chance)
            writing = [asyncio.create_task(one.write()) for one in everybody]
            for _ in range(trial.count):
                pages = await _all_in(seats[WRITING:], server.port)
                await asyncio.sleep(trial.chance.uniform(*BETWEEN_S))
                gone.append(await server.end())
                await asyncio.gather(*(_over(one) for one in pages))
                await server.start()
            await ended(everybody, writing)
            wrong = faults_in(notes.entries, await copies(everybody))
        return Outcome(
            [
                Figure("restarts", trial.count, ""),
                Figure("open pages", len(SIDES) * PAIRS, ""),
                Figure("messages acknowledged", notes.count("ok"), ""),
                none_of("faults found afterwards", len(wrong)),
                none_of("times that it did not go", sum(one >= ENDED_WITHIN_S for one in gone)),
                Figure("gone after SIGTERM, p99", percentile(sorted(gone), 99), "s", GONE_S),
            ],
            wrong + server.complaints[:3],
        )


async def _all_in(seats: Sequence[Seats], port: int) -> list[Page]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(of: Seats, side: int) -> Page:
        async with turn:
            return await opened(of, side, port)

    return list(await asyncio.gather(*(one(of, side) for of in seats for side in range(len(SIDES)))))


async def _over(page: Page) -> None:
    """Returns when the page has noticed that its connection is gone."""
    while not page.transport.is_closing():
        await asyncio.sleep(random.uniform(0.01, 0.05))
