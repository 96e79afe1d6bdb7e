"""Whole transactions as one function: where they run, and what is left of one that fails."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError

from chatserver import inline
from chatserver.database import Database


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite3'}")
    async with database.write() as db:
        await db.execute(text("CREATE TABLE word (word TEXT NOT NULL UNIQUE)"))
    yield database
    await database.close()


def saying(*words: str) -> Callable[[Connection], str]:
    """A transaction that adds words by the driver itself, and tells in which thread."""

    def said(db: Connection) -> str:
        driver = db.connection.dbapi_connection
        assert driver is not None
        for word in words:
            driver.cursor().execute("INSERT INTO word VALUES (?)", (word,))
        return threading.current_thread().name

    return said


async def words(database: Database) -> list[str]:
    async with database.read() as db:
        return list((await db.execute(text("SELECT word FROM word"))).scalars())


async def test_what_raises_leaves_nothing_and_the_next_one_has_its_turn(database: Database) -> None:
    """Whether the database refuses or the function itself; refusals are those that everybody else gets."""
    async with database.turn() as run:
        with pytest.raises(IntegrityError):
            await run(saying("once", "once"))
        with pytest.raises(ZeroDivisionError):
            await run(lambda db: (saying("never")(db), 1 // 0))
        await run(saying("next"))
    assert await words(database) == ["next"]


async def test_a_disk_that_was_slow_stops_the_loop_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """From then on others need not wait while it is waited for."""
    async with database.turn() as run:
        assert await run(saying("here")) == threading.current_thread().name
        monkeypatch.setattr(inline, "SLOW_SECONDS", -1)
        await run(saying("slow"))
        assert await run(saying("elsewhere")) != threading.current_thread().name
    assert await words(database) == ["here", "slow", "elsewhere"]


async def test_whoever_is_cancelled_leaves_all_or_nothing(database: Database) -> None:
    """At whatever step; what is on its way to the disk arrives, and nothing stays open."""

    async def one(word: str) -> None:
        async with database.turn() as run:
            await run(saying(word))

    for steps in range(12):
        running = asyncio.create_task(one(f"word {steps}"))
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running])
        async with asyncio.timeout(10):
            await one(f"after {steps}")
    found = await words(database)
    assert [word for word in found if word.startswith("after")] == [f"after {steps}" for steps in range(12)]


async def test_whoever_waits_for_another_process_too_long_is_told(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And has its turn when that is done; the loop goes on meanwhile."""
    monkeypatch.setattr(inline, "BUSY_MILLISECONDS", 10)
    other = sqlite3.connect(tmp_path / "test.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with database.turn() as run:
        with pytest.raises(OperationalError):
            await run(saying("too early"))
        other.execute("ROLLBACK")
        await run(saying("now"))
    other.close()
    assert await words(database) == ["now"]
