"""A database with one thread in it: an SQLite file, and PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from booking.tables import metadata
from chatserver.database import Database
from tests.postgres import new_database
from tests.store.rooms.furnished import furnish

DATABASES = ["sqlite", "postgresql"]


@pytest_asyncio.fixture(params=DATABASES)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """The server's own way to a database, with a client, a counsellor, a room and its thread in it."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'rooms.db'}"
    else:
        url = new_database(request.getfixturevalue("postgres"))
    opened = Database(url)
    async with opened.write() as db:
        await db.run_sync(metadata.create_all)
        await furnish(db)
    yield opened
    await opened.close()
