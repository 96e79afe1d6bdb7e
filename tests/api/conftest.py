"""One demonstration is made per run and database, and copied for each test: founding takes seconds, copying does not.

Every test of a house is run on SQLite and on PostgreSQL, unless it says that it is about one of them.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.api.house import House, visited
from tests.mail_server import MailServer, mail_server
from tests.places import Place, founded_at, migrated_at
from tests.postgres import new_database


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    """A place where nobody works, and one with two agencies; nobody has them open."""
    empty, founded = [Place(tmp_path_factory.mktemp("sqlite") / "var") for _ in range(2)]
    return {"empty": await migrated_at(empty), "founded": await founded_at(founded)}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def on_postgresql(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    """The same there."""
    empty, founded = [Place(tmp_path_factory.mktemp("pg") / "var", new_database(postgres)) for _ in range(2)]
    return {"empty": await migrated_at(empty), "founded": await founded_at(founded)}


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Of database."""
    return str(request.param)


@pytest.fixture
def originals(kind: str, request: pytest.FixtureRequest) -> dict[str, Place]:
    """What is copied. A test of one database starts no other."""
    made: dict[str, Place] = request.getfixturevalue(f"on_{kind}")
    return made


@pytest.fixture
def founded(originals: dict[str, Place], tmp_path: Path) -> Place:
    """Two agencies: Anker (addiction, debt, …) and the fallback."""
    return originals["founded"].copied(tmp_path / "var")


@pytest.fixture
def empty(originals: dict[str, Place], tmp_path: Path) -> Place:
    """Nobody works there."""
    return originals["empty"].copied(tmp_path / "var")


@pytest_asyncio.fixture
async def house(founded: Place) -> AsyncIterator[House]:
    """A server with two agencies, on a Monday at nine in Münster."""
    async with visited(founded.config()) as house:
        yield house


@pytest_asyncio.fixture
async def empty_house(empty: Place) -> AsyncIterator[House]:
    """A server where nobody works."""
    async with visited(empty.config()) as house:
        yield house


@pytest_asyncio.fixture
async def narrow_house(empty: Place) -> AsyncIterator[House]:
    """A server where nobody works, with room for two pages each and for one event a second."""
    async with visited(empty.config(events_per_second=1, pages_per_person=2)) as house:
        yield house


@pytest_asyncio.fixture
async def stock_house(founded: Place) -> AsyncIterator[House]:
    """The same as `house`, on the library's own sockets."""
    async with visited(founded.config(sockets="stock")) as house:
        yield house


@pytest_asyncio.fixture
async def post() -> AsyncIterator[MailServer]:
    """Who takes the mail."""
    async with mail_server() as server:
        yield server


@pytest_asyncio.fixture
async def mailing(founded: Place, post: MailServer) -> AsyncIterator[House]:
    """The same as `house`, and it sends mail."""
    async with visited(founded.config(**post.settings)) as house:
        yield house
