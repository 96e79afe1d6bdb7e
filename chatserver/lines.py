"""Pages without a socket: what each would have been pushed is kept until it says that it has heard it.

In memory only, and bounded: a line that nobody asks on, or that has too much to tell, is forgotten, and its page asks
for everything again, as it does after its socket was cut. What must not be lost has a position in the database.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Final

from msgspec import Struct, json

KEPT_FOR: Final = timedelta(seconds=60)
MOST_KEPT: Final = 256
MOST_BYTES: Final = 512 * 1024
LINES_EACH: Final = 8


class Told(Struct):
    """One event that a page with a socket would have been pushed; `number` counts on each line, from 1."""

    number: int
    event: str
    body: Any


class Line:
    """What one page is told, and whether it listens right now."""

    def __init__(self, account_id: str, session_id: str, now: datetime) -> None:
        self.id = token_hex(16)
        self.account_id, self.session_id = account_id, session_id
        self.told: deque[Told] = deque()
        self.over = False
        self.asked_at = now
        self._last = 0
        self._bytes = 0
        self._turn = 0
        self._woken = asyncio.Event()

    def ask(self, heard: int, now: datetime) -> int:
        """Begins a turn, and ends the one before it: a page asks once at a time. What was heard is forgotten."""
        while self.told and self.told[0].number <= heard:
            self.told.popleft()
        self.asked_at, self._bytes = now, 0
        self._turn += 1
        self._woken.set()
        return self._turn

    def tell(self, event: str, body: Any, size: int) -> None:
        """Adds an event, whose body has `size` bytes. Too much that waits for the next asking ends the line."""
        self._last += 1
        self._bytes += size
        self.told.append(Told(self._last, event, body))
        if len(self.told) > MOST_KEPT or self._bytes > MOST_BYTES:
            self.end()
        self._woken.set()

    def leave_out(self, rooms: Collection[str]) -> None:
        """Forgets the items of these rooms: the page has their positions, and gets them from the database."""
        self.told = deque(one for one in self.told if one.event != "posted" or one.body["room"] not in rooms)

    def end(self) -> None:
        """Nothing is told here any more."""
        self.over = True
        self.told.clear()
        self._woken.set()

    def looks(self) -> None:
        """What is told from now on ends the next `waits`: to be said before the database is looked at."""
        self._woken.clear()

    async def waits(self, turn: int, until: float) -> bool:
        """Whether there may be news; False when the time (of the loop, in seconds) or the turn is over."""
        try:
            async with asyncio.timeout_at(until):
                await self._woken.wait()
        except TimeoutError:
            return False
        return turn == self._turn


class Lines:
    """Every line of this process."""

    def __init__(self) -> None:
        self._lines: defaultdict[str, dict[str, Line]] = defaultdict(dict)

    def open(self, account_id: str, session_id: str, named: str | None, now: datetime) -> tuple[Line, bool]:
        """The line of that name, or a new one where the person has none by it; and whether it is new."""
        self._forget_unused(now)
        theirs = self._lines[account_id]
        line = theirs.get(named or "")
        if line is not None and not line.over and line.session_id == session_id:
            return line, False
        line = Line(account_id, session_id, now)
        theirs[line.id] = line
        while len(theirs) > LINES_EACH:
            theirs.pop(next(iter(theirs))).end()
        return line, True

    def tell(self, to: Iterable[str], event: str, body: Any) -> None:
        """Tells every line of these accounts."""
        listening = [line for account_id in to for line in self._lines.get(account_id, {}).values()]
        size = len(json.encode(body)) if listening else 0
        for line in listening:
            line.tell(event, body, size)

    def has(self, account_id: str) -> bool:
        """Whether the person has any."""
        return account_id in self._lines

    def sessions(self) -> set[str]:
        """Whose lines these are."""
        return {line.session_id for line in self._all()}

    def end(self, session_id: str) -> None:
        """The session is over, and its lines with it."""
        self._drop(line for line in self._all() if line.session_id == session_id)

    def end_all(self) -> None:
        """Every page is answered at once, and asks again, here or elsewhere."""
        self._drop(self._all())

    def _forget_unused(self, now: datetime) -> None:
        self._drop(line for line in self._all() if line.over or now - line.asked_at > KEPT_FOR)

    def _all(self) -> list[Line]:
        return [line for theirs in self._lines.values() for line in theirs.values()]

    def _drop(self, ended: Iterable[Line]) -> None:
        for line in list(ended):
            line.end()
            theirs = self._lines[line.account_id]
            theirs.pop(line.id, None)
            if not theirs:
                del self._lines[line.account_id]
