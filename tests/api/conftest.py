"""One demonstration is made per run and copied for each test: founding takes seconds, copying a file does not."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from chatserver.config import Config
from chatserver.demo import create_demo
from chatserver.main import running
from tests.api.house import PLANS, HandClock, House


def _config(var: Path, **narrower: Any) -> Config:
    # Every visitor names an address of their own in X-Forwarded-For, as a proxy would.
    return Config(port=0, var=var, demo=True, trusted_proxies=(ip_network("127.0.0.0/8"),), **narrower)


@asynccontextmanager
async def _opened(var: Path, **narrower: Any) -> AsyncIterator[House]:
    clock = HandClock()
    async with running(_config(var, **narrower), clock, ticking=False) as server:
        house = House(server, clock)
        try:
            yield house
        finally:
            await house.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two agencies in it, closed again."""
    var = tmp_path_factory.mktemp("founded") / "var"
    config = _config(var)
    async with running(config, HandClock(), ticking=False) as server:
        await create_demo(server.deps, var / "paper", PLANS)
    return var


@pytest_asyncio.fixture
async def house(founded: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A server with two agencies: Anker (addiction, debt, …) and the fallback, on a Monday at nine in Münster."""
    shutil.copytree(founded, tmp_path / "var")
    async with _opened(tmp_path / "var") as house:
        yield house


@pytest_asyncio.fixture
async def empty_house(tmp_path: Path) -> AsyncIterator[House]:
    """A server where nobody works."""
    async with _opened(tmp_path / "var") as house:
        yield house


@pytest_asyncio.fixture
async def narrow_house(tmp_path: Path) -> AsyncIterator[House]:
    """A server where nobody works, with room for two pages each and for one event a second."""
    async with _opened(tmp_path / "var", events_per_second=1, pages_per_person=2) as house:
        yield house


@pytest_asyncio.fixture
async def stock_house(founded: Path, tmp_path: Path) -> AsyncIterator[House]:
    """The same as `house`, on the library's own sockets."""
    shutil.copytree(founded, tmp_path / "var")
    async with _opened(tmp_path / "var", sockets="stock") as house:
        yield house
