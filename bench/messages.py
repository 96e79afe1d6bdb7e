"""Messages: acknowledged as stored, pushed to the other side, and read back afterwards by empty browsers.

They are sealed before the clock runs: what is measured is the server, not the cast's encryption.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from socketio.exceptions import SocketIOError

from bench.figures import Figure, Outcome, figure
from bench.pairs import Pair
from chatserver.rooms.wire import Posted
from chatserver.threads.wire import MessagePosted, PostMessage
from crypto import Text
from tests.people import Talking
from tests.person_room import Room
from tests.person_web import PATIENCE_SECONDS, Refused

LETTERS: Final = 1000
READ_WITHIN_S: Final = 60


@dataclass(slots=True)
class Sent:
    """One message on its way: the instants are None as long as nobody has told of it."""

    text: str
    envelope: bytes
    at: float = 0.0
    position: int | None = None
    stored_at: float | None = None
    pushed_at: float | None = None
    refused: str = ""


@dataclass(slots=True)
class Writing:
    """What one person writes into one room, one message after the other, and who is to receive it."""

    room: Room
    receiver: Talking
    sent: list[Sent] = field(default_factory=list)


async def load(pairs: list[Pair], each: int) -> Outcome:
    """Both sides of every pair write `each` messages, the next one when the last is acknowledged."""
    writings = [one for pair in pairs for one in await _prepared(pair, each)]
    listening = _listen(writings)
    began = perf_counter()
    await asyncio.gather(*(_write(one) for one in writings))
    seconds = perf_counter() - began
    await listening
    outcome = Outcome(_figures(writings, seconds), _not_pushed(writings))
    for pair in pairs:
        outcome.lost += await _read_back(pair, [one for one in writings if one.room.id == pair.room.id])
    return outcome


async def _prepared(pair: Pair, each: int) -> list[Writing]:
    await pair.room.read()
    await pair.desk.read()
    writings = [Writing(pair.room, pair.counsellor), Writing(pair.desk, pair.client)]
    for one in writings:
        for number in range(each):
            text = f"{one.room.person.name} {number} {len(one.room.lines)} ".ljust(LETTERS, "ä")
            one.sent.append(Sent(text, one.room.seal(Text(text), one.room.person.usual_clock)))
    return writings


async def _write(writing: Writing) -> None:
    browser, room = writing.room.person.browser, writing.room.id
    for one in writing.sent:
        one.at = perf_counter()
        try:
            posted = await browser.emit("message", PostMessage(room, one.envelope), MessagePosted)
        except (Refused, SocketIOError) as reason:
            one.refused = str(reason) or type(reason).__name__
            return
        one.stored_at, one.position = perf_counter(), posted.position


def _listen(writings: list[Writing]) -> asyncio.Future[list[None]]:
    """Everybody listens at once, each on one page, to all rooms that they are in."""
    awaited: defaultdict[Talking, dict[bytes, Sent]] = defaultdict(dict)
    for writing in writings:
        awaited[writing.receiver] |= {one.envelope: one for one in writing.sent}
    return asyncio.gather(*(_hear(person, envelopes) for person, envelopes in awaited.items()))


async def _hear(person: Talking, awaited: dict[bytes, Sent]) -> None:
    """Own messages are pushed, too, to one's other pages: they are passed over. Gives up when nothing comes."""
    missing = len(awaited)
    try:
        while missing:
            posted = await person.browser.heard("posted", Posted)
            one = awaited.get(bytes(posted.envelope))
            if one is not None and one.pushed_at is None:
                one.pushed_at, missing = perf_counter(), missing - 1
    except TimeoutError:
        return


def _figures(writings: list[Writing], seconds: float) -> list[Figure]:
    every = [one for writing in writings for one in writing.sent]
    what = f"messages, {len(writings)} writers"
    stored = [one.stored_at - one.at for one in every if one.stored_at is not None]
    pushed = [one.pushed_at - one.at for one in every if one.pushed_at is not None]
    return [figure(f"{what}: stored", stored, seconds), figure(f"{what}: received", pushed, seconds)]


def _not_pushed(writings: list[Writing]) -> list[str]:
    late = sum(one.pushed_at is None for writing in writings for one in writing.sent)
    return [f"{late} messages were not pushed within {PATIENCE_SECONDS:.0f} s"] if late else []


async def _read_back(pair: Pair, writings: list[Writing]) -> list[str]:
    """Both sides come back in empty browsers, and verify the room from its first item on."""
    lost = []
    for person in (pair.client, pair.counsellor):
        try:
            # Whoever meets a gap asks for what is missing, again and again.
            async with asyncio.timeout(READ_WITHIN_S), person.elsewhere() as again:
                await again.log_in()
                room = await again.open(pair.room.id)
        except (Refused, TimeoutError) as reason:
            lost.append(f"{person.name} could not read the room again: {reason!r}")
            continue
        texts = {one.position: one.text for one in room.lines}
        lost += differences([one.sent for one in writings], texts, sorted(room.verdicts))
    return lost


def differences(writers: list[list[Sent]], texts: dict[int, str | None], positions: list[int]) -> list[str]:
    """What was acknowledged and cannot be read where it was acknowledged; and gaps."""
    every = [one for sent in writers for one in sent]
    wrong = [f"a message was not taken: {one.refused}" for one in every if one.refused]
    silent = sum(one.position is None for one in every)
    wrong += [f"{silent} messages were not acknowledged"] if silent else []
    wrong += [
        f"position {one.position}: acknowledged, but not what is stored there"
        for one in every
        if one.position is not None and texts.get(one.position) != one.text
    ]
    for sent in writers:
        order = [one.position for one in sent if one.position is not None]
        if order != sorted(set(order)):
            wrong.append("messages of one writer were stored twice, or in another order than written")
    if positions != list(range(1, len(positions) + 1)):
        wrong.append("the positions of a room have gaps")
    return wrong
