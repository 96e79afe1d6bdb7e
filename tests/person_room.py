"""A room as somebody in it sees it: what is read is verified by crypto's reader, what is written is sealed here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import TYPE_CHECKING

from chatserver.rooms.wire import EnterRoom, Items, LeaveRoom, Left, Posted, Present, RoomItem, SayTyping, Since
from chatserver.threads.wire import MessagePosted, PostMessage, Thread
from chatserver.vault.wire import EpochKeyKept, KeepEpochKey
from crypto import Body, File, Introduce, Reader, Text, Verdict, Writer, to_ms
from tests.person_changes import AGAIN, ATTEMPTS, ChangingRoom
from tests.person_files import FileToSend, discard_file, fetch_file
from tests.person_safety import KnowingRoom
from tests.person_web import Refused
from tests.person_words import SayingRoom

if TYPE_CHECKING:
    from tests.person import Person

PAGE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One message as it is shown; `reason` says why it is not shown, where it cannot be verified."""

    position: int
    mine: bool
    text: str | None
    reason: str | None


class Room(ChangingRoom, SayingRoom, KnowingRoom):
    """Made by `person.open(room)`: one page load, so one writer session."""

    def __init__(self, person: Person, thread: Thread, reader: Reader) -> None:
        self.person, self.thread, self.reader = person, thread, reader
        self.id = thread.room
        self.verdicts: dict[int, Verdict] = {}
        self.writer = Writer(person.identity)

    @property
    def due_at(self) -> datetime | None:
        """When an answer comes at the latest, as told last; None when nothing waits."""
        return self.thread.due_at

    @property
    def texts(self) -> list[str]:
        """The verified texts read so far, oldest first."""
        return [line.text for line in self.lines if line.text is not None]

    @property
    def lines(self) -> list[Line]:
        """Everything read so far that is a message, or was meant to be one."""
        return [_line(one, self.person) for _, one in sorted(self.verdicts.items()) if _is_shown(one)]

    async def read(self) -> list[str]:
        """Fetches and verifies what is new, keeps new epoch keys, and gives all texts in order."""
        last = None
        before = -1
        # A server that names items and does not hand them out is not asked for ever.
        while (last is None or self.reader.position < last) and before != self.reader.position:
            before = self.reader.position
            asked = Since(self.id, self.reader.position, PAGE)
            page = await self.person.browser.get("/api/rooms/{room}/items", asked, Items)
            for item in page.items:
                await self._take_in(item)
            last = page.last_position
        await self._keep_epoch_keys()
        return self.texts

    async def _take_in(self, item: RoomItem | Posted) -> Verdict:
        verdict = self.reader.push(item.position, item.envelope)
        if verdict.kind == "roster_missing" and verdict.wants is not None:
            await self.person.fetch_roster(self.thread.agency, *verdict.wants[:2])
            verdict = self.reader.push(item.position, item.envelope)
        if verdict.kind not in ("gap", "known", "roster_missing"):
            self.verdicts[item.position] = verdict
        return verdict

    async def _keep_epoch_keys(self) -> None:
        for epoch, sealed in self.reader.take_unsaved():
            kept = KeepEpochKey(self.id, epoch, sealed)
            await self.person.browser.put("/api/keyring/{room}/{epoch}", kept, EpochKeyKept)

    async def write(self, text: str, *, clock: str | None = None) -> MessagePosted:
        """Says something: a client asks, a counsellor answers, unless `clock` says otherwise."""
        return await self.say(Text(text), self.person.usual_clock if clock is None else clock)

    async def introduce(self, name: str) -> MessagePosted:
        """Tells the pseudonym that is shown."""
        return await self.say(Introduce(name), "none")

    async def say(self, body: Body, clock: str, *, contests: int | None = None) -> MessagePosted:
        """Seals and posts, after what the newest roster demands (T10, T41).

        If keys or roster changed meanwhile: reads on, seals anew in a fresh session, same uid.
        """
        uid = token_bytes(16)
        for _ in range(ATTEMPTS):
            try:
                await self.carry_out(lambda: ())
                return await self.post(self.seal(body, clock, uid), contests)
            except Refused as refused:
                if refused.code not in ("epoch_over", *AGAIN):
                    raise
            await self.person.fetch_roster(self.thread.agency, self.reader.log.root_fingerprint)
            await self.read()
            self.writer = Writer(self.person.identity)
        return await self.post(self.seal(body, clock, uid), contests)

    def seal(self, body: Body, clock: str, uid: bytes | None = None) -> bytes:
        """An envelope that continues this page's session; nothing is sent."""
        now = to_ms(self.person.now())
        return self.writer.seal(self.reader.place(), body, clock=clock, sent_at=now, uid=uid).envelope

    async def post(self, envelope: bytes, contests: int | None = None) -> MessagePosted:
        """Sends an envelope as it is, over the socket when there is one. Then reads it back like anybody else."""
        browser, message = self.person.browser, PostMessage(self.id, envelope, contests)
        if browser.socket is not None:
            posted = await browser.emit("message", message, MessagePosted)
        else:
            posted = await browser.post("/api/rooms/{room}/messages", message, MessagePosted)
        await self.read()
        return posted

    async def send_file(self, file: FileToSend) -> MessagePosted:
        """Seals and uploads a file, then names it in a message. If the keys changed meanwhile: once more, all of it."""
        try:
            return await self._name_file(file)
        except Refused as refused:
            if refused.code != "epoch_over":
                raise
        await self.read()
        self.writer = Writer(self.person.identity)
        return await self._name_file(file.anew())

    async def _name_file(self, file: FileToSend) -> MessagePosted:
        body = await file.upload(self.person.browser, self.id, self.reader.place().epoch)
        return await self.post(self.seal(body, self.person.usual_clock))

    @property
    def files(self) -> dict[int, File]:
        """The files that were named so far, by position."""
        found = [(at, one.message.body) for at, one in sorted(self.verdicts.items()) if one.message is not None]
        return {at: body for at, body in found if isinstance(body, File)}

    async def fetch_file(self, position: int) -> bytes:
        """The bytes of the file that the message at this position names, verified to the end."""
        message = self.verdicts[position].message
        if message is None or not isinstance(message.body, File):
            raise KeyError(position)
        return await fetch_file(self.person.browser, self.id, message.epoch, message.body)

    async def discard_file(self, position: int) -> None:
        """The sealed bytes of a file of one's own; of somebody else's nothing happens."""
        await discard_file(self.person.browser, self.files[position])

    async def enter(self) -> Present:
        """Shows the room on this page now; needs the socket."""
        return await self.person.browser.emit("enter", EnterRoom(self.id), Present)

    async def leave(self) -> None:
        """Does not show it any more."""
        await self.person.browser.emit("leave", LeaveRoom(self.id), Left)

    async def say_typing(self) -> None:
        """Types."""
        await self.person.browser.emit("typing", SayTyping(self.id), Left)

    async def hear(self) -> str | None:
        """The next item that is pushed, verified; its text if it is one. Reads on when the push left a gap."""
        posted = await self.person.browser.heard("posted", Posted)
        verdict = await self._take_in(posted)
        if verdict.kind == "gap":
            await self.read()
        shown = self.verdicts[posted.position]
        return _line(shown, self.person).text


def _is_shown(verdict: Verdict) -> bool:
    return verdict.kind in ("message", "sealed", "broken", "conflict")


def _line(verdict: Verdict, person: Person) -> Line:
    message = verdict.message
    text = message.body.text if message is not None and isinstance(message.body, Text) else None
    return Line(verdict.position, verdict.sender == person.identity.fingerprint, text, verdict.reason)
