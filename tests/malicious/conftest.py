"""The house of the API's tests behind a server that lies, and the web client with removable defences."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.api.conftest import empty, empty_house, founded, house, on_sqlite, originals
from tests.api.house import House
from tests.malicious.liar import Liar, lying
from tests.malicious.scene import Scene
from tests.malicious.weakened_web import build_weakened

__all__ = ["empty", "empty_house", "founded", "house", "on_sqlite", "originals"]


@pytest.fixture
def kind() -> str:
    """Of database: an attack that a database decides about is in tests/api, on both."""
    return "sqlite"


@pytest_asyncio.fixture
async def liar(house: House) -> AsyncIterator[Liar]:
    async with lying(house.url) as liar:
        yield liar


@pytest_asyncio.fixture
async def scene(house: House, liar: Liar) -> Scene:
    """A conversation that has begun: enquiry, answer, both read."""
    return await Scene(house, liar).begin()


@pytest.fixture(scope="session")
def weakened_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built client that a test can weaken: see tests/malicious/weakened_web."""
    return build_weakened(tmp_path_factory.mktemp("weakened") / "site")
