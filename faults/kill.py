"""Row 1: the server is killed at any instant, again and again, while everybody writes."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from bench.figures import Figure, Outcome, percentile
from faults.checker import faults_in
from faults.journal import heard_again, journal
from faults.server import Standing, standing
from faults.trial import Trial, none_of
from faults.writers import Person, copies, people

PAIRS: Final = 6
# From the first frame that goes in to some way into the load.
KILLED_AFTER_S: Final = (0.0, 0.6)
READY_S: Final = 3.0


async def killed(trial: Trial) -> Outcome:
    """Kills and starts the server `count` times, then reads everything as everybody is given it."""
    async with standing(trial, PAIRS) as (server, seats):
        with journal(trial.folder / "journal") as notes:
            everybody = people(seats, server.port, notes, trial.chance)
            starts = [await server.start()]
            writing = [asyncio.create_task(one.write()) for one in everybody]
            for number in range(trial.count):
                if number % 2 == 0:
                    # Every other time not before somebody has come back: some kills are to fall into the load.
                    await heard_again(notes)
                await asyncio.sleep(trial.chance.uniform(*KILLED_AFTER_S))
                await server.kill()
                starts.append(await server.start())
            await ended(everybody, writing)
            wrong = faults_in(notes.entries, await copies(everybody)) + integrity(server)
        return Outcome(
            [
                Figure("kills", trial.count, ""),
                Figure("messages acknowledged", notes.count("ok"), ""),
                Figure("attempts without an answer", notes.count("unknown"), ""),
                none_of("faults found afterwards", len(wrong)),
                Figure("ready again, p99", percentile(sorted(starts), 99), "s", READY_S),
            ],
            wrong + server.complaints[:3],
        )


async def ended(everybody: Sequence[Person], writing: Sequence[asyncio.Task[None]]) -> None:
    """Everybody brings what they have begun to an end."""
    for one in everybody:
        one.stop()
    await asyncio.gather(*writing)


def integrity(server: Standing) -> list[str]:
    """What SQLite itself finds in the file that was left."""
    with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as db:
        return damage(db)


def damage(db: sqlite3.Connection) -> list[str]:
    """What is wrong with an open database."""
    found = [str(row[0]) for row in db.execute("PRAGMA integrity_check")]
    found += [f"a reference leads nowhere: {row}" for row in db.execute("PRAGMA foreign_key_check")]
    return [one for one in found if one != "ok"]
