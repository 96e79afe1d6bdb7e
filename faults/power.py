"""Row 2: the power fails at any instant while everybody writes.

Most cuts are made on a copy: the server is halted, its disk is copied as a power cut would leave it, and the server
goes on. What SQLite makes of the copy is compared with what had been acknowledged by then. The last cut is a real one.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.figures import Figure, Outcome
from faults.checker import faults_in
from faults.forgetful import begin, build, copy_disk, cut_power
from faults.journal import Entry, Journal, journal
from faults.kill import damage, ended
from faults.server import Standing, standing
from faults.trial import Trial, none_of
from faults.writers import copies, people

PAIRS: Final = 6
BETWEEN_S: Final = (0.0, 0.15)


async def power_lost(trial: Trial) -> Outcome:
    """Cuts the power `count` times, then reads everything as everybody is given it."""
    async with standing(trial, PAIRS, under=("forgetful_disk",)) as (server, seats):
        await asyncio.to_thread(build, trial.folder)
        begin(server.database)
        await server.start()
        with journal(trial.folder / "journal") as notes:
            everybody = people(seats, server.port, notes, trial.chance)
            writing = [asyncio.create_task(one.write()) for one in everybody]
            wrong = []
            for number in range(1, trial.count):
                await asyncio.sleep(trial.chance.uniform(*BETWEEN_S))
                wrong += [f"cut {number}: {one}" for one in await _after_a_cut(server, notes, trial)]
            wrong += await _cut_in_earnest(server, notes, trial)
            await ended(everybody, writing)
            wrong += faults_in(notes.entries, await copies(everybody))
        return Outcome(
            [
                Figure("cuts", trial.count, ""),
                Figure("messages acknowledged", notes.count("ok"), ""),
                none_of("faults found afterwards", len(wrong)),
            ],
            wrong + server.complaints[:3],
        )


async def _after_a_cut(server: Standing, notes: Journal, trial: Trial) -> list[str]:
    with server.halted():
        told = [one for one in notes.entries if one.step == "ok"]
        copy = copy_disk(server.database, trial.folder / "cut")
    cut_power(copy, trial.chance)
    return await asyncio.to_thread(missing, copy, told)


async def _cut_in_earnest(server: Standing, notes: Journal, trial: Trial) -> list[str]:
    await server.kill()
    cut_power(server.database, trial.chance)
    wrong = missing(server.database, [one for one in notes.entries if one.step == "ok"])
    begin(server.database)
    await server.start()
    return [f"the last cut: {one}" for one in wrong]


def missing(database: Path, told: Sequence[Entry]) -> list[str]:
    """What SQLite finds wrong with a database that lost its power, and what was acknowledged and is not in it."""
    with closing(sqlite3.connect(database)) as db:
        try:
            found = db.execute("SELECT room, CAST(position AS TEXT), lower(hex(item_id)) FROM room_items")
            stored = {(room, place): name for room, place, name in found}
            wrong = damage(db)
        except sqlite3.DatabaseError as reason:
            return [f"SQLite cannot read it: {reason}"]
    lost = [one for one in told if stored.get((one.room, one.place)) != one.name]
    if lost:
        wrong.append(f"{len(lost)} messages were acknowledged and are not there, such as {lost[0].name}")
    return wrong
