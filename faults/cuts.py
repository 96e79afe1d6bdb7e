"""Row 3: the network is cut before a message arrives, while it is stored, or before its acknowledgement comes back."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from bench.figures import Figure, Outcome, percentile
from faults.between import both_ways, laid
from faults.checker import faults_in
from faults.journal import journal
from faults.kill import ended
from faults.server import standing
from faults.trial import Trial, none_of
from faults.writers import copies, people
from tests.ports import free_port

PAIRS: Final = 6
CHUNK: Final = 65536
BACK_S: Final = 2.0
# Of all that comes through, one piece in so many is its connection's last.
ONE_IN: Final = 12


@dataclass(slots=True)
class Wire:
    """A stretch of network in front of the server, which breaks where chance says. `left`: how often it still will."""

    target: int
    chance: random.Random
    left: int
    port: int = field(default_factory=free_port)
    cut: int = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until one end closes it or the wire breaks."""
        await both_ways(self.target, reader, writer, self._one_way)

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What breaks it is lost or just came through: a message that never arrives, or one whose answer never does."""
        with suppress(OSError):
            while piece := await reader.read(CHUNK):
                breaks = self._breaks()
                if not breaks or self.chance.random() < 1 / 2:
                    writer.write(piece)
                    await writer.drain()
                if breaks:
                    return

    def _breaks(self) -> bool:
        if self.left <= 0 or self.chance.random() >= 1 / ONE_IN:
            return False
        self.left, self.cut = self.left - 1, self.cut + 1
        return True


async def cut_off(trial: Trial) -> Outcome:
    """Everybody writes over a wire that breaks `count` times, then reads."""
    async with standing(trial, PAIRS) as (server, seats):
        await server.start()
        with journal(trial.folder / "journal") as notes:
            async with laid(Wire(server.port, trial.chance, trial.count)) as wire:
                everybody = people(seats, server.port, notes, trial.chance, wire.port)
                writing = [asyncio.create_task(one.write()) for one in everybody]
                while wire.left:
                    await asyncio.sleep(0.05)
                await ended(everybody, writing)
                wrong = faults_in(notes.entries, await copies(everybody))
            back = sorted(one for person in everybody for one in person.away_s)
        return Outcome(
            [
                Figure("cuts", wire.cut, ""),
                Figure("messages acknowledged", notes.count("ok"), ""),
                Figure("attempts without an answer", notes.count("unknown"), ""),
                none_of("faults found afterwards", len(wrong)),
                Figure("back again, p95", percentile(back, 95), "s", BACK_S),
            ],
            wrong + server.complaints[:3],
        )
