"""Two servers in the test's own process, on one PostgreSQL and one Redis; each has a port and a clock of its own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.api.house import House, visited
from tests.places import Place, founded_at
from tests.postgres import new_database
from tests.redis_server import RedisServer, running_redis


@dataclass(frozen=True)
class Nodes:
    """What a test of two nodes needs. Whoever visits `left` is at the one, whoever visits `right` at the other."""

    left: House
    right: House
    redis: RedisServer


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def founded_once(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Made once, and copied for each test."""
    return await founded_at(Place(tmp_path_factory.mktemp("founded") / "var", new_database(postgres)))


@pytest.fixture
def founded(founded_once: Place, tmp_path: Path) -> Place:
    """A database with two agencies, and the folder with its secrets."""
    return founded_once.copied(tmp_path / "var")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of the test's own: it may be killed."""
    with running_redis(tmp_path) as server:
        yield server


@pytest_asyncio.fixture
async def nodes(founded: Place, redis: RedisServer) -> AsyncIterator[Nodes]:
    """Two nodes with two agencies."""
    async with AsyncExitStack() as stack:
        left, right = [await stack.enter_async_context(visited(founded.config(redis_url=redis.url))) for _ in range(2)]
        yield Nodes(left, right, redis)
