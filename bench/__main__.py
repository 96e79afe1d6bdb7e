"""`python -m bench`: loads a real server, prints how fast it was, and fails when it lost anything."""

import argparse
import asyncio
import sys
from dataclasses import dataclass
from functools import partial

from bench import bookings, cryptography, files, logins, messages
from bench.figures import Outcome, as_json, bars_table, figure, machine, table
from bench.house import House, house
from bench.pairs import pairs
from crypto import LARGEST_FILE


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done. A counsellor has about 70 slots in four weeks, and two clients share each counsellor."""

    pairs: int
    messages: int
    bookings: int
    logins: int
    starts: int
    room: int
    times: int
    file: int = LARGEST_FILE


USUAL = Size(pairs=6, messages=250, bookings=20, logins=25, starts=5, room=1000, times=5)
SHORT = Size(pairs=3, messages=20, bookings=3, logins=3, starts=1, room=20, times=1, file=1_000_000)


async def measured(size: Size) -> Outcome:
    """Everything, one part after the other, on one server that is started and ended several times."""
    # Alone on the machine: no server runs yet.
    outcome = await cryptography.measured(size.room, size.times)
    async with house() as standing:
        await standing.start()
        outcome.add(await _warm_starts(standing, size.starts))
        async with pairs(standing.url, size.pairs) as people:
            for part in (
                # Before anybody has written much: what is measured is the vault, not the length of a room.
                partial(logins.on_a_phone, people[0].client, size.times),
                partial(messages.load, people[:1], size.messages),
                partial(messages.load, people, size.messages),
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
    outcome.figures.append(figure("warm start", took, sum(took)))
    return outcome


async def _stopped(standing: House, outcome: Outcome) -> None:
    code = await standing.stop()
    if code != 0:
        outcome.lost.append(f"the server ended with code {code}")


def main() -> int:
    """0 when everything that was counted really happened, else 1."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--short", action="store_true", help="so little that the figures mean nothing")
    chosen = parser.parse_args()
    outcome = asyncio.run(measured(SHORT if chosen.short else USUAL))
    tables = f"{machine()}\n\n{table(outcome.figures)}\n\n{bars_table(outcome.bars)}"
    print(as_json(outcome) if chosen.json else tables)
    for line in outcome.lost:
        print(f"LOST: {line}", file=sys.stderr)
    return 1 if outcome.lost else 0


if __name__ == "__main__":
    sys.exit(main())
