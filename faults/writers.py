"""People who go on writing whatever happens: each message until it is acknowledged, then the next."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final

from bench.furnished import Seats
from bench.load.messages import SIDES, Message, Voice
from bench.load.pages import Page, Refused
from chatserver.wire.binary import from_base64url
from crypto.items import item_id
from faults.checker import Copy
from faults.journal import Entry, Journal, Step

# Said to whoever may try again; anything else is an answer.
AGAIN: Final = frozenset({"unavailable", "internal", "too_busy", "too_many_requests"})
PATIENCE_S: Final = 15
PAGE: Final = 200
# What a page does too: each comes back after a time of its own.
PAUSE_S: Final = (0.05, 0.3)


@dataclass(slots=True)
class Person:
    """One side of a room. `port` is the server's; `through` that of a wire in front of it, if there is one.

    `away_s`: each time that the connection broke, the seconds until there was another.
    """

    seats: Seats
    side: int
    port: int
    journal: Journal
    chance: random.Random
    through: int = 0
    page: Page | None = None
    away_s: list[float] = field(default_factory=list)
    _voice: Voice = field(init=False)
    _going: bool = True
    _away_since: float = 0.0

    def __post_init__(self) -> None:
        self._voice = Voice(self.seats, self.side)

    def stop(self) -> None:
        """Writes what is begun to its end, and nothing more."""
        self._going = False

    async def write(self) -> None:
        """One message after another, each as often as it takes."""
        while self._going:
            await self.deliver(self._voice.next())

    async def deliver(self, message: Message) -> None:
        """Until there is an answer."""
        while not await self._tried(message):
            await asyncio.sleep(self.chance.uniform(*PAUSE_S))

    async def _tried(self, message: Message) -> bool:
        self._note("invoke", message)
        try:
            page = await self.come_in()
            async with asyncio.timeout(PATIENCE_S):
                answer = await page.ask(
                    "message", {"room": self.seats.room, "envelope": message.envelope.decode("ascii")}
                )
        except (Refused, OSError, TimeoutError) as reason:
            self.leave()
            self._away_since = self._away_since or perf_counter()
            self._note("unknown", message, why=repr(reason))
            return False
        if answer["ok"]:
            self._note("ok", message, place=str(answer["position"]))
            return True
        if answer["code"] in AGAIN:
            self._note("unknown", message, why=answer["code"])
            return False
        self._note("fail", message, why=answer["code"])
        return True

    def _note(self, step: Step, message: Message, place: str = "", why: str = "") -> None:
        name = item_name(message.envelope.decode("ascii"))
        self.journal.note(Entry(step, self.seats.room, name, place, why))

    async def come_in(self) -> Page:
        """The open page, or a new one. Raises Refused, OSError, TimeoutError."""
        if self.page is not None and not self.page.transport.is_closing():
            return self.page
        self.page = await opened(self.seats, self.side, self.port, self.through)
        if self._away_since:
            self.away_s.append(perf_counter() - self._away_since)
            self._away_since = 0.0
        return self.page

    def leave(self) -> None:
        """Closes the page, if one is open."""
        if self.page is not None:
            self.page.close()
            self.page = None

    async def read(self) -> Copy:
        """Everything that this side is given of the room, as names. Raises Refused, OSError, TimeoutError."""
        page = await self.come_in()
        found: list[tuple[int, str]] = []
        last = 1
        while not found or found[-1][0] < last:
            after = found[-1][0] if found else 0
            async with asyncio.timeout(PATIENCE_S):
                answer: dict[str, Any] = await page.ask(
                    "since", {"room": self.seats.room, "after": after, "limit": PAGE}
                )
            if not answer["ok"] or not answer["items"]:
                break
            found += [(one["position"], item_name(one["envelope"])) for one in answer["items"]]
            last = answer["last_position"]
        return found


def item_name(envelope: str) -> str:
    """What an item is known by: the hash of its bytes."""
    return item_id(from_base64url(envelope)).hex()


async def opened(seats: Seats, side: int, port: int, through: int = 0) -> Page:
    """A page of this side of a room. Raises Refused, OSError, TimeoutError."""
    cookie = f"session={getattr(seats, SIDES[side]).token}"
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(PATIENCE_S):
        _, page = await loop.create_connection(
            lambda: Page(f"127.0.0.1:{port}", "/socket.io/", cookie), "127.0.0.1", through or port
        )
        try:
            await page.ready
        except BaseException:
            page.close()
            raise
    return page


def people(
    seats: Sequence[Seats], port: int, journal: Journal, chance: random.Random, through: int = 0
) -> list[Person]:
    """Both sides of all rooms, each with a chance of their own."""
    return [
        Person(one, side, port, journal, random.Random(chance.random()), through)
        for one in seats
        for side in range(len(SIDES))
    ]


async def copies(everybody: Sequence[Person]) -> dict[str, list[Copy]]:
    """What each of them is given of their room."""
    read: dict[str, list[Copy]] = {}
    for one in everybody:
        read.setdefault(one.seats.room, []).append(await one.read())
    return read
