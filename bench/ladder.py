"""The reply clocks of a whole region: how long one look and one sweep take, and what each rung costs, on SQLite."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Final

from sqlalchemy import func, select

from bench.crowd import crowd
from bench.figures import MILLI, Figure, Outcome
from bench.furnished import furnished
from booking import timetable
from booking.model import WallSpan
from chatserver.config import Config
from chatserver.demo.cast import ZONE
from chatserver.deps import Deps
from chatserver.due_work import do_due
from chatserver.live import Sockets
from chatserver.main import opened
from chatserver.nouns import JOBS
from chatserver.tables import clock_events, counsellors
from chatserver.threads.jobs import plan_unattended
from tests.frame import StandingClock

PAIRS: Final = 6
NOW: Final = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
# Of the open clocks in one look: what falls due in a second when all of them do so within two days is one.
DUE_IN_A_LOOK: Final = 100


@dataclass(frozen=True, slots=True)
class Size:
    """How many clocks are open, and how many of them fall due at once: few, and all."""

    open: int = 100_000
    few: int = 1_000
    looks: int = 5


SHORT: Final = Size(open=400, few=50, looks=1)


async def measured(size: Size) -> Outcome:
    """One server's tables for the looks, and two for the rungs."""
    lost: list[str] = []
    look, sweep = await _looks(size, lost)
    few, all_of_them = await _per_rung(size, size.few, lost), await _per_rung(size, size.open, lost)
    what = f"{size.open:,} open clocks (SQLite)"
    return Outcome(
        [
            Figure(f"{what}, one look, {min(DUE_IN_A_LOOK, size.few)} due", look, "s", 1, 0.2),
            Figure(f"{what}, one sweep while everybody is away", sweep, "s", 1, 0.2),
            Figure(f"a rung when {size.few:,} are due, processor", MILLI * few, "ms"),
            Figure(f"a rung when {size.open:,} are due, processor", MILLI * all_of_them, "ms"),
            Figure(f"a rung when {size.open:,} are due, against {size.few:,}", all_of_them / few, "x", 1.5, 1.1),
        ],
        lost,
    )


async def _looks(size: Size, lost: list[str]) -> tuple[float, float]:
    """Seconds of one look with a hundred due, and of one sweep, while all clocks are open."""
    due, looks, sweeps = min(DUE_IN_A_LOOK, size.few), list[float](), list[float]()
    async with _server() as (deps, clock):
        # So many have waited for 24 hours at each look, and the others for less.
        waiting = [NOW - timedelta(hours=24) + timedelta(minutes=at // due) for at in range(size.open)]
        await _fill(deps, waiting)
        for _ in range(size.looks):
            began = perf_counter()
            done = await do_due(deps, JOBS)
            looks.append(perf_counter() - began)
            if done != due:
                lost.append(f"{due} rungs were due, and {done} climbed")
            clock.advance(timedelta(minutes=1))
        await _everybody_goes(deps)
        for _ in range(size.looks):
            began = perf_counter()
            await plan_unattended(deps)
            sweeps.append(perf_counter() - began)
    return median(looks), median(sweeps)


async def _per_rung(size: Size, due: int, lost: list[str]) -> float:
    """Processor time for each of so many rungs, all due at one instant, beside clocks that are not.

    In seconds of the processor, so that what else the machine does with its disk does not count.
    """
    async with _server() as (deps, _):
        later = [NOW] * (size.open - due)
        await _fill(deps, [NOW - timedelta(hours=24)] * due + later)
        began = process_time()
        await do_due(deps, JOBS)
        took = process_time() - began
        async with deps.database.read() as db:
            query = select(func.count()).where(clock_events.c.kind == "reminded")
            climbed = (await db.execute(query)).scalar_one()
    if climbed != due:
        lost.append(f"{due} rungs were due, and {climbed} climbed")
    return took / due


async def _everybody_goes(deps: Deps) -> None:
    """The worst case of a sweep: all clocks are looked through for those of which that was not told."""
    async with deps.database.write() as db:
        for (account_id,) in (await db.execute(select(counsellors.c.account_id))).all():
            await timetable.open_calendar(db, counsellor=account_id, zone=ZONE)
            span = WallSpan(datetime.fromisoformat("2026-11-01T00:00"), datetime.fromisoformat("2027-01-01T00:00"))
            await timetable.add_absence(db, counsellor=account_id, span=span)


@asynccontextmanager
async def _server() -> AsyncIterator[tuple[Deps, StandingClock]]:
    furniture = await asyncio.to_thread(furnished, PAIRS)
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
        var = Path(folder, "var")
        await asyncio.to_thread(shutil.copytree, furniture / "var", var)
        clock = StandingClock(NOW)
        async with opened(Config(var=var), Sockets(), clock) as deps:
            # What stands in the furniture is done first, and not counted.
            await do_due(deps, JOBS)
            yield deps, clock


async def _fill(deps: Deps, since: list[datetime]) -> None:
    async with deps.database.write() as db:
        await crowd(db, since, random.Random(1))
