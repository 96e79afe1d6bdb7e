"""Row 12: frames of every wrong form, in great number, and somebody who goes on writing meanwhile."""

import asyncio
import random
from contextlib import suppress
from typing import Final

from bench.figures import Figure, Outcome
from bench.furnished import Seats
from bench.load.messages import SIDES
from bench.processes import UNHURRIED, memory
from faults.checker import faults_in
from faults.journal import journal
from faults.kill import ended
from faults.server import Standing, standing
from faults.trial import Trial, none_of
from faults.writers import copies, people
from tests.raw_frames import raw_socket
from tests.strange_frames import strange_frames

PAIRS: Final = 6
CALM: Final = 1
FRAMES_EACH: Final = 12
# The first of them make the server take what it needs for any.
WARMING: Final = 20
GROWTH_MB: Final = 20
MB: Final = 1024 * 1024


async def malformed(trial: Trial) -> Outcome:
    """Sends `count` sequences that no page would send."""
    async with standing(trial, PAIRS, **UNHURRIED) as (server, seats):
        await server.start()
        with journal(trial.folder / "journal") as notes:
            everybody = people(seats[:CALM], server.port, notes, trial.chance)
            writing = [asyncio.create_task(one.write()) for one in everybody]
            await _sent(server, seats[CALM:], trial.chance, WARMING)
            before = _held(server)
            await _sent(server, seats[CALM:], trial.chance, trial.count // FRAMES_EACH)
            grown = _held(server) - before
            await ended(everybody, writing)
            wrong = faults_in(notes.entries, await copies(everybody))
        return Outcome(
            [
                Figure("malformed sequences", trial.count // FRAMES_EACH * FRAMES_EACH, ""),
                Figure("messages of others acknowledged", notes.count("ok"), ""),
                none_of("complaints of the server", len(server.complaints)),
                none_of("faults found afterwards", len(wrong)),
                Figure("memory grown", grown / MB, "MB", GROWTH_MB),
            ],
            wrong + server.complaints[:3],
        )


async def _sent(server: Standing, seats: list[Seats], chance: random.Random, sockets: int) -> None:
    for number in range(sockets):
        of = seats[number % len(seats)]
        token = getattr(of, SIDES[number % len(SIDES)]).token
        socket = await raw_socket(server.url, f"session={token}")
        with suppress(OSError):
            for _ in range(FRAMES_EACH):
                await socket.send(strange_frames(chance))
        socket.close()


def _held(server: Standing) -> int:
    return memory(server.process.pid) if server.process else 0
