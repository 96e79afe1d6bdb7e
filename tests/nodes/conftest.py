"""Two servers in the test's own process, on one PostgreSQL and one Redis; each has a port and a clock of its own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

import pytest
import pytest_asyncio

from chatserver.config import Config
from chatserver.demo import create_demo
from chatserver.main import running
from tests.api.house import PLANS, HandClock, House
from tests.postgres import new_database, own_server
from tests.redis_server import RedisServer, running_redis


@dataclass(frozen=True)
class Nodes:
    """What a test of two nodes needs. Whoever visits `left` is at the one, whoever visits `right` at the other."""

    left: House
    right: House
    redis: RedisServer


@dataclass(frozen=True)
class Founded:
    """A database with two agencies in it, which nobody has open, and the folder with its secrets."""

    server: str
    name: str
    var: Path


@asynccontextmanager
async def node(config: Config) -> AsyncIterator[House]:
    """One of the nodes."""
    clock = HandClock()
    async with running(config, clock, ticking=False) as server:
        house = House(server, clock)
        try:
            yield house
        finally:
            await house.close()


def config_of(database: str, var: Path, redis_url: str = "") -> Config:
    """What nodes are told."""
    proxies = (ip_network("127.0.0.0/8"),)
    return Config(port=0, var=var, demo=True, trusted_proxies=proxies, database=database, redis_url=redis_url)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server of our own."""
    with own_server() as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def founded(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """Made once, and copied for each test."""
    var = tmp_path_factory.mktemp("founded") / "var"
    address = await new_database(postgres)
    async with running(config_of(address, var), HandClock(), ticking=False) as server:
        await create_demo(server.deps, var / "paper", PLANS)
    return Founded(postgres, address.rpartition("/")[2], var)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of the test's own: it may be killed."""
    with running_redis(tmp_path) as server:
        yield server


@pytest_asyncio.fixture
async def nodes(founded: Founded, redis: RedisServer) -> AsyncIterator[Nodes]:
    """Two nodes with two agencies."""
    address = await new_database(founded.server, founded.name)
    async with AsyncExitStack() as stack:
        left, right = [
            await stack.enter_async_context(node(config_of(address, founded.var, redis.url))) for _ in range(2)
        ]
        yield Nodes(left, right, redis)
