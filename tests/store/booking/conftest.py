"""Fixtures of the tests that write into real databases: an SQLite file, and PostgreSQL where a server is installed."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from tests.store.booking.postgres import programs, running_server
from tests.store.booking.practice import open_practice, sqlite_engine

DATABASES = ["sqlite", "postgresql"] if programs() else ["sqlite"]
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server of our own. Not below pytest's own folder, which only the user who runs the tests may enter."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        with running_server(Path(folder)) as address:
            yield address


@pytest_asyncio.fixture(params=DATABASES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """The practice in a database of its own."""
    if request.param == "sqlite":
        opened = sqlite_engine(tmp_path / "practice.db")
    else:
        opened = await _new_database(request.getfixturevalue("postgres"))
    await open_practice(opened)
    yield opened
    await opened.dispose()


async def _new_database(server: str) -> AsyncEngine:
    name = f"practice_{next(_numbers)}"
    everywhere = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with everywhere.connect() as db:
        await db.execute(text(f"CREATE DATABASE {name}"))
    await everywhere.dispose()
    return create_async_engine(f"{server}/{name}", pool_size=16, max_overflow=16)


@pytest_asyncio.fixture
async def db(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One open transaction in the practice; nothing of it is kept."""
    async with engine.connect() as connection, connection.begin():
        yield connection


@pytest_asyncio.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[AsyncConnection]:
    """One open transaction in the practice, in an SQLite file."""
    opened = sqlite_engine(tmp_path / "practice.db")
    await open_practice(opened)
    async with opened.connect() as connection, connection.begin():
        yield connection
    await opened.dispose()
