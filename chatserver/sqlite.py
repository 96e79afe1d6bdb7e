"""How SQLite is opened: one connection that writes, several that read, and one for glances, all with the same rules."""

import sqlite3
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chatserver.inline import BUSY_MILLISECONDS

READERS: Final = 4
# Whoever writes waits for a checkpoint, so it is left to quiet moments; where there are none for long it has a turn of
# its own. At so many pages of 4 KiB it happens inside a commit: by then it takes 30 ms, and the log 64 MiB of the disk.
WAL_PAGES: Final = 16_384

# One after the other: whoever has the turn uses the connection alone.
_ANY_THREAD: Final = {"check_same_thread": False}

_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MILLISECONDS}",
    f"wal_autocheckpoint={WAL_PAGES}",
    "trusted_schema=OFF",
    # What is deleted is overwritten, not only no longer found.
    "secure_delete=ON",
)


def writing_engine(url: str) -> AsyncEngine:
    """The one connection that writes."""
    # Every transaction ends explicitly here, so the pool need not roll back once more.
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_reset_on_return=None, connect_args=_ANY_THREAD)
    _prepare(engine, "BEGIN IMMEDIATE", _PRAGMAS)

    @event.listens_for(engine.sync_engine, "invalidate")
    def given_up(connection: Any, _record: object, _reason: object) -> None:
        # Closed while a statement of it is still held somewhere, a traceback is enough, it would keep its lock.
        with suppress(sqlite3.Error):
            connection.rollback()

    return engine


def reading_engine(url: str) -> AsyncEngine:
    """Those that read."""
    engine = create_async_engine(url, pool_size=READERS, max_overflow=0)
    _prepare(engine, "BEGIN", (*_PRAGMAS, "query_only=ON"))
    return engine


def glancing_connection(url: str) -> Connection:
    """One that reads on the event loop, a row or two at a time; it is in no transaction."""
    engine = create_engine(make_url(url).set(drivername="sqlite"), pool_reset_on_return=None)
    _prepare_connections(engine, (*_PRAGMAS, "query_only=ON"))
    return engine.connect()


def _prepare(engine: AsyncEngine, begin: str, pragmas: tuple[str, ...]) -> None:
    _prepare_connections(engine.sync_engine, pragmas)

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _prepare_connections(engine: Engine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        # The driver would begin by itself, and deferred: an upgrade to a write then fails at once.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
