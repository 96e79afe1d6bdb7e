"""Reservations under contention, against the database alone: 32 clients who all want each slot.

`the database alone` (alone.py): the same clients write the same rows into the same tables with the same guards, a
transaction for each try, and nothing else is asked or computed.
"""

import asyncio
import gc
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from secrets import token_hex
from statistics import median
from time import perf_counter, process_time
from typing import Final

from sqlalchemy import text

from bench.alone import Ran, Row, alone
from bench.figures import MILLI, Figure, Outcome, percentile
from booking.errors import BookingRefusal
from booking.offers import free_slots
from booking.timetable import keep_kind, keep_weekly_hours
from booking.wishes import Wish
from chatserver.appointments.holding import Trial, hold_slots
from chatserver.config import Config
from chatserver.demo.cast import ZONE
from chatserver.demo.hours import weekly_rules
from chatserver.deps import Deps, together
from chatserver.foundings.model import CHAT
from chatserver.live import Sockets
from chatserver.main import opened
from tests.frame import StandingClock
from tests.postgres import new_database, own_server

CLIENTS: Final = 32
# A Monday, so that there is a whole month ahead.
NOW: Final = datetime(2026, 10, 12, 4, 0, tzinfo=UTC)
KIND: Final = replace(CHAT, notice=timedelta(0))


async def measured(runs: int, slots: int) -> Outcome:
    """On both databases."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory(prefix="sprechraum-bench-") as folder:
        configs = [Config(var=Path(folder, f"var-{run}")) for run in range(runs)]
        outcome.add(await _compared("SQLite", configs, slots))
        with own_server(hurried=False) as server:
            configs = [Config(var=Path(folder, f"pg-{run}"), database=new_database(server)) for run in range(runs)]
            outcome.add(await _compared("PostgreSQL", configs, slots))
    return outcome


async def _compared(database: str, configs: Sequence[Config], slots: int) -> Outcome:
    """Both ways in turn; the ratio is that of each run, and then the median."""
    ours: list[Ran] = []
    bare: list[Ran] = []
    lost: list[str] = []
    for config in configs:
        ours.append(await _ours(config, slots))
        bare.append(await alone(config, ours[-1].rows, CLIENTS))
        lost += [f"{database}: {one}" for one in differences(ours[-1].rows, slots + 1)]
    late = median(percentile(sorted(one.took), 99) for one in ours)
    ratio = median(one.rate / other.rate for one, other in zip(ours, bare, strict=True))
    worked = median(other.processor / one.processor for one, other in zip(ours, bare, strict=True))
    # PostgreSQL works in processes of its own, which nobody counts here.
    by_processor = [Figure(f"reservations on {database}, by processor time", worked, "x", 0.7, 0.9, more=True)]
    what = f"reservations on {database}, {CLIENTS} clients for each slot"
    return Outcome(
        [
            Figure(what, median(one.rate for one in ours), "tries a second"),
            Figure(f"{what}, the database alone", median(one.rate for one in bare), "tries a second"),
            Figure(f"{what}, against the database alone", ratio, "x", 0.7, 0.9, more=True),
            *(by_processor if database == "SQLite" else []),
            Figure(f"{what}, p99", MILLI * late, "ms", 20),
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


async def _ours(config: Config, slots: int) -> Ran:
    ran = Ran()
    async with opened(config, Sockets(), StandingClock(NOW)) as deps:
        first, *wanted = await _calendars(deps, slots + 1)
        # What the very first ones cost, whoever they are.
        await asyncio.gather(*(_client(deps, f"somebody {number}", [first], Ran()) for number in range(CLIENTS)))
        # As the server does when it starts (decision 19).
        gc.collect()
        gc.freeze()
        began, worked = perf_counter(), process_time()
        await asyncio.gather(*(_client(deps, f"client {number}", wanted, ran) for number in range(CLIENTS)))
        ran.seconds, ran.processor = perf_counter() - began, process_time() - worked
        async with deps.database.read() as db:
            ran.rows = [dict(one) for one in (await db.execute(text("SELECT * FROM reservations"))).mappings()]
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
