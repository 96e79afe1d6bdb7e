"""What actions are given, around an empty database in a folder of the test: for tests that need no nouns."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from chatserver.config import Config
from chatserver.database import Database
from chatserver.deps import Deps, ServerSecrets
from chatserver.lines import Line
from chatserver.tables import due_work

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass
class StandingClock:
    """Moves only when the test says so."""

    at: datetime = MORNING

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Notebook:
    """Writes down what would be told to whom."""

    lines: list[tuple[tuple[str, ...], str, msgspec.Struct]] = field(default_factory=list)

    async def tell(self, to: Iterable[str], event: str, body: msgspec.Struct, **_but: str) -> None:
        self.lines.append((tuple(to), event, body))

    tell_here = tell

    def reaches(self, people: Iterable[str]) -> bool:  # noqa: ARG002  an Announce
        return True

    def line(self, account_id: str, session_id: str, named: str | None, now: datetime) -> tuple[Line, bool]:
        raise NotImplementedError(account_id)

    def sessions(self) -> set[str]:
        return set()

    async def disconnect(self, session_id: str) -> None:
        raise NotImplementedError(session_id)


@dataclass(frozen=True)
class Frame:
    """The parts that a test looks at."""

    deps: Deps
    clock: StandingClock
    told: Notebook


@asynccontextmanager
async def frame(var: Path, config: Config | None = None) -> AsyncIterator[Frame]:
    """Deps with every table, in a database of its own."""
    database = Database(f"sqlite+aiosqlite:///{var / 'frame.sqlite3'}")
    async with database.write() as db:
        await db.run_sync(due_work.metadata.create_all)
    clock, told = StandingClock(), Notebook()
    deps = Deps(
        config=config or Config(var=var, demo=True),
        database=database,
        clock=clock,
        announce=told,
        secrets=ServerSecrets(b"s" * 32, b"p" * 32, b"r" * 32),
    )
    try:
        yield Frame(deps, clock, told)
    finally:
        await database.close()
