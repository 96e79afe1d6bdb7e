"""Row 11: the disk is full, or neither writes nor syncs, while everybody writes; and then it is as before."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.figures import Figure, Outcome, percentile
from faults.checker import faults_in
from faults.forgetful import BROKEN, FULL, begin, build
from faults.journal import Journal, journal
from faults.kill import ended, integrity
from faults.server import standing
from faults.trial import Trial, none_of
from faults.writers import Person, copies, people

PAIRS: Final = 6
BETWEEN_S: Final = (0.3, 0.8)
LASTS_S: Final = (0.5, 1.5)
UNREAD_S: Final = 0.1
AGAIN_S: Final = 5.0
GIVES_UP_S: Final = 20.0


async def filled(trial: Trial) -> Outcome:
    """Fills or breaks the disk `count` times, without a restart of the server."""
    async with standing(trial, PAIRS, under=("forgetful_disk",)) as (server, seats):
        await asyncio.to_thread(build, trial.folder)
        begin(server.database)
        await server.start()
        wrong, again = list[str](), list[float]()
        with journal(trial.folder / "journal") as notes:
            everybody = people(seats, server.port, notes, trial.chance)
            readers = people(seats, server.port, notes, trial.chance)
            writing = [asyncio.create_task(one.write()) for one in everybody]
            for number in range(trial.count):
                await asyncio.sleep(trial.chance.uniform(*BETWEEN_S))
                with unusable(server.database, BROKEN if number % 2 else FULL):
                    wrong += await _while_unusable(notes, readers, trial.chance.uniform(*LASTS_S))
                again.append(await heard_again(notes))
            await ended(everybody, writing)
            wrong += faults_in(notes.entries, await copies(everybody)) + integrity(server)
        return Outcome(
            [
                Figure("times full or broken", trial.count, ""),
                Figure("messages acknowledged", notes.count("ok"), ""),
                Figure("attempts refused or without an answer", notes.count("unknown"), ""),
                none_of("faults found", len(wrong)),
                Figure("acknowledges again, most", percentile(sorted(again), 100), "s", AGAIN_S),
            ],
            wrong,
        )


@contextmanager
def unusable(database: Path, how: str) -> Iterator[None]:
    """A disk that takes nothing, as long as the block lasts."""
    sign = database.with_name(database.name + how)
    sign.touch()
    try:
        yield
    finally:
        sign.unlink()


async def _while_unusable(notes: Journal, readers: list[Person], lasts: float) -> list[str]:
    """What was acknowledged all the same, and who could not read."""
    wrong = [] if await _somebody_is_refused(notes) else ["nobody was refused"]
    # Commits come one after the other: whatever was acknowledged before this refusal has arrived, or lies here unread.
    await asyncio.sleep(UNREAD_S)
    before = notes.count("ok")
    for one in readers:
        try:
            if not await one.read():
                wrong.append("nothing could be read")
        except Exception as reason:  # noqa: BLE001  whatever it was, it was no reading
            wrong.append(f"nothing could be read: {reason!r}")
    await asyncio.sleep(lasts)
    if notes.count("ok") > before:
        wrong.append(f"{notes.count('ok') - before} messages were acknowledged without a disk")
    return wrong


async def _somebody_is_refused(notes: Journal) -> bool:
    """Returns when the next answer is that it cannot be done now; False when none comes."""
    after, began = len(notes.entries), perf_counter()
    while perf_counter() - began < GIVES_UP_S:
        if any(one.why == "unavailable" for one in notes.entries[after:]):
            return True
        await asyncio.sleep(0.01)
    return False


async def heard_again(notes: Journal) -> float:
    """Seconds until the next message is acknowledged."""
    before, began = notes.count("ok"), perf_counter()
    while notes.count("ok") == before and perf_counter() - began < GIVES_UP_S:
        await asyncio.sleep(0.01)
    return perf_counter() - began
