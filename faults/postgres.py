"""Row 6: PostgreSQL is restarted without a word, or drops its connections, while everybody writes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg

from bench.figures import Figure, Outcome, percentile
from bench.furnished import Seats, furnish
from chatserver.config import Config
from faults.checker import faults_in
from faults.journal import Journal, heard_again, journal
from faults.kill import ended
from faults.server import Standing
from faults.trial import Trial, none_of
from faults.writers import copies, people
from tests.postgres import new_database, own_folder, restart_at_once, running_server

PAIRS: Final = 6
BETWEEN_S: Final = (0.3, 1.0)
HEALED_S: Final = 5.0
TERMINATE: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = $1"
)


@asynccontextmanager
async def on_postgres(trial: Trial, pairs: int) -> AsyncIterator[tuple[str, Path, list[Seats]]]:
    """The address of a furnished database, the folder of its server, and who is at home there."""
    with own_folder() as folder, running_server(folder) as server:
        address = new_database(server)
        yield address, folder, await furnish(Config(var=trial.folder / "var", database=address), pairs)


async def interrupted(trial: Trial) -> Outcome:
    """Restarts PostgreSQL, or terminates what is connected to it, `count` times."""
    async with on_postgres(trial, PAIRS) as (address, folder, seats):
        server = Standing(trial.folder, trial.planted, environment={"SPRECHRAUM_DATABASE": address})
        await server.start()
        healed = []
        try:
            with journal(trial.folder / "journal") as notes:
                everybody = people(seats, server.port, notes, trial.chance)
                writing = [asyncio.create_task(one.write()) for one in everybody]
                for number in range(trial.count):
                    await asyncio.sleep(trial.chance.uniform(*BETWEEN_S))
                    await (_terminated(address) if number % 2 else asyncio.to_thread(restart_at_once, folder))
                    healed.append(await heard_again(notes))
                await ended(everybody, writing)
                wrong = faults_in(notes.entries, await copies(everybody)) + dishonest(notes)
        finally:
            await server.kill()
        return Outcome(
            [
                Figure("interruptions", trial.count, ""),
                Figure("messages acknowledged", notes.count("ok"), ""),
                Figure("attempts without an answer", notes.count("unknown"), ""),
                none_of("faults found afterwards", len(wrong)),
                Figure("acknowledges again, most", percentile(sorted(healed), 100), "s", HEALED_S),
            ],
            wrong,
        )


async def _terminated(address: str) -> None:
    db = await asyncpg.connect(address.replace("+asyncpg", ""))
    await db.fetch(TERMINATE, address.rpartition("/")[2])
    await db.close()


def dishonest(notes: Journal) -> list[str]:
    """Answers that blame the server for what is the database's: whoever reads them need not try again."""
    blamed = [one.why for one in notes.entries if one.why == "internal" or " 500 " in one.why]
    return [f"{len(blamed)} answers were no honest 503, such as {blamed[0]}"] if blamed else []
