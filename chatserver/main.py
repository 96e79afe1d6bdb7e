"""The composition root: from the settings to a running server. Nothing else knows all the parts."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from booking.guards import missing_guards
from chatserver.accounts.actions import who_asks
from chatserver.accounts.verifiers import ready
from chatserver.backups.actions import end_once_more
from chatserver.backups.marks import check_not_half_restored
from chatserver.clock import Clock, FileClock, SystemClock
from chatserver.config import Config, ConfigInvalid
from chatserver.data_folder import alone_in, make_data_folder, throw_away_demo
from chatserver.database import Database
from chatserver.deps import Announce, Deps, ServerSecrets
from chatserver.health import add_contracts
from chatserver.http import add_routes
from chatserver.ledger import Ledger
from chatserver.live import Sockets
from chatserver.migrations.steps import migrate
from chatserver.nouns import BESIDE, EVENTS, JOBS, ROUTES, SWEEPS
from chatserver.operator_texts import read_texts
from chatserver.outward import Outward
from chatserver.rooms.actions import lose_page, posted_at, tell_presence
from chatserver.rush import Rush
from chatserver.schedule import Ticker
from chatserver.server_secrets import keep_secrets
from chatserver.transport.answers import answering
from chatserver.transport.door import Door
from chatserver.transport.pages import add_pages, built_pages
from chatserver.transport.punctual import PunctualRunner

Prepare = Callable[[Deps], Awaitable[None]]
AmongNodes = Callable[[Deps], AbstractAsyncContextManager[None]]

# Long enough for an answer that is on its way, short enough for whoever pressed Ctrl-C.
LAST_ANSWERS_SECONDS: Final = 0.5
IDLE_SECONDS: Final = 75
# For what is still on its way when a body has been refused: closed at once, the connection would swallow the refusal.
LINGERING_SECONDS: Final = 2
WAITING: Final = 1024


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs. `look` does what is due now, as the ticker does every second."""

    deps: Deps
    url: str
    look: Callable[[], Awaitable[None]]


@asynccontextmanager
async def running(
    config: Config,
    clock: Clock | None = None,
    *,
    prepare: Prepare | None = None,
    ticking: bool = True,
    fresh: bool = False,
    outward: Outward | None = None,
) -> AsyncIterator[Server]:
    """A server, from its first to its last moment. Port 0 takes a free one. Raises ConfigInvalid.

    `fresh` throws an earlier demonstration away, but not from under a server that runs.
    """
    with _listening(config) as door:
        config = replace(config, port=door.getsockname()[1])
        sockets = Sockets(config.sockets)
        announce, among_nodes = _announce(config, sockets)
        async with opened(config, announce, clock, fresh=fresh, outward=outward) as deps:
            if prepare is not None:
                await prepare(deps)
            async with among_nodes(deps), _serving(deps, sockets, door):
                ticker = Ticker(deps, JOBS, SWEEPS, BESIDE)
                if ticking:
                    ticker.start()
                try:
                    yield Server(deps, config.address, ticker.look)
                finally:
                    await ticker.stop()


@asynccontextmanager
async def opened(
    config: Config,
    announce: Announce,
    clock: Clock | None = None,
    *,
    fresh: bool = False,
    outward: Outward | None = None,
) -> AsyncIterator[Deps]:
    """What actions need, with the database at its newest form and its guards in place. Raises ConfigInvalid."""
    make_data_folder(config.var)
    # Nodes on one database of their own may share the folder with the secrets.
    with nullcontext() if config.database else alone_in(config.var):
        clock = clock or (FileClock(config.clock_file) if config.clock_file else SystemClock())
        if fresh:
            throw_away_demo(config.var)
        check_not_half_restored(config.var)
        secrets = _secrets(config)
        texts = read_texts(config)
        ready(config.hash_cost)
        ledger = Ledger(config.ledger_folder, secrets.server_secret)
        ledger.open()
        async with usable_database(config) as database:
            with saying_why(config):
                await migrate(database)
                await check_guards(database)
            deps = Deps(
                config=config,
                database=database,
                clock=clock,
                announce=announce,
                secrets=secrets,
                outward=outward or Outward(),
                rush=Rush(config.newcomers_at_ease),
                ledger=ledger,
                texts=texts,
            )
            with saying_why(config):
                await end_once_more(deps)
            yield deps


@asynccontextmanager
async def usable_database(config: Config) -> AsyncIterator[Database]:
    """The database, closed at the end. Raises ConfigInvalid when nothing is installed that could speak to it."""
    try:
        database = Database(config.database_url)
    except ImportError as reason:
        raise ConfigInvalid(f"To use this database install sprechraum[postgres]: {reason}.") from reason
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def saying_why(config: Config) -> Iterator[None]:
    """A database that cannot be opened, or is damaged, ends the start with one sentence. Raises ConfigInvalid."""
    try:
        yield
    except (SQLAlchemyError, OSError) as reason:
        place = make_url(config.database_url).render_as_string(hide_password=True).removeprefix("sqlite+aiosqlite:///")
        cause = reason.orig if isinstance(reason, DBAPIError) else reason
        raise ConfigInvalid(f"The database {place} cannot be used: {cause}.") from reason


def _announce(config: Config, sockets: Sockets) -> tuple[Announce, AmongNodes]:
    """The way to people's pages, and what joins the other nodes where there are any. Raises ConfigInvalid."""
    if not config.redis_url:
        return sockets, lambda _deps: nullcontext()
    try:
        from chatserver.nodes.everywhere import Everywhere  # noqa: PLC0415  Redis need not be installed
    except ImportError as reason:
        raise ConfigInvalid(f"To use Redis install sprechraum[redis]: {reason}.") from reason
    everywhere = Everywhere(sockets, tell_presence, posted_at)
    return everywhere, lambda deps: everywhere.among_nodes(deps, config.redis_url)


def _secrets(config: Config) -> ServerSecrets:
    try:
        return keep_secrets(config.var)
    except OSError as reason:
        raise ConfigInvalid(f"The secret {reason.filename} cannot be read or made: {reason.strerror}.") from reason


async def check_guards(database: Database) -> None:
    """Without its guards the database would take two appointments at one time. Raises ConfigInvalid."""
    async with database.read() as db:
        missing = await missing_guards(db)
    if missing:
        raise ConfigInvalid(f"The database has lost its guards against double booking: {', '.join(missing)}.")


def make_app(deps: Deps, sockets: Sockets) -> web.Application:
    """All addresses in one application."""
    app = web.Application(middlewares=[answering(deps.config)])
    add_routes(app, ROUTES, deps, who_asks)
    add_contracts(app)
    sockets.attach(app, deps, who_asks, EVENTS, lose_page)
    add_pages(app, built_pages())
    return app


@asynccontextmanager
async def _serving(deps: Deps, sockets: Sockets, door: socket.socket) -> AsyncIterator[None]:
    runner = PunctualRunner(
        make_app(deps, sockets),
        access_log=None,
        # Nobody sends compressed JSON; what unpacks to a thousand times its size stays packed.
        auto_decompress=False,
        keepalive_timeout=IDLE_SECONDS,
        lingering_time=LINGERING_SECONDS,
        shutdown_timeout=LAST_ANSWERS_SECONDS,
    )
    await runner.setup()
    try:
        await Door(runner, door, backlog=WAITING).start()
        yield
    finally:
        await sockets.close()
        await runner.cleanup()


def _listening(config: Config) -> socket.socket:
    try:
        family = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0][0]
        door = socket.socket(family, socket.SOCK_STREAM)
    except OSError as reason:
        raise ConfigInvalid(f"The server cannot listen on {config.host!r}: {reason.strerror}.") from reason
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((config.host, config.port))
    except OSError as reason:
        door.close()
        raise ConfigInvalid(
            f"The server cannot listen on {config.host} port {config.port}: {reason.strerror}."
            " Stop what listens there, or choose another port with --port or SPRECHRAUM_PORT."
        ) from reason
    return door
