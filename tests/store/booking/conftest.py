"""Fixtures of the tests that write into real databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tests.store.booking.practice import practice, sqlite_engine


@pytest_asyncio.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """The practice in an SQLite file."""
    async with practice(sqlite_engine(tmp_path / "practice.db")) as opened:
        yield opened


@pytest_asyncio.fixture
async def db(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One open transaction in the practice; nothing of it is kept."""
    async with engine.connect() as connection, connection.begin():
        yield connection
