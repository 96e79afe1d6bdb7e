"""Row 2: the power fails at any instant while everybody writes.

Most cuts are made on a copy: the server is halted, its disk is copied as a power cut would leave it, and the server
goes on. What SQLite makes of the copy is compared with what had been acknowledged by then. The last cut is a real one.
"""

import asyncio
import shutil
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
CUTS_EACH: Final = 40
BETWEEN_S: Final = (0.0, 0.15)


async def power_lost(trial: Trial) -> Outcome:
    """Cuts the power `count` times, in rounds that each begin with a small database: every cut is looked at whole."""
    wrong, told = list[str](), 0
    for number, first in enumerate(range(0, trial.count, CUTS_EACH)):
        folder = trial.folder / f"round-{number}"
        folder.mkdir()
        part = Trial(min(CUTS_EACH, trial.count - first), trial.seed + number, folder, trial.planted)
        many, found = await _round(part)
        told += many
        wrong += [f"round {number}: {one}" for one in found]
        if not found:
            shutil.rmtree(folder)
    return Outcome(
        [
            Figure("cuts", trial.count, ""),
            Figure("messages acknowledged", told, ""),
            none_of("faults found afterwards", len(wrong)),
        ],
        wrong,
    )


async def _round(trial: Trial) -> tuple[int, list[str]]:
    """How many messages were acknowledged, and what was wrong after the cuts."""
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
        return notes.count("ok"), wrong + server.complaints[:3]


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
