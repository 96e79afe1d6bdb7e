"""What every action is given, and the three ways to the database: work(), together() and look()."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.clock import Clock
from chatserver.config import Config
from chatserver.database import Database
from chatserver.gathering import Gathering, Gatherings, News, WriteGroup
from chatserver.kept import KeptAnswers
from chatserver.ledger import Ended, Ledger
from chatserver.lines import Line
from chatserver.operator_texts import OperatorTexts
from chatserver.outward import Outward
from chatserver.presence import Presence
from chatserver.recorded import Recorded, write_recorded
from chatserver.rush import Rush
from chatserver.wire.types import Act

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks. `role` is the account's; `connection` names the socket, and is empty over HTTP.

    `proved_at`: when a second factor was last shown in the session; clients have none.
    """

    account_id: str
    role: str
    session_id: str
    connection: str = ""
    proved_at: datetime | None = None


class Announce(Protocol):
    """The way to people's open pages. It promises nothing: whatever matters is in the database."""

    async def tell(self, to: Iterable[str], event: str, body: msgspec.Struct, *, but: str = "") -> None:
        """Sends an event to every open page of these accounts, but not over the connection of that name."""
        ...

    async def tell_here(self, to: Iterable[str], event: str, body: msgspec.Struct) -> None:
        """The same, for pages of this node only: where each node finds out for itself."""
        ...

    def reaches(self, people: Iterable[str]) -> bool:
        """Whether what is told now can arrive at the pages that these accounts may have open elsewhere."""
        ...

    def line(self, account_id: str, session_id: str, named: str | None, now: datetime) -> tuple[Line, bool]:
        """The line of a page without a socket, by its name; or a new one, and whether it is new."""
        ...

    def sessions(self) -> set[str]:
        """Whose pages are open here."""
        ...

    async def disconnect(self, session_id: str) -> None:
        """Cuts every socket of a session that is over."""
        ...


@dataclass(frozen=True, slots=True)
class ServerSecrets:
    """Three secrets of 32 bytes that lie beside the database, never in it.

    `receipt_seed` signs what the server gives its word on: receipts, and certificates of deletion.
    """

    server_secret: bytes = field(repr=False)
    pepper: bytes = field(repr=False)
    receipt_seed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """All that an action needs besides its command."""

    config: Config
    database: Database
    clock: Clock
    announce: Announce
    secrets: ServerSecrets
    gatherings: Gatherings = field(default_factory=Gatherings)
    presence: Presence = field(default_factory=Presence)
    kept: KeptAnswers = field(default_factory=KeptAnswers)
    outward: Outward = field(default_factory=Outward)
    rush: Rush = field(default_factory=Rush)
    texts: OperatorTexts = field(default_factory=OperatorTexts)
    # None only where nothing is ever deleted: a command that reads beside a running server.
    ledger: Ledger | None = None
    # Sessions that were used since this was last written down (accounts/jobs.py).
    used: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        """The present instant: aware, in UTC."""
        return self.clock.now()


@dataclass(slots=True)
class Work:
    """An open write transaction, and the news that it will have caused.

    `gone`: what it ends for good; stands in the ledger before anybody is answered. `withdrawn`: the same for what
    leaves no trace in the database; that stands there before the commit, and harms nobody if the commit then fails.
    """

    db: AsyncConnection
    news: list[News] = field(default_factory=list)
    gone: list[Ended] = field(default_factory=list)
    withdrawn: list[Ended] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)

    def record(self, act: Act, at: datetime, *, by: str = "", about: str = "", agency_id: str = "") -> None:
        """An entry for the audit log of the agency, in this transaction. Without `by` it was the operator."""
        self.recorded.append(Recorded(act=act, at=at, by=by, about=about, agency_id=agency_id))

    def tell(self, to: Iterable[str], event: str, body: msgspec.Struct) -> None:
        """To be sent to every open page of these accounts, once it is true: after the commit."""
        self.news.append((tuple(to), event, body, ""))


@asynccontextmanager
async def work(deps: Deps) -> AsyncIterator[Work]:
    """One write transaction: committed at the end, rolled back on any exception, and only then told."""
    async with deps.database.write() as db:
        open_work = Work(db)
        yield open_work
        await write_recorded(db, open_work.recorded)
        await _write_down(deps, open_work.withdrawn)
    if open_work.gone:
        deps.database.forget()
    try:
        await _write_down(deps, open_work.gone)
    finally:
        if open_work.news:
            await asyncio.shield(_tell(deps.announce, open_work.news))


async def _write_down(deps: Deps, ended: Sequence[Ended]) -> None:
    if ended and deps.ledger is not None:
        await deps.ledger.write_down(ended)


async def _tell(announce: Announce, news: Sequence[News]) -> None:
    for to, event, body, but in news:
        await announce.tell(to, event, body, but=but)


async def together(deps: Deps, write: WriteGroup[Item, Answer], item: Item) -> Answer:
    """The answer to a write that shares its transaction with others of its kind. Raises what is refused to this one."""
    gathering = deps.gatherings.of(
        write, lambda kind: Gathering(deps.database, deps.clock, lambda news: _tell(deps.announce, news), kind)
    )
    return await gathering.add(item)


@asynccontextmanager
async def look(deps: Deps) -> AsyncIterator[AsyncConnection]:
    """A connection that only reads; all its queries see the same moment."""
    async with deps.database.read() as db:
        yield db
