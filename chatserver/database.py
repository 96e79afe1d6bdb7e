"""The database: one connection that writes, in turns, and several that read.

SQLite has one writer at a time. Many connections that contend for that look fast in the median and starve most of
their callers, so here they queue. `synchronous=FULL`: acknowledged means on disk.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chatserver.inline import BUSY_MILLISECONDS, InlineWriter
from chatserver.sqlite import glancing_connection, reading_engine, writing_engine

T = TypeVar("T")

QUIET_SECONDS: Final = 0.5
# The shorter, the more of those who write wait for a checkpoint: each second it is more than one in a hundred.
BUSY_SECONDS: Final = 5.0
# Behind a network that is cut nobody refuses: a minute, the driver's own patience, is longer than anybody waits.
CONNECTED_WITHIN_SECONDS = 5.0

# SQLSTATE, by its first two characters: no connection, taken back for another's sake, nothing left of something, told
# to stop, the system's own fault. What was asked for was right, and may be asked again.
PASSING: Final = frozenset({"08", "40", "53", "57", "58"})


class DatabaseAway(OSError):  # noqa: N818  named by what is the case
    """Nobody answers where the database should be."""


def is_passing(reason: Exception) -> bool:
    """Whether it is the database that cannot do it now, and not the question that was wrong."""
    if not isinstance(reason, DBAPIError):
        return isinstance(reason, DatabaseAway | PoolTimeout)
    state = getattr(reason.orig, "sqlstate", None) or ""
    return isinstance(reason, OperationalError) or reason.connection_invalidated or state[:2] in PASSING


class Run(Protocol):
    """Runs a whole write transaction as one function, where the database is: on SQLite in the writer's thread.

    It is committed when the function returns, and rolled back when it raises.
    """

    async def __call__(self, transaction: Callable[[Connection], T]) -> T: ...


class Database:
    """Gives out transactions. To be made inside the running loop, and closed."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._writer = writing_engine(url) if self.is_sqlite else _distant_engine(url)
        self._readers = reading_engine(url) if self.is_sqlite else self._writer
        self._inline = InlineWriter(self._writer)
        self._url = url
        self._glancing: Connection | None = None
        self._turn = asyncio.Lock()  # wakes those who wait in the order in which they came
        self._quiet: asyncio.TimerHandle | None = None
        self._written_since: float | None = None  # the first commit after the last checkpoint, by the loop's time
        self._forgets = False  # something was deleted for good, and stands in the log of writes as it was
        self._steps: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction. It is committed at the end and rolled back on any exception.

        Whoever is cancelled in the middle leaves nothing open, and a commit on its way to the disk arrives.
        """
        if not self.is_sqlite:
            async with self._writer.begin() as db:
                yield db
            return
        await self._turn.acquire()
        db = await self._begun()
        try:
            yield db
        except BaseException:
            await asyncio.shield(self.spawn(self._end(db, commit=False)))
            raise
        await asyncio.shield(self.spawn(self._end(db, commit=True)))

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Run]:
        """A turn of the write connection, in the same line as `write`, for transactions that are whole functions.

        A statement of `write` goes to the writer's thread and back several times; such a function goes there once.
        """
        if not self.is_sqlite:
            yield self._run_there
            return
        async with self._turn:
            yield self._inline.run
        self._checkpoint_when_quiet()

    async def _run_there(self, transaction: Callable[[Connection], T]) -> T:
        async with self._writer.begin() as db:
            return await db.run_sync(transaction)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that only reads. All its queries see the same moment."""
        async with self._readers.connect() as db:
            yield db

    async def glance(self, look: Callable[[Connection], T]) -> T:
        """What a function finds that reads a row or two by their keys, and each time anew.

        On SQLite it runs at once, on the event loop: a step to another thread takes ten times as long.
        """
        if not self.is_sqlite:
            async with self._readers.connect() as db:
                return await db.run_sync(look)
        if self._glancing is None:
            self._glancing = glancing_connection(self._url)
        return look(self._glancing)

    async def checkpoint(self) -> None:
        """Copies the log of writes into the database file; empties it where `forget` asked. Takes a turn of the writer.

        Does not wait for those who read: while somebody reads what was before, the log is emptied another time.
        """
        self._written_since = None
        async with self._turn:
            raw = await self._writer.raw_connection()
            try:
                driver: Any = raw.driver_connection
                if not self._forgets:
                    await driver.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
                    return
                await driver.execute_fetchall("PRAGMA busy_timeout=0")
                try:
                    ((busy, *_),) = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    await driver.execute_fetchall(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
                self._forgets = bool(busy)
            finally:
                raw.close()
        if self._forgets:
            self._checkpoint_when_quiet()

    def forget(self) -> None:
        """What was just deleted is soon in no file any more, the log of writes included. PostgreSQL sees to its own."""
        if self.is_sqlite:
            self._forgets = True
            self._checkpoint_when_quiet()

    async def close(self) -> None:
        """Waits for what is being committed, then closes every connection; the writer last: it tidies the log."""
        self._cancel_checkpoint()
        while self._steps:
            await asyncio.wait(self._steps)
        self._cancel_checkpoint()
        if self._glancing is not None:
            self._glancing.invalidate()
            self._glancing.close()
            self._glancing = None
        if self._readers is not self._writer:
            await self._readers.dispose()
        await self._writer.dispose()

    async def _begun(self) -> AsyncConnection:
        beginning = self.spawn(self._begin())
        try:
            return await asyncio.shield(beginning)
        except asyncio.CancelledError:
            self.spawn(self._abandon(beginning))
            raise

    async def _begin(self) -> AsyncConnection:
        try:
            db = await self._writer.connect()
            try:
                await db.begin()
            except BaseException:
                await db.close()
                raise
        except BaseException:
            self._turn.release()
            raise
        return db

    async def _abandon(self, beginning: asyncio.Task[AsyncConnection]) -> None:
        await self._end(await beginning, commit=False)

    async def _end(self, db: AsyncConnection, *, commit: bool) -> None:
        try:
            await (db.commit() if commit else db.rollback())
        except BaseException:
            # A commit that was refused leaves its transaction open: this connection is not used again.
            await db.invalidate()
            raise
        finally:
            try:
                await db.close()
            finally:
                self._turn.release()
                self._checkpoint_when_quiet()

    def spawn(self, step: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task of its own, for which `close` waits."""
        task = asyncio.get_running_loop().create_task(step)
        self._steps.add(task)
        task.add_done_callback(self._steps.discard)
        return task

    def _checkpoint_when_quiet(self) -> None:
        self._cancel_checkpoint()
        loop = asyncio.get_running_loop()
        if self._written_since is None:
            self._written_since = loop.time()
        elif loop.time() - self._written_since >= BUSY_SECONDS:
            self._written_since = None
            self.spawn(self.checkpoint())
            return
        self._quiet = loop.call_later(QUIET_SECONDS, lambda: self.spawn(self.checkpoint()))

    def _cancel_checkpoint(self) -> None:
        if self._quiet is not None:
            self._quiet.cancel()


def _distant_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url, connect_args={"timeout": CONNECTED_WITHIN_SECONDS})

    @event.listens_for(engine.sync_engine, "do_connect")
    def connecting(dialect: Any, _record: object, arguments: Any, options: Any) -> Any:
        try:
            return dialect.connect(*arguments, **options)
        except OSError as reason:
            # By its own name: what the browser's side breaks off is an OSError, too, and nobody is to answer it.
            raise DatabaseAway(str(reason)) from reason

    return engine
