"""Row 20: clients, clock, network and database in one process, where a seed decides everything that happens."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bench.furnished import Seats
from bench.load.messages import SIDES, Message, Voice
from chatserver.accounts.actions import who_asks
from chatserver.config import Config
from chatserver.data_folder import DATABASE
from chatserver.database import Database
from chatserver.deps import Asker, Deps
from chatserver.due_work import do_due
from chatserver.live import Sockets
from chatserver.messages.actions import post_message
from chatserver.nouns import JOBS
from chatserver.problems import ROOTS
from chatserver.rooms.actions import items_since
from chatserver.rooms.wire import Since
from chatserver.server_secrets import keep_secrets
from chatserver.tables import due_work, sessions
from chatserver.threads.wire import PostMessage
from chatserver.wire.binary import from_base64url
from crypto.items import item_id
from faults.checker import Copy, faults_in
from faults.journal import Entry, Journal, Step
from faults.promises import promises_wrong

PAGE: Final = 200
# Steps of SQLite's own machine: some failures come before anything is written, some in the middle of a group.
FAILS_AFTER: Final = (1, 300)
TRIES: Final = 50


@dataclass
class Clock:
    """Goes where the seed sends it, backwards as well."""

    at: datetime

    def now(self) -> datetime:
        """The instant that it shows."""
        return self.at


@dataclass
class Sender:
    """One side of a room: one message at a time, repeated until there is an answer."""

    seats: Seats
    side: int
    asker: Asker
    voice: Voice = field(init=False)
    waiting: Message | None = None

    def __post_init__(self) -> None:
        self.voice = Voice(self.seats, self.side)


@dataclass
class World:
    """Everything there is. `late`: what the network still carries, to arrive once more or for the first time."""

    chance: random.Random
    folder: Path
    journal: Journal
    clock: Clock
    deps: Deps
    senders: list[Sender] = field(default_factory=list)
    late: list[tuple[Sender, Message]] = field(default_factory=list)
    first_answers: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    restarts: int = 0

    # -- what may happen

    async def talk(self) -> None:
        """Some write at once, or try again, over a network that loses, delays and repeats."""
        speaking = self.chance.sample(self.senders, self.chance.randint(1, len(self.senders)))
        fates = [self.chance.choice(("well", "well", "lost", "unheard", "late", "twice")) for _ in speaking]
        sent = []
        for one, fate in zip(speaking, fates, strict=True):
            message = one.waiting = one.waiting or one.voice.next()
            self._note("invoke", one, message)
            if fate in ("late", "twice"):
                self.late.append((one, message))
            if fate not in ("late", "lost"):
                sent.append(self.deliver(one, message, heard=fate != "unheard"))
        await asyncio.gather(*sent)

    async def arrive_late(self) -> None:
        """What was on its way for long arrives, perhaps after its sender has said other things."""
        if self.late:
            one, message = self.late.pop(self.chance.randrange(len(self.late)))
            await self.deliver(one, message, heard=False)

    async def move_clock(self) -> None:
        """Minutes or days on, or an hour back."""
        hours = self.chance.choice((0.1, 1.0, 13.0, 25.0, 49.0, -1.0))
        self.clock.at += timedelta(hours=hours)

    async def look(self) -> None:
        """What is due is done."""
        with suppress(OperationalError):
            async with self.deps.database.write() as db:
                # A lease runs by the machine's own time, which no seed decides: those of what failed are over by now.
                await db.execute(update(due_work).values(lease_until=None))
            await do_due(self.deps, JOBS)

    async def fail(self) -> None:
        """The database fails in the middle of what comes next."""
        await self._fail_after(self.chance.randint(*FAILS_AFTER))
        await self.chance.choice((self.talk, self.look))()
        await self._fail_after(0)

    async def restart(self) -> None:
        """The server is gone without a word, and another begins with what is in the files."""
        self.restarts += 1
        var = self.folder / str(self.restarts)
        var.mkdir()
        for there in (self.deps.config.var / f"{DATABASE}{suffix}" for suffix in ("", "-wal")):
            if there.exists():
                shutil.copyfile(there, var / there.name)
        await self.deps.database.close()
        self.deps = _deps(var, self.clock, self.deps)

    # -- and how

    async def deliver(self, one: Sender, message: Message, *, heard: bool) -> None:
        """A message at the server. `heard`: its answer comes back."""
        command = PostMessage(one.seats.room, from_base64url(message.envelope.decode("ascii")))
        try:
            answer = await post_message(self.deps, one.asker, command)
        except ROOTS as refusal:
            self.wrong.append(f"{_name(message)} was refused: {refusal.code}")
            return
        except Exception as reason:  # noqa: BLE001  whatever it was: it is no answer, and its sender tries again
            if heard:
                self._note("unknown", one, message, why=repr(reason))
            return
        if self.first_answers.setdefault(_name(message), answer.position) != answer.position:
            self.wrong.append(f"{_name(message)} got another answer when it was repeated")
        if heard:
            self._note("ok", one, message, place=str(answer.position))
            if one.waiting is message:
                one.waiting = None

    async def heal(self) -> None:
        """Everybody gets an answer, now that nothing fails, and all that was promised has long been due."""
        for one in self.senders:
            for _ in range(TRIES):
                if one.waiting is not None:
                    await self.deliver(one, one.waiting, heard=True)
            if one.waiting is not None:
                self.wrong.append(f"{_name(one.waiting)} never got an answer")
        copies: dict[str, list[Copy]] = {}
        for one in self.senders:
            copies.setdefault(one.seats.room, []).append(await self._read(one))
        self.wrong += faults_in(self.journal.entries, copies)
        self.clock.at += timedelta(days=90)
        await self.look()
        self.wrong += promises_wrong(self.deps.config.var / DATABASE)

    async def _read(self, one: Sender) -> Copy:
        items = (await items_since(self.deps, one.asker, Since(one.seats.room, 0, PAGE))).items
        return [(item.position, item_id(item.envelope).hex()) for item in items]

    async def _fail_after(self, steps: int) -> None:
        raw = await self.deps.database._writer.raw_connection()
        driver: Any = raw.driver_connection
        await driver.set_progress_handler((lambda: 1) if steps else None, steps)
        raw.close()

    def _note(self, step: Step, one: Sender, message: Message, place: str = "", why: str = "") -> None:
        self.journal.note(Entry(step, one.seats.room, _name(message), place, why))


def _name(message: Message) -> str:
    return item_id(from_base64url(message.envelope.decode("ascii"))).hex()


class Nobody(Sockets):
    """No pages are open: what matters is in the database."""

    async def tell(self, to: Iterable[str], event: str, body: msgspec.Struct, *, but: str = "") -> None:
        """Nobody hears it."""


def _deps(var: Path, clock: Clock, before: Deps | None = None) -> Deps:
    config = Config(var=var)
    secrets = before.secrets if before else keep_secrets(var)
    return Deps(config=config, database=Database(config.database_url), clock=clock, announce=Nobody(), secrets=secrets)


def _last_stored(database: Path) -> datetime:
    with closing(sqlite3.connect(database)) as db:
        return datetime.fromisoformat(db.execute("SELECT max(stored_at) FROM room_items").fetchone()[0])


@asynccontextmanager
async def world(furniture: Path, seats: Iterable[Seats], folder: Path, seed: int) -> AsyncIterator[World]:
    """A world in this folder, whose sessions never end."""
    var = folder / "0"
    shutil.copytree(furniture / "var", var)
    clock = Clock(_last_stored(var / DATABASE))
    with (folder / "journal").open("w", encoding="utf-8") as lines:
        one = World(random.Random(seed), folder, Journal(lines), clock, _deps(var, clock))
        async with one.deps.database.write() as db:
            await db.execute(update(sessions).values(expires_at=clock.at + timedelta(days=36500)))
        for of in seats:
            for side, name in enumerate(SIDES):
                asker = await who_asks(one.deps, getattr(of, name).token)
                one.senders.append(Sender(of, side, asker))
        try:
            yield one
        finally:
            await one.deps.database.close()
