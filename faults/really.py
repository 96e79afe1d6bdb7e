"""Row 9 once more, for real: a whole server under libfaketime, started at one wrong time after another."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.figures import Figure, Outcome
from faults.promised import Promised
from faults.server import Standing, standing
from faults.told import LADDER
from faults.trial import Trial, none_of

PAIRS: Final = 3
PROMISES: Final = 200
LIBRARIES: Final = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")
HOUR: Final = timedelta(hours=1)
# A little before the clocks go forward and back, so that the server lives through it.
NIGHTS: Final = (datetime(2027, 3, 28, 0, 59, 58, tzinfo=UTC), datetime(2027, 10, 31, 0, 59, 58, tzinfo=UTC))
GIVES_UP_S: Final = 60.0
ASK_EVERY_S: Final = 0.1
LIVES_ON_S: Final = 3.0
# So many seeds are a short run, in which a server is started at fewer times.
SHORT: Final = 20


def library() -> str:
    """libfaketime, where it is installed; else nothing."""
    found = [path for pattern in LIBRARIES for path in Path("/").glob(pattern.lstrip("/"))]
    return str(found[0]) if found else ""


async def really_moved(trial: Trial) -> Outcome:
    """Back by an hour, ahead by an hour, a day and 90 days, into both nights, and home again."""
    preload = library()
    if not preload:
        return Outcome(notes=["libfaketime is not installed: the clock was not moved for real (bin/system-packages)"])
    async with standing(trial, PAIRS) as (server, _):
        began = datetime.now(UTC)
        promised = Promised(f"sqlite+aiosqlite:///{server.database}", trial.folder / "owed-for-real", trial.chance)
        since = [began - timedelta(seconds=trial.chance.uniform(0, 20 * 3600)) for _ in range(PROMISES)]
        await promised.add(since, until=began + timedelta(days=400))
        wrong: list[str] = []
        moves = [began - HOUR, began + 26 * HOUR, NIGHTS[0]]
        if trial.count > SHORT:
            moves += [began - HOUR, began + HOUR, NIGHTS[1], began + timedelta(days=90), began]
        for number, at in enumerate(moves):
            wrong += await _at(server, preload, promised, at, furthest=max(moves[: number + 1]))
        wrong += server.complaints[:3]
    return Outcome(
        [
            Figure("times that a server was started at another time (libfaketime)", len(moves), ""),
            none_of("promises lost or early then", len(wrong)),
        ],
        wrong,
    )


async def _at(server: Standing, preload: str, promised: Promised, at: datetime, *, furthest: datetime) -> list[str]:
    """One life of the server from that time on. What is due by then must be done, and nothing beyond it."""
    shift = at - datetime.now(UTC)
    server.environment = {
        "LD_PRELOAD": preload,
        "FAKETIME": f"{shift.total_seconds():+.3f}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "TZ": "Europe/Berlin",
    }
    await server.start()
    began = perf_counter()
    while _wrong(server.database, promised, due_by=at, none_after=None) and perf_counter() - began < GIVES_UP_S:
        await asyncio.sleep(ASK_EVERY_S)
    # On into the changed hour, and long enough for another few looks.
    await asyncio.sleep(LIVES_ON_S)
    await server.end()
    lived = datetime.now(UTC) + shift
    found = _wrong(server.database, promised, due_by=at, none_after=max(lived, furthest + timedelta(minutes=5)))
    return [f"at {at}: {one}" for one in found]


def _wrong(database: Path, promised: Promised, *, due_by: datetime, none_after: datetime | None) -> Sequence[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        noted = {(clock, kind): at for clock, kind, at in db.execute("SELECT clock_id, kind, at FROM clock_events")}
    wrong = []
    for one in promised.waiting.values():
        for _, event, _, length in LADDER:
            due_at, told = one.since + length, noted.get((one.clock, event))
            if told is None and due_at <= due_by:
                wrong.append(f"promise {one.clock} is not {event}")
            if told is not None and datetime.fromisoformat(told) < due_at:
                wrong.append(f"promise {one.clock} was {event} early")
            if told is not None and none_after is not None and due_at > none_after:
                wrong.append(f"promise {one.clock} is {event}, and that is not due yet")
    return wrong
