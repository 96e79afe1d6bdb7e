"""The way to people's open pages on every node: those of this one first, then a word to the others."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import msgspec

from chatserver.deps import Deps
from chatserver.lines import Line
from chatserver.live import Sockets
from chatserver.logs import log
from chatserver.nodes.neighbours import Neighbours
from chatserver.nodes.redis_line import RedisLine
from chatserver.nodes.words import (
    Alive,
    AllShown,
    Bye,
    Ended,
    Gone,
    Left,
    Said,
    Shown,
    Stored,
    Told,
    WhoShows,
    Word,
    decode,
    encode,
)
from chatserver.presence import Change, Presence
from chatserver.rooms.wire import Posted
from chatserver.wire.binary import to_wire

ALIVE_EVERY_SECONDS: Final = 2.0
# Other installations on the same Redis have another secret, and are not heard.
CHANNEL: Final = b"sprechraum/v1/nodes"
# Words that were heard and wait for the database; beyond that pages ask for themselves.
MOST_HEARD: Final = 4096
# Words for which the database is asked once.
AT_ONCE: Final = 128

Changed = Callable[[Deps, Sequence[Change]], Awaitable[None]]
# What stands at those positions, by room and position.
PostedAt = Callable[[Deps, Sequence[Stored]], Awaitable[Mapping[tuple[str, int], Posted]]]


class Everywhere:
    """An Announce for several nodes. `changed` tells pages of this node of presence; `posted_at` reads items."""

    def __init__(self, sockets: Sockets, changed: Changed, posted_at: PostedAt) -> None:
        self._sockets, self._changed, self._posted_at = sockets, changed, posted_at
        self._name = secrets.token_hex(8)
        self._said = 0
        self._neighbours = Neighbours()
        self._heard: asyncio.Queue[Said] = asyncio.Queue(MOST_HEARD)
        self._line: RedisLine | None = None
        self._presence = Presence()
        self._puzzled = False

    # -- as an Announce

    async def tell(self, to: Iterable[str], event: str, body: msgspec.Struct, *, but: str = "") -> None:
        """Sends an event to every open page of these accounts, wherever it is open, but not over that connection."""
        people = list(dict.fromkeys(to))
        await self._sockets.tell(people, event, body, but=but)
        if people:
            self._say(_word(people, event, body))

    async def tell_here(self, to: Iterable[str], event: str, body: msgspec.Struct) -> None:
        """Only to those of this node."""
        await self._sockets.tell(to, event, body)

    def reaches(self, people: Iterable[str]) -> bool:
        """Whether the other nodes hear now; if not, whether everybody has a page here."""
        heard = self._line is not None and self._line.is_up
        return heard or all(self._sockets.has_pages_of(one) for one in people)

    def line(self, account_id: str, session_id: str, named: str | None, now: datetime) -> tuple[Line, bool]:
        """The line of a page without a socket; each is known to one node only."""
        return self._sockets.line(account_id, session_id, named, now)

    def sessions(self) -> set[str]:
        """Whose pages are open at this node."""
        return self._sockets.sessions()

    async def disconnect(self, session_id: str) -> None:
        """Cuts every socket of a session, at every node; at one that does not hear it, its own look each second."""
        await self._sockets.disconnect(session_id)
        self._say(Ended(session_id))

    # -- among the nodes

    @asynccontextmanager
    async def among_nodes(self, deps: Deps, url: str) -> AsyncIterator[None]:
        """One of the nodes that share a secret, for as long as the block lasts."""
        channel = "sprechraum:" + sha256(CHANNEL + deps.secrets.server_secret).hexdigest()[:32]
        self._presence, deps.presence.pass_on = deps.presence, self._say
        self._line = RedisLine(url, channel, self._hear, self._stands)
        self._line.open()
        tasks = [asyncio.create_task(one) for one in (self._live(), self._do_heard(deps))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._say(Bye())
            await self._line.close()

    def _say(self, word: Word) -> None:
        if self._line is not None:
            self._said += 1
            self._line.say(encode(Said(self._name, self._said, word)))

    def _stands(self) -> None:
        """The line is new, or back: what was said in between is lost."""
        self._sockets.missed_some()
        self._meet()

    def _meet(self) -> None:
        self._neighbours.missed = False
        self._say(AllShown(self._presence.shown_here()))
        self._say(WhoShows())

    def _hear(self, text: bytes) -> None:
        try:
            said = decode(text)
        except msgspec.MsgspecError:
            # From a node of another release, at worst; it will say more of them.
            if not self._puzzled:
                log.warning("word_not_understood")
            self._puzzled = True
            return
        if said.node == self._name:
            return
        if self._neighbours.hear(said.node, said.number, asyncio.get_running_loop().time()):
            self._sockets.missed_some()
        self._keep(said)

    def _keep(self, said: Said) -> None:
        try:
            self._heard.put_nowait(said)
        except asyncio.QueueFull:
            self._neighbours.missed = True
            self._sockets.missed_some()

    async def _live(self) -> None:
        while True:
            self._say(Alive())
            if self._neighbours.missed:
                self._meet()
            for node in self._neighbours.lost(asyncio.get_running_loop().time()):
                self._keep(Said(node, 0, Bye()))
            await asyncio.sleep(ALIVE_EVERY_SECONDS)

    async def _do_heard(self, deps: Deps) -> None:
        while True:
            some = [await self._heard.get()]
            while not self._heard.empty() and len(some) < AT_ONCE:
                some.append(self._heard.get_nowait())
            try:
                stored = await self._posted_at(deps, [word for word in _stored(some) if self._concerns(word)])
                for said in some:
                    await self._do(deps, said.node, said.word, stored)
            except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
                log.error("not_told", error=reason)

    async def _do(self, deps: Deps, node: str, word: Word, stored: Mapping[tuple[str, int], Posted]) -> None:
        match word:
            case Told():
                await self._sockets.pass_on(word.to, word.event, word.body)
            case Stored():
                if posted := stored.get((word.room, word.position)):
                    await self._sockets.tell(word.to, "posted", posted)
            case Ended():
                await self._sockets.disconnect(word.session)
            case WhoShows():
                self._say(AllShown(self._presence.shown_here()))
            case _:
                if changes := _changes(self._presence, node, word):
                    await self._changed(deps, changes)

    def _concerns(self, word: Stored) -> bool:
        return any(self._sockets.has_pages_of(one) for one in word.to)


def _stored(some: Iterable[Said]) -> list[Stored]:
    return [said.word for said in some if isinstance(said.word, Stored)]


def _word(to: list[str], event: str, body: Any) -> Word:
    # Sealed or not, what people write does not go through Redis.
    return Stored(to, body.room, body.position) if isinstance(body, Posted) else Told(to, event, to_wire(body))


def _changes(presence: Presence, node: str, word: Word) -> list[Change]:
    match word:
        case Shown():
            return presence.shown_at(node, word.room, word.account, word.page)
        case Left():
            return presence.left_at(node, word.room, word.page)
        case Gone():
            return presence.lost_at(node, word.page)
        case AllShown():
            return presence.all_shown_at(node, word.pages)
        case Bye():
            return presence.forget(node)
    return []
