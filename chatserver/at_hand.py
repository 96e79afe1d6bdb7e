"""The database for an operator's command."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from chatserver.clock import FileClock, SystemClock
from chatserver.config import Config
from chatserver.data_folder import FolderInUse
from chatserver.deps import Deps
from chatserver.live import Sockets
from chatserver.main import opened, usable_database
from chatserver.server_secrets import keep_secrets


@asynccontextmanager
async def at_hand(config: Config) -> AsyncIterator[tuple[Deps, bool]]:
    """The database: alone, or beside a server that runs, and then for reading only."""
    async with AsyncExitStack() as stack:
        try:
            yield await stack.enter_async_context(opened(config, Sockets())), True
        except FolderInUse:
            database = await stack.enter_async_context(usable_database(config))
            clock = FileClock(config.clock_file) if config.clock_file else SystemClock()
            secrets = keep_secrets(config.var)
            yield Deps(config=config, database=database, clock=clock, announce=Sockets(), secrets=secrets), False
