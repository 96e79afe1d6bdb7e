"""One house, one liar and one Chromium for all attacks on pages; everybody logs in once."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from chatserver.config import Config
from chatserver.demo import create_demo
from chatserver.main import running
from tests.api.house import PLANS, HandClock, House
from tests.browser.conftest import chromium, visiting
from tests.codes import goes_by
from tests.malicious.browser.stage import Stage, today
from tests.malicious.liar import lying
from tests.places import give_passkeys

__all__ = ["chromium"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(
    weakened_site: Path, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """The server hands out the weakened client: a defence is out only where a page has been told so."""
    var = tmp_path_factory.mktemp("stage") / "var"
    config = Config(port=0, var=var, demo=True, trusted_proxies=(ip_network("127.0.0.0/8"),))
    async with AsyncExitStack() as until_the_end:
        clock = HandClock(today())
        with pytest.MonkeyPatch.context() as pages:
            pages.setattr("chatserver.main.built_pages", lambda: weakened_site)
            server = await until_the_end.enter_async_context(running(config, clock, ticking=False))
        await create_demo(server.deps, var / "paper", PLANS)
        await give_passkeys(server.deps)
        house = House(server, clock)
        until_the_end.push_async_callback(house.close)
        liar = await until_the_end.enter_async_context(lying(house.url))
        goes_by(liar.url, clock.now, lambda: clock.advance(timedelta(seconds=30)))
        arrive = await until_the_end.enter_async_context(visiting(liar.url, chromium))
        yield Stage(house, liar, arrive)


@pytest.fixture(autouse=True)
def honest_at_the_end(stage: Stage) -> Iterator[None]:
    """No test is lied to because of the one before it."""
    yield
    stage.liar.be_honest()
