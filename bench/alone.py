"""The database alone: clients who only write reservations, over the driver, as many transactions as there are tries."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from time import perf_counter, process_time
from typing import Any, Final

import aiosqlite
import asyncpg
from sqlalchemy import make_url

from chatserver.config import Config

Row = dict[str, Any]
Try = Callable[[Row], Awaitable[None]]
# More of them wait for each other; fewer leave the server idle.
CONNECTIONS: Final = 16
# As `row` has them, but as somebody else's try.
DRAWN: Final = ("id", "hold_request_id")


@dataclass(slots=True)
class Ran:
    """The tries of one run: seconds of each, seconds of all together, and the rows that are there afterwards.

    `processor`: seconds of this process, which on a busy machine say more.
    """

    took: list[float] = field(default_factory=list)
    seconds: float = 0
    processor: float = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds


async def alone(config: Config, rows: Sequence[Row], clients: int) -> Ran:
    """So many clients try each of these rows in the database of these settings, which has them no more."""
    url = make_url(config.database_url)
    if url.get_backend_name() == "sqlite":
        return await _on_sqlite(url.database or "", rows, clients)
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return await _on_postgresql(address, rows, clients)


async def _on_sqlite(file: str, rows: Sequence[Row], clients: int) -> Ran:
    async with aiosqlite.connect(file, isolation_level=None) as database:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            await database.execute(f"PRAGMA {pragma}")
        for table in ("seats", "reservations"):
            await database.execute(f"DELETE FROM {table}")
        statement = _insert(rows[0], [f":{name}" for name in rows[0]])
        # A whole transaction is one step of the driver's thread, in which the clients take turns.
        step: Any = database._execute  # noqa: SLF001  the driver has no public way to do several things in one step
        connection = database._conn  # noqa: SLF001  the same

        async def once(row: Row) -> None:
            await step(_try_on_sqlite, connection, statement, row)

        return await _all_at_once(once, rows, clients)


def _try_on_sqlite(database: sqlite3.Connection, statement: str, row: Row) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        database.execute(statement, row)
        database.execute("INSERT INTO seats (reservation, number, client) VALUES (?, 1, 'client')", (row["id"],))
    except sqlite3.IntegrityError:
        database.execute("ROLLBACK")
    else:
        database.execute("COMMIT")


async def _on_postgresql(address: str, rows: Sequence[Row], clients: int) -> Ran:
    async with asyncpg.create_pool(address, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        await pool.execute("DELETE FROM seats")
        await pool.execute("DELETE FROM reservations")
        statement = _insert(rows[0], [f"${number}" for number in range(1, len(rows[0]) + 1)])

        async def once(row: Row) -> None:
            async with pool.acquire() as connection:
                try:
                    async with connection.transaction():
                        # Two who try at once would each wait for the other, until the server looks for that: a second.
                        await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", row["counsellor"])
                        await connection.execute(statement, *row.values())
                        await connection.execute(
                            "INSERT INTO seats (reservation, number, client) VALUES ($1, 1, 'client')", row["id"]
                        )
                except asyncpg.IntegrityConstraintViolationError:
                    return

        return await _all_at_once(once, rows, clients)


async def _all_at_once(once: Try, rows: Sequence[Row], clients: int) -> Ran:
    ran = Ran()

    async def client() -> None:
        for row in rows:
            fresh = {**row, **{name: token_hex(16) for name in DRAWN}}
            began = perf_counter()
            await once(fresh)
            ran.took.append(perf_counter() - began)

    began, worked = perf_counter(), process_time()
    await asyncio.gather(*(client() for _ in range(clients)))
    ran.seconds, ran.processor = perf_counter() - began, process_time() - worked
    return ran


def _insert(row: Row, values: Sequence[str]) -> str:
    return f"INSERT INTO reservations ({', '.join(row)}) VALUES ({', '.join(values)})"
