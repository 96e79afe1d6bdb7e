"""Row 11: the disk is full, or neither writes nor syncs, while everybody writes; and then it is as before."""

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.figures import Figure, Outcome, percentile
from bench.furnished import Seats
from faults.checker import faults_in
from faults.forgetful import BROKEN, FULL, begin, build
from faults.journal import GIVES_UP_S, Journal, heard_again, journal
from faults.kill import ended, integrity
from faults.server import Standing, standing
from faults.trial import Trial, none_of
from faults.writers import Person, copies, people

PAIRS: Final = 6
BETWEEN_S: Final = (0.3, 0.8)
LASTS_S: Final = (0.5, 1.5)
UNREAD_S: Final = 0.1
AGAIN_S: Final = 5.0
# Much more than the log of writes may grow to before it is taken into the file: else that alone fills it for good.
DISK_MB: Final = 96
PAGE: Final = 4096
WITHOUT: Final = "acknowledged without a disk"


# How the disk is made unusable, for as long as a block lasts, the so-many-th time.
Way = Callable[[int], AbstractContextManager[None]]


async def filled(trial: Trial) -> Outcome:
    """Fills or breaks the disk that forgets `count` times, without a restart of the server."""
    async with standing(trial, PAIRS, under=("forgetful_disk",)) as (server, seats):
        await asyncio.to_thread(build, trial.folder)
        begin(server.database)
        return await _played(
            trial, server, seats, lambda number: _signed(server.database, BROKEN if number % 2 else FULL)
        )


async def truly_filled(trial: Trial) -> Outcome:
    """Fills a small file system of its own `count` times. Only root may make one."""
    with small_disk(trial.folder / "var") as made:
        if not made:
            return Outcome(notes=["No file system may be made here, so none was filled."])
        async with standing(trial, PAIRS) as (server, seats):
            # What fits into the log of writes as long as it is goes on, and is stored: only what grows is refused.
            return await _played(trial, server, seats, lambda _: _stuffed(trial.folder / "var"), some_fits=True)


async def _played(trial: Trial, server: Standing, seats: list[Seats], way: Way, *, some_fits: bool = False) -> Outcome:
    await server.start()
    wrong, again = list[str](), list[float]()
    with journal(trial.folder / "journal") as notes:
        everybody = people(seats, server.port, notes, trial.chance)
        readers = people(seats, server.port, notes, trial.chance)
        writing = [asyncio.create_task(one.write()) for one in everybody]
        for number in range(trial.count):
            await asyncio.sleep(trial.chance.uniform(*BETWEEN_S))
            with way(number):
                found = await _while_unusable(notes, readers, trial.chance.uniform(*LASTS_S))
            wrong += [one for one in found if not (some_fits and one.endswith(WITHOUT))]
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
def _signed(database: Path, how: str) -> Iterator[None]:
    sign = database.with_name(database.name + how)
    sign.touch()
    try:
        yield
    finally:
        sign.unlink()


@contextmanager
def _stuffed(folder: Path) -> Iterator[None]:
    ballast = folder / "ballast"
    try:
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(PAGE)):
                pass
        yield
    finally:
        ballast.unlink()


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A file system in memory at this place; or whether there is none."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    made = os.geteuid() == 0 and subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0
    try:
        yield made
    finally:
        if made:
            subprocess.run(["umount", str(folder)], check=True)


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
        wrong.append(f"{notes.count('ok') - before} messages were {WITHOUT}")
    return wrong


async def _somebody_is_refused(notes: Journal) -> bool:
    """Returns when the next answer is that it cannot be done now; False when none comes."""
    after, began = len(notes.entries), perf_counter()
    while perf_counter() - began < GIVES_UP_S:
        if any(one.why == "unavailable" for one in notes.entries[after:]):
            return True
        await asyncio.sleep(0.01)
    return False
