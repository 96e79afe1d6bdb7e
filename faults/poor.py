"""Row 4: a slow line with a long way, and lines whose other end is gone without a word."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from bench.figures import Figure, Outcome, percentile
from bench.furnished import Seats
from faults.between import both_ways, laid
from faults.checker import faults_in
from faults.journal import journal
from faults.kill import ended
from faults.server import standing
from faults.trial import Trial, none_of
from faults.writers import Person, copies, opened, people
from tests.ports import free_port

PAIRS: Final = 6
DELAY_S: Final = 0.2
BYTES_EACH_SECOND: Final = 32_000 // 8
PIECE: Final = 512
NOTICED_S: Final = 45.0
GIVES_UP_S: Final = 60.0
SIDES: Final = 2


@dataclass(slots=True)
class PoorLine:
    """A stretch of network that is slow, as long as it is not dead. `dead_at`: from then on nothing moves in it.

    `noticed_s`: for each connection the seconds from its death to the server's end of it.
    """

    target: int
    bytes_each_second: int = 0
    port: int = field(default_factory=free_port)
    dead_at: float = 0.0
    noticed_s: list[float] = field(default_factory=list)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection. When it is dead, its client does not learn when the server gives it up."""
        await both_ways(self.target, reader, writer, self._one_way)
        if self.dead_at:
            self.noticed_s.append(perf_counter() - self.dead_at)

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE if self.bytes_each_second else 65536):
                if self.dead_at:
                    continue
                if self.bytes_each_second:
                    await asyncio.sleep(DELAY_S / 10 + len(piece) / self.bytes_each_second)
                writer.write(piece)
                await writer.drain()


async def poorly_connected(trial: Trial) -> Outcome:
    """Everybody writes over a slow line, while `count` other connections are dead at one end."""
    async with standing(trial, PAIRS) as (server, seats):
        await server.start()
        with journal(trial.folder / "journal") as notes:
            async with (
                laid(PoorLine(server.port, BYTES_EACH_SECOND)) as slow,
                laid(PoorLine(server.port)) as dead,
            ):
                everybody = people(seats, server.port, notes, trial.chance, slow.port)
                pages = [await opened(*_seat(seats, number), server.port, dead.port) for number in range(trial.count)]
                dead.dead_at = perf_counter()
                writing = [asyncio.create_task(one.write()) for one in everybody]
                while len(dead.noticed_s) < len(pages) and perf_counter() - dead.dead_at < GIVES_UP_S:
                    await asyncio.sleep(0.1)
                await ended(everybody, writing)
                noticed = sorted(dead.noticed_s)
            wrong = faults_in(notes.entries, await copies(_straight(everybody)))
        return Outcome(
            [
                Figure("half-open connections", trial.count, ""),
                Figure("noticed", len(noticed), "", trial.count, more=True),
                Figure("noticed after, most", percentile(noticed, 100) if noticed else None, "s", NOTICED_S),
                Figure("messages acknowledged over 32 kbit/s", notes.count("ok"), ""),
                none_of("faults found afterwards", len(wrong)),
            ],
            wrong + server.complaints[:3],
        )


def _seat(seats: list[Seats], number: int) -> tuple[Seats, int]:
    return seats[number // SIDES % len(seats)], number % SIDES


def _straight(everybody: list[Person]) -> list[Person]:
    """They read without the slow line."""
    for one in everybody:
        one.leave()
        one.through = 0
    return everybody
