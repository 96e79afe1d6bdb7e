"""Reservations under contention, against the database alone: 32 clients who all want each slot, on SQLite.

`the database alone`: one connection of the driver's, on which the same clients write the same rows into the same
tables with the same guards, a transaction for each try, and nothing else is asked or computed.
"""

import asyncio
import sqlite3
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from secrets import token_hex
from statistics import median
from time import perf_counter
from typing import Any, Final

import aiosqlite
from sqlalchemy import make_url

from bench.figures import MILLI, Figure, Outcome, percentile
from booking.errors import BookingRefusal
from booking.model import Wish
from booking.offers import free_slots
from booking.timetable import keep_kind, keep_weekly_hours
from chatserver.appointments.holding import Trial, hold_slots
from chatserver.config import Config
from chatserver.demo.cast import ZONE
from chatserver.demo.hours import weekly_rules
from chatserver.deps import Deps, together
from chatserver.foundings.model import CHAT
from chatserver.live import Sockets
from chatserver.main import opened
from tests.frame import StandingClock

CLIENTS: Final = 32
# A Monday, so that there is a whole month ahead.
NOW: Final = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)
KIND: Final = replace(CHAT, notice=timedelta(0))
Row = dict[str, Any]


@dataclass(slots=True)
class Ran:
    """The tries of one run: seconds of each, seconds of all together, and the rows that are there afterwards."""

    took: list[float] = field(default_factory=list)
    seconds: float = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds


async def measured(runs: int, slots: int) -> Outcome:
    """Both ways in turn; the ratio is that of each run, and then the median."""
    ours: list[Ran] = []
    alone: list[Ran] = []
    lost: list[str] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
            ours.append(await _ours(Path(folder, "ours"), slots))
            alone.append(await _alone(Path(folder, "alone"), ours[-1].rows))
        lost += differences(ours[-1].rows, slots + 1)
    late = median(percentile(sorted(one.took), 99) for one in ours)
    ratio = median(one.rate / other.rate for one, other in zip(ours, alone, strict=True))
    what = f"reservations, {CLIENTS} clients for each slot"
    return Outcome(
        [
            Figure(what, median(one.rate for one in ours), "tries a second"),
            Figure(f"{what}, the database alone", median(one.rate for one in alone), "tries a second"),
            Figure(f"{what}, against the database alone (SQLite)", ratio, "x", 0.7, 0.9, more=True),
            Figure(f"{what}, p99", MILLI * late, "ms", None, 20),
        ],
        lost,
    )


def differences(rows: list[Row], slots: int) -> list[str]:
    """Each slot is given to somebody, and none twice."""
    wrong = [] if len(rows) == slots else [f"{slots} slots were wanted, and {len(rows)} given"]
    taken = sorted((one["counsellor"], one["starts_at"], one["ends_at"]) for one in rows)
    wrong += [
        f"{later[0]} was booked twice at {later[1]}"
        for earlier, later in pairwise(taken)
        if earlier[0] == later[0] and later[1] < earlier[2]
    ]
    return wrong


# -- ours


async def _ours(var: Path, slots: int) -> Ran:
    ran = Ran()
    async with opened(Config(var=var), Sockets(), StandingClock(NOW)) as deps:
        first, *wanted = await _calendars(deps, slots + 1)
        # What the very first one costs, whoever it is.
        await _client(deps, "somebody", [first], Ran())
        began = perf_counter()
        await asyncio.gather(*(_client(deps, f"client {number}", wanted, ran) for number in range(CLIENTS)))
        ran.seconds = perf_counter() - began
    ran.rows = _rows(_file(deps.config))
    return ran


async def _calendars(deps: Deps, slots: int) -> list[tuple[str, datetime]]:
    """So many slots of three counsellors, in turn."""
    until = NOW + timedelta(days=27)
    found: list[list[tuple[str, datetime]]] = []
    async with deps.database.write() as db:
        await keep_kind(db, owner="agency", kind=KIND)
        for number in range(3):
            name = f"counsellor {number}"
            await keep_weekly_hours(db, counsellor=name, zone=ZONE, rules=weekly_rules(number))
            times = await free_slots(db, counsellor=name, kind=KIND, since=NOW, until=until, now=NOW)
            found.append([(name, one.starts_at) for one in times])
    return [one for together in zip(*found, strict=False) for one in together][:slots]


async def _client(deps: Deps, name: str, wanted: list[tuple[str, datetime]], ran: Ran) -> None:
    for counsellor, at in wanted:
        # A thread for each, or the next hold would let go of the one before.
        wish = Wish(counsellor=counsellor, client=name, thread=f"{name} {counsellor} {at}", kind=KIND, starts_at=at)
        began = perf_counter()
        with suppress(BookingRefusal):
            await together(deps, hold_slots, Trial(wish, token_hex(16)))
        ran.took.append(perf_counter() - began)


# -- the database alone


async def _alone(var: Path, rows: list[Row]) -> Ran:
    async with opened(Config(var=var), Sockets()) as deps:
        file = _file(deps.config)
    ran = Ran()
    async with aiosqlite.connect(file, isolation_level=None) as database:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            await database.execute(f"PRAGMA {pragma}")
        began = perf_counter()
        await asyncio.gather(*(_client_alone(database, rows, ran) for _ in range(CLIENTS)))
        ran.seconds = perf_counter() - began
    return ran


async def _client_alone(database: aiosqlite.Connection, rows: list[Row], ran: Ran) -> None:
    names = list(rows[0])
    statement = f"INSERT INTO reservations ({', '.join(names)}) VALUES ({', '.join(':' + one for one in names)})"
    for row in rows:
        began = perf_counter()
        # A whole transaction is one step of the driver's thread, in which the clients take turns.
        step: Any = database._execute  # noqa: SLF001  the driver has no public way to do several things in one step
        await step(_try_alone, database._conn, statement, row)  # noqa: SLF001  the same
        ran.took.append(perf_counter() - began)


def _try_alone(database: sqlite3.Connection, statement: str, row: Row) -> None:
    fresh = {**row, "id": token_hex(16), "hold_request_id": token_hex(16)}
    database.execute("BEGIN IMMEDIATE")
    try:
        database.execute(statement, fresh)
        database.execute("INSERT INTO seats (reservation, number, client) VALUES (?, 1, 'client')", (fresh["id"],))
    except sqlite3.IntegrityError:
        database.execute("ROLLBACK")
    else:
        database.execute("COMMIT")


def _file(config: Config) -> Path:
    return Path(make_url(config.database_url).database or "")


def _rows(file: Path) -> list[Row]:
    database = sqlite3.connect(file)
    database.row_factory = sqlite3.Row
    rows = [dict(one) for one in database.execute("SELECT * FROM reservations")]
    database.close()
    return rows
