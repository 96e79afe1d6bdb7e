"""Whole write transactions on SQLite as one function, run where the event loop runs.

Python's lock is held by one thread at a time: a group of messages that is written in another thread hands it to and
fro at each row, and both threads wait for it most of the time. So only what waits for the disk or for another process,
the commit and a beginning that is not free, is left to the driver's thread. A disk that is slow to read from would
stop the loop, and with it everybody: once it was, functions run in the driver's thread for a while.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, StaticPool, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

T = TypeVar("T")

# So long the loop may have waited for the disk before that is left to the driver's thread.
SLOW_SECONDS: Final = 0.04
ELSEWHERE_SECONDS: Final = 10.0
# So long a writer waits for another process.
BUSY_MILLISECONDS: Final = 10_000


class InlineWriter:
    """Runs transactions on the write connection of an engine. Whoever calls has the turn of that connection."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # The driver's connection, and the same once more for functions that wait for nothing.
        self._known: tuple[Any, Connection] | None = None
        self._elsewhere_until = 0.0
        event.listen(engine.sync_engine, "close", self._forget)

    async def run(self, transaction: Callable[[Connection], T]) -> T:
        """What the function returns, once it is committed; rolled back when it raises."""
        driver, db = self._known or await self._meet()
        # The driver has no public way to do several things in one step of its thread.
        step, connection = driver._execute, driver._conn  # noqa: SLF001
        try:
            if not _begins(connection):
                await step(connection.execute, "BEGIN IMMEDIATE")
            try:
                result = await self._called(step, transaction, db)
            except Exception:
                # Nothing is on its way to the driver's thread, and what is taken back here waits for no disk.
                connection.rollback()
                raise
            await step(connection.execute, "COMMIT")
        except BaseException as reason:
            if not connection.in_transaction and not isinstance(reason, sqlite3.Error | asyncio.CancelledError):
                raise
            await asyncio.shield(self._taken_back(driver, reason))
            raise
        return result

    async def _taken_back(self, driver: Any, reason: BaseException) -> None:
        try:
            await driver.rollback()
        except sqlite3.Error:
            await self._give_up()
        if isinstance(reason, sqlite3.Error):
            # As every other way to the database raises it.
            raise DBAPIError.instance(None, None, reason, sqlite3.Error) from reason

    async def _called(self, step: Any, transaction: Callable[[Connection], T], db: Connection) -> T:
        loop = asyncio.get_running_loop()
        if loop.time() < self._elsewhere_until:
            return await step(transaction, db)  # type: ignore[no-any-return]
        # What the processor did is not the disk's fault.
        began = time.monotonic() - time.thread_time()
        result = transaction(db)
        if time.monotonic() - time.thread_time() - began > SLOW_SECONDS:
            self._elsewhere_until = loop.time() + ELSEWHERE_SECONDS
        return result

    async def _meet(self) -> tuple[Any, Connection]:
        raw = await self._engine.raw_connection()
        driver: Any = raw.driver_connection
        # Whoever has the turn ends its transaction; the pool of one is to leave it alone.
        options: Any = {"poolclass": StaticPool, "pool_reset_on_return": None}
        engine = create_engine("sqlite://", creator=lambda: driver._conn, **options)  # noqa: SLF001
        try:
            self._known = driver, engine.connect()
        except BaseException:
            # The library asks a new connection a few things, and closes it when that fails: under its other owner.
            await greenlet_spawn(raw.invalidate)
            raise
        finally:
            raw.close()
        return self._known

    async def _give_up(self) -> None:
        """What cannot even be rolled back: this connection is not used again."""
        raw = await self._engine.raw_connection()
        await greenlet_spawn(raw.invalidate)
        raw.close()

    def _forget(self, *_closed: object) -> None:
        self._known = None


def _begins(connection: sqlite3.Connection) -> bool:
    """Begins a transaction, unless that cannot be had without waiting."""
    connection.execute("PRAGMA busy_timeout=0")
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    return True
