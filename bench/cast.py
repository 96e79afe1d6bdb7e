"""The cast of tests/people.py on a demonstration: starting it, bookings, log-ins, files; see README.md."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from bench import bookings, files, logins
from bench.figures import Outcome, spread
from bench.house import House, house
from bench.pairs import pairs
from crypto import LARGEST_FILE


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done. A counsellor has about 70 slots in four weeks, and two clients share each counsellor."""

    pairs: int
    bookings: int
    logins: int
    starts: int
    room: int
    times: int
    file: int = LARGEST_FILE


USUAL: Final = Size(pairs=6, bookings=20, logins=25, starts=5, room=1000, times=5)
SHORT: Final = Size(pairs=3, bookings=3, logins=3, starts=1, room=20, times=1, file=1_000_000)


async def measured(size: Size) -> Outcome:
    """Everything that people do, one part after the other, on one server that is started and ended several times."""
    outcome = Outcome()
    async with house() as standing:
        await standing.start()
        outcome.add(await _warm_starts(standing, size.starts))
        async with pairs(standing.url, size.pairs) as people:
            for part in (
                # Before anybody has written much: what is measured is the vault, not the length of a room.
                partial(logins.on_a_phone, people[0].client, size.times),
                partial(bookings.load, people, size.bookings),
                partial(logins.load, [one.client for one in people], size.logins),
                partial(files.load, people[0], standing.url, size.file, size.times),
            ):
                # After a loss the rest would fail because of it, and say so less clearly.
                if not outcome.lost:
                    outcome.add(await part())
        await _stopped(standing, outcome)
        outcome.lost += [f"the server complained: {line}" for line in standing.complaints]
    return outcome


async def _warm_starts(standing: House, starts: int) -> Outcome:
    outcome = Outcome()
    took = []
    for _ in range(starts):
        await _stopped(standing, outcome)
        took.append(await standing.start())
    outcome.figures += spread("warm start", took, sum(took))
    return outcome


async def _stopped(standing: House, outcome: Outcome) -> None:
    code = await standing.stop()
    if code != 0:
        outcome.lost.append(f"the server ended with code {code}")
