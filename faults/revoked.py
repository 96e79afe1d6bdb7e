"""Row 19: a session ends in the middle of a conversation, and its page must hear nothing more."""

import asyncio
from time import perf_counter
from typing import Final

import aiohttp

from bench.figures import Figure, Outcome, percentile
from bench.furnished import Seats
from bench.load.messages import SIDES
from bench.load.pages import Page
from faults.journal import journal
from faults.server import Standing, standing
from faults.trial import Trial, none_of
from faults.writers import Person, opened, people

CLIENT: Final = SIDES.index("client")
DEAD_S: Final = 2.0
# What was told meanwhile may be on its way; what is told this long afterwards may not.
WATCHED_S: Final = 2.5


async def revoked(trial: Trial) -> Outcome:
    """Ends `count` clients' sessions, each while the counsellor goes on writing in their room."""
    async with standing(trial, trial.count) as (server, seats):
        await server.start()
        took, late = [], 0
        with journal(trial.folder / "journal") as notes:
            for writer, of in zip(people(seats, server.port, notes, trial.chance)[1::2], seats, strict=True):
                seconds, after = await _ended(server, of, writer)
                took.append(seconds)
                late += after
        return Outcome(
            [
                Figure("sessions ended", trial.count, ""),
                none_of("events after the end", late),
                Figure("dead after, most", percentile(sorted(took), 100), "s", DEAD_S),
            ],
            server.complaints[:3],
        )


async def _ended(server: Standing, of: Seats, writer: Person) -> tuple[float, int]:
    """Seconds from the answer to the log-out until the page is cut, and how many events it was told in between."""
    page = await opened(of, CLIENT, server.port)
    writing = asyncio.create_task(writer.write())
    await _log_out(server, of)
    told: list[bytes] = []
    page.heard = told.append
    began = perf_counter()
    seconds = await _cut(page, began)
    writer.stop()
    await writing
    writer.leave()
    return seconds, len(told)


async def _cut(page: Page, began: float) -> float:
    while not page.transport.is_closing() and perf_counter() - began < WATCHED_S:
        await asyncio.sleep(0.01)
    return perf_counter() - began


async def _log_out(server: Standing, of: Seats) -> None:
    headers = {"Cookie": f"session={of.client.token}", "Origin": server.url}
    async with aiohttp.ClientSession(headers=headers) as http, http.post(f"{server.url}/api/logout", json={}) as answer:
        answer.raise_for_status()
