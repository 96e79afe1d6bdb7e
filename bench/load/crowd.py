"""Everybody at their pages: a thousand connections that notice what they are told."""

import asyncio
import re
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, Final

from bench.furnished import Seats
from bench.load.messages import SIDES, TAIL, Conversation, Message
from bench.load.pages import Page

PATH: Final = "/socket.io/"
AT_ONCE: Final = 50
PATIENCE_S: Final = 30
POSITION: Final = re.compile(rb'"position":(\d+)')
ENVELOPE: Final = b'"envelope":"'


Finished = Callable[["Talk", Message], None]


class Talk:
    """One conversation with both its pages. `finished` is called with each message that both sides know of."""

    def __init__(self, conversation: Conversation, pages: Sequence[Page], finished: Finished) -> None:
        self.conversation, self.pages, self._finished = conversation, pages, finished
        for side, page in enumerate(pages):
            page.told = self._told
            page.heard = self._hearer(side)

    def send(self, due: float) -> None:
        """The next message, from whose turn it is. Raises IndexError when none is ready."""
        message = self.conversation.take()
        message.due = due
        self.pages[message.side].send(message)

    def _told(self, message: Message, payload: bytes) -> None:
        message.told_at = perf_counter()
        found = POSITION.search(payload)
        if b'"ok":true' not in payload or found is None:
            message.refused = payload.decode("utf-8", "replace")
            self._finished(self, message)
            return
        message.position = int(found[1])
        if message.heard_at:
            self._finished(self, message)

    def _hearer(self, side: int) -> Callable[[bytes], None]:
        other = 1 - side
        messages = self.conversation.by_tail

        def heard(payload: bytes) -> None:
            begins = payload.find(ENVELOPE) + len(ENVELOPE)
            ends = payload.find(b'"', begins)
            message = messages.get(payload[ends - TAIL : ends])
            if message is None or payload[begins:ends] != message.envelope:
                # News of something else, or not what was sent.
                self.conversation.strangers += payload.startswith(b'42["posted"')
            elif message.side == other:
                self._heard(message, payload)

        return heard

    def _heard(self, message: Message, payload: bytes) -> None:
        message.heard += 1
        if message.heard > 1:
            return
        message.heard_at = perf_counter()
        found = POSITION.search(payload)
        message.heard_position = int(found[1]) if found else 0
        if message.told_at:
            self._finished(self, message)


class Crowd:
    """All talks of a run. Whoever drives them sets `finished`."""

    def __init__(self, host: str, ports: Sequence[int], seats: Sequence[Seats]) -> None:
        self._host, self._ports = host, ports
        self.conversations = [Conversation(one) for one in seats]
        self.finished: Finished = lambda _talk, _message: None
        self.talks: list[Talk] = []

    async def come_in(self) -> float:
        """Opens every page, some at once, and gives the seconds that it took."""
        turn = asyncio.Semaphore(AT_ONCE)
        began = perf_counter()
        opened = await asyncio.gather(*(self._open(*one, turn) for one in enumerate(self.conversations)))
        seconds = perf_counter() - began
        self.talks = [Talk(one, pages, self._finished) for one, pages in zip(self.conversations, opened, strict=True)]
        return seconds

    def _finished(self, talk: Talk, message: Message) -> None:
        self.finished(talk, message)

    async def _open(self, number: int, conversation: Conversation, turn: asyncio.Semaphore) -> list[Page]:
        return [
            await self._page(conversation.seats, side, self._node(number, which), turn)
            for which, side in enumerate(SIDES)
        ]

    def _node(self, number: int, side: int) -> int:
        """Which port: of two nodes each has half of the pages, and half of the conversations are between them."""
        return self._ports[(number // 2 + number * side) % len(self._ports)]

    async def _page(self, seats: Seats, side: str, port: int, turn: asyncio.Semaphore) -> Page:
        address = f"127.0.0.1:{port}"
        # The bare server knows no sessions: its pages say which room they are of.
        cookie = f"session={getattr(seats, side).token}; room={seats.room}"
        loop = asyncio.get_running_loop()
        async with turn, asyncio.timeout(PATIENCE_S):
            _, page = await loop.create_connection(lambda: Page(address, PATH, cookie), self._host, port)
            await page.ready
        return page

    def leave(self) -> None:
        """Closes every page."""
        for talk in self.talks:
            for page in talk.pages:
                page.close()

    async def stored(self, number: int) -> list[tuple[int, str]]:
        """Positions and envelopes of one room, as one of its two sides is given them, each side for half the rooms."""
        talk = self.talks[number]
        page, room = talk.pages[number % len(SIDES)], talk.conversation.seats.room
        items: list[tuple[int, str]] = []
        last = 1
        while not items or items[-1][0] < last:
            after = items[-1][0] if items else 0
            answer: dict[str, Any] = await page.ask("since", {"room": room, "after": after, "limit": 200})
            if not answer.get("ok") or not answer["items"]:
                break
            items += [(one["position"], one["envelope"]) for one in answer["items"]]
            last = answer["last_position"]
        return items
