"""The public statistics over many promises: what they cost a server that has to answer others, too.

Measured is the processor's time on the loop: nobody else is answered while that runs.
"""

import random
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Final

from sqlalchemy import insert

from bench.figures import MILLI, Figure, Outcome
from chatserver.agencies.topics import TOPICS
from chatserver.config import Config
from chatserver.deps import Deps, work
from chatserver.journal.store import add_tallies
from chatserver.journal.tally import Tally, reply_minutes
from chatserver.live import Sockets
from chatserver.main import opened
from chatserver.statistics.actions import read_statistics
from chatserver.statistics.wire import ReadStatistics
from chatserver.tables import agencies
from tests.api.house import HandClock

AGENCIES: Final = 10
MONTHS: Final = [f"{2024 + month // 12}-{month % 12 + 1:02}" for month in range(11, 35)]
NOW: Final = datetime(2026, 12, 5, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
# So many promises are those of a first enquiry.
FIRST: Final = 0.4


async def measured(promises: int, times: int) -> Outcome:
    """After a start, and then minute by minute."""
    clock = HandClock()
    clock.move_to(NOW)
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Config(var=Path(folder) / "var", port=0), Sockets(), clock) as deps:
            rows = await _fill(deps, promises)
            first, *later = [await _asked(deps, clock) for _ in range(times + 1)]
    of = f"of {promises:,} promises"
    return Outcome(
        figures=[
            Figure(f"statistics {of}, the first after a start", MILLI * first, "ms", 500, 200),
            Figure(f"statistics {of}, once a minute", MILLI * median(later), "ms", 20, 10),
        ],
        notes=[f"The statistics {of} were made of {rows:,} rows, at {AGENCIES} agencies in {len(MONTHS)} months."],
    )


async def _asked(deps: Deps, clock: HandClock) -> float:
    clock.advance(MINUTE)
    began = thread_time()
    await read_statistics(deps, None, ReadStatistics())
    return thread_time() - began


async def _fill(deps: Deps, promises: int) -> int:
    chance, rows = random.Random(1), 0
    for number in range(AGENCIES):
        found = Counter(tally for _ in range(promises // AGENCIES) for tally in _promise(chance))
        rows += len(found)
        async with work(deps) as tx:
            name = f"{number:032x}"
            texts = dict.fromkeys(("about_de", "about_en", "address", "phone"), "")
            await tx.db.execute(
                insert(agencies).values(
                    id=name, name=name, zone="UTC", root_fingerprint=name.encode(), fallback=False, **texts
                )
            )
            await add_tallies(tx.db, name, found)
    return rows


def _promise(chance: random.Random) -> list[Tally]:
    month, topic = chance.choice(MONTHS), chance.choice(TOPICS).code
    kept = Tally(month, topic, "kept", reply_minutes(timedelta(hours=chance.lognormvariate(2.3, 0.8))))
    return [kept, Tally(month, topic, "first")] if chance.random() < FIRST else [kept]
