"""A glance: a row or two by their keys, as they are at this moment."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from chatserver.database import Database


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite3'}")
    async with database.write() as db:
        await db.execute(text("CREATE TABLE word (word TEXT NOT NULL UNIQUE)"))
    yield database
    await database.close()


def words(db: Connection) -> list[str]:
    return list(db.execute(text("SELECT word FROM word")).scalars())


async def test_each_glance_sees_what_is_committed_and_nothing_else(database: Database) -> None:
    """It waits for no writer, and remembers no earlier moment."""
    assert await database.glance(words) == []
    async with database.write() as db:
        await db.execute(text("INSERT INTO word VALUES ('half')"))
        assert await database.glance(words) == []
    assert await database.glance(words) == ["half"]


async def test_a_glance_keeps_no_log_from_being_taken_in(database: Database, tmp_path: Path) -> None:
    """A transaction that stayed open would let the log of writes grow without end."""
    await database.glance(words)
    async with database.write() as db:
        await db.execute(text("INSERT INTO word VALUES ('new')"))
    await database.glance(words)
    with sqlite3.connect(tmp_path / "test.sqlite3") as other:
        busy, pages, taken_in = other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    other.close()
    assert (busy, pages) == (0, taken_in)


async def test_a_glance_writes_nothing(database: Database) -> None:
    """Even by mistake."""

    def write(db: Connection) -> None:
        db.execute(text("INSERT INTO word VALUES ('sneaked in')"))

    with pytest.raises(OperationalError):
        await database.glance(write)
    assert await database.glance(words) == []
