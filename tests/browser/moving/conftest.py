"""For tests that move the clock by days: for whoever shared a house with them, every device would be wrong."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser.conftest import House, demonstration


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house for each file."""
    async with demonstration(tmp_path_factory.mktemp("demo")) as house:
        yield house
