"""A whole server in the test's own process: a real port, a real SQLite file, and a clock that only the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http.cookies import Morsel
from typing import Final, TypeVar

from sqlalchemy import select
from yarl import URL

from chatserver.accounts.wire import Me, ReadMe
from chatserver.config import Config
from chatserver.demo.cast import ANKER, LOTSENSTELLE
from chatserver.deps import Deps
from chatserver.main import Server, running
from chatserver.tables import vaults
from tests.coordinator import Coordinator
from tests.people import Client, Counsellor, Talking

# A Monday morning in Münster, 09:00 by the wall.
OPENING: Final = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MUENSTER: Final = "48147"
PLANS: Final = (ANKER, LOTSENSTELLE)
_PASSWORDS: Final = {
    "nachtfalter": "drei leise eulen im dachstuhl",
    "luisa7": "gestreifte murmel fällt bergauf",
    **{one.name: one.password for plan in PLANS for one in (*plan.counsellors, plan.coordinator)},
}
_COORDINATORS: Final = {plan.coordinator.name for plan in PLANS}
_NEWCOMERS: Final = "sieben stühle im morgennebel"
Somebody = TypeVar("Somebody", bound=Talking)


@asynccontextmanager
async def visited(config: Config) -> AsyncIterator[House]:
    """A server in the test's own process, where nothing falls due by itself."""
    clock = HandClock()
    async with running(config, clock, ticking=False) as server:
        house = House(server, clock)
        try:
            yield house
        finally:
            await house.close()


class HandClock:
    """Stands until it is moved."""

    def __init__(self, at: datetime = OPENING) -> None:
        self._at = at

    def now(self) -> datetime:
        """The instant that was set."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Moves on."""
        self._at += by

    def move_to(self, at: datetime) -> None:
        """Jumps there."""
        self._at = at.astimezone(UTC)


class House:
    """The server with everybody who visits it. Each new person comes from an address of their own."""

    def __init__(self, server: Server, clock: HandClock) -> None:
        self.server, self.clock = server, clock
        self.url = server.url
        self._visitors: list[Talking] = []

    @property
    def deps(self) -> Deps:
        """The server's own."""
        return self.server.deps

    def now(self) -> datetime:
        """The one clock of server and visitors."""
        return self.clock.now()

    async def pass_time(self, by: timedelta) -> None:
        """Moves the clock, and does what has fallen due."""
        self.clock.advance(by)
        await self.server.look()

    def also(self, somebody: Somebody) -> Somebody:
        """Closes this person's browser, too, when the test ends."""
        self._visitors.append(somebody)
        return somebody

    def client(self, name: str, password: str = "") -> Client:
        """Somebody with a name and a password in an empty browser."""
        return self.also(
            Client(name, password or _PASSWORDS.get(name, "vier ruhige boote am steg"), self.url, self.now)
        )

    async def signed_up(self, name: str) -> Client:
        """A client with an account."""
        client = self.client(name)
        await client.sign_up()
        return client

    async def counsellor(self, name: str) -> Counsellor:
        """Somebody who works here, logged in."""
        kind = Coordinator if name in _COORDINATORS else Counsellor
        counsellor = self.also(kind(name, _PASSWORDS[name], self.url, self.now))
        await counsellor.log_in()
        return counsellor

    async def coordinator(self, name: str) -> Coordinator:
        """Somebody who keeps a roster here, logged in."""
        coordinator = self.also(Coordinator(name, _PASSWORDS[name], self.url, self.now))
        await coordinator.log_in()
        return coordinator

    def newcomer(self, name: str) -> Counsellor:
        """Somebody with an empty browser who is going to work here."""
        return self.also(Counsellor(name, _NEWCOMERS, self.url, self.now))

    def founder(self, name: str) -> Coordinator:
        """Somebody with an empty browser who is going to found an agency, or to keep its roster."""
        return self.also(Coordinator(name, _NEWCOMERS, self.url, self.now))

    async def close(self) -> None:
        """Closes every browser."""
        for one in self._visitors:
            await one.close()

    async def who_is(self, somebody: Talking) -> Me:
        """Whom the server takes this browser for."""
        return await somebody.browser.get("/api/me", ReadMe(), Me)

    def cookie_of(self, somebody: Talking) -> Morsel[str]:
        """The session cookie in this browser."""
        return somebody.browser.http.cookie_jar.filter_cookies(URL(self.url))["session"]

    def stored_cookie_of(self, somebody: Talking) -> Morsel[str]:
        """The same with the attributes that the server gave it."""
        return next(one for one in somebody.browser.http.cookie_jar if one.key == "session")

    def session_of(self, somebody: Talking) -> str:
        """The token in the cookie."""
        return self.cookie_of(somebody).value

    def with_session(self, token: str) -> Client:
        """A browser into which somebody has put a cookie."""
        thief = self.client("nachtfalter")
        thief.browser.http.cookie_jar.update_cookies({"session": token}, URL(self.url))
        return thief

    async def vault_versions(self, somebody: Talking) -> list[int]:
        """Which versions the server keeps."""
        async with self.deps.database.read() as db:
            query = select(vaults.c.version).where(vaults.c.account_id == somebody.account_id)
            return list((await db.execute(query.order_by(vaults.c.version))).scalars())
