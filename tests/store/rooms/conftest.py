"""A database with one thread in it: an SQLite file, and PostgreSQL where a server is installed."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from booking.tables import metadata
from chatserver.database import Database
from tests.store.booking.postgres import programs, running_server
from tests.store.rooms.furnished import furnish

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
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """The server's own way to a database, with a client, a counsellor, a room and its thread in it."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'rooms.db'}"
    else:
        url = await _new_database(request.getfixturevalue("postgres"))
    opened = Database(url)
    async with opened.write() as db:
        await db.run_sync(metadata.create_all)
        await furnish(db)
    yield opened
    await opened.close()


async def _new_database(server: str) -> str:
    name = f"rooms_{next(_numbers)}"
    everywhere = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with everywhere.connect() as db:
        await db.execute(text(f"CREATE DATABASE {name}"))
    await everywhere.dispose()
    return f"{server}/{name}"
