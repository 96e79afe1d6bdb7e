"""Fixtures of the tests that write into real databases: an SQLite file, and PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from tests.postgres import new_database
from tests.store.booking.practice import open_practice, sqlite_engine

DATABASES = ["sqlite", "postgresql"]


@pytest_asyncio.fixture(params=DATABASES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """The practice in a database of its own."""
    if request.param == "sqlite":
        opened = sqlite_engine(tmp_path / "practice.db")
    else:
        address = new_database(request.getfixturevalue("postgres"))
        opened = create_async_engine(address, pool_size=16, max_overflow=16)
    await open_practice(opened)
    yield opened
    await opened.dispose()


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
