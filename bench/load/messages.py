"""What is sent, sealed as a client seals it, and what became of it."""

import base64
import time
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Final

from bench.furnished import Seats, Signed
from crypto import Identity, Text
from crypto.bodies import write_body
from crypto.encoding import ZERO32, lp, u64
from crypto.envelope import seal_message
from crypto.items import item_id
from crypto.message import Header

LETTERS: Final = 1000
# The last letters of an envelope are its authentication tag: no two have the same.
TAIL: Final = 24
SIDES: Final = ("client", "counsellor")
CLOCKS: Final = ("asks", "answers")


@dataclass(slots=True, eq=False)
class Message:
    """One message: `body` is the event's argument as JSON, the instants are seconds of the generator's own clock.

    An instant of 0 has not come yet. `heard_at` and `heard` tell of the other side: the position that it was told, and
    how often.
    """

    side: int
    envelope: bytes
    body: bytes
    due: float = 0.0
    told_at: float = 0.0
    heard_at: float = 0.0
    position: int = 0
    heard_position: int = 0
    heard: int = 0
    refused: str = ""

    @property
    def finished_at(self) -> float:
        """When it was both on disk and at the other side."""
        return max(self.told_at, self.heard_at) if self.told_at and self.heard_at else 0.0


class Voice:
    """One side of a room. As crypto.Writer, but keys are derived once and the place stays: it remains a true one."""

    def __init__(self, seats: Seats, side: int) -> None:
        signed: Signed = getattr(seats, SIDES[side])
        self._identity = Identity(bytes.fromhex(signed.ed_seed), bytes.fromhex(signed.kem_seed))
        self._fingerprint = self._identity.fingerprint
        self._seats, self._side = seats, side
        self._key = bytes.fromhex(seats.key)
        self._session, self._counter, self._prev_id = token_bytes(16), 0, ZERO32

    def next(self) -> Message:
        """The next message of this session."""
        seats = self._seats
        header = Header(
            clock=CLOCKS[self._side],
            room=bytes.fromhex(seats.room),
            epoch=seats.epoch,
            kc=bytes.fromhex(seats.kc),
            sender=self._fingerprint,
            session=self._session,
            counter=self._counter,
            prev_id=self._prev_id,
            seen_pos=seats.seen_pos,
            seen_th=bytes.fromhex(seats.seen_th),
            salt=token_bytes(32),
        )
        kind, content = write_body(Text(f"{self._counter} ".ljust(LETTERS, "x")))
        inner = lp(token_bytes(16), kind, u64(int(time.time() * 1000)), content)
        envelope = seal_message(header, self._key, self._identity, inner)
        self._prev_id, self._counter = item_id(envelope), self._counter + 1
        text = base64.urlsafe_b64encode(envelope).rstrip(b"=")
        return Message(self._side, text, b'{"room":"%s","envelope":"%s"}' % (seats.room.encode("ascii"), text))


@dataclass(slots=True, eq=False)
class Conversation:
    """A room of two, the messages that wait to be sent in it, and all that were."""

    seats: Seats
    voices: tuple[Voice, Voice] = field(init=False)
    ready: list[Message] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    by_tail: dict[bytes, Message] = field(default_factory=dict)
    strangers: int = 0
    _turn: int = 0

    def __post_init__(self) -> None:
        self.voices = Voice(self.seats, 0), Voice(self.seats, 1)

    def seal(self, how_many: int) -> None:
        """Both sides in turn, until so many are ready. The first in line is the last of the list."""
        missing = how_many - len(self.ready)
        fresh = []
        for _ in range(missing):
            fresh.append(self.voices[self._turn].next())
            self._turn = 1 - self._turn
        self.ready = fresh[::-1] + self.ready

    def take(self) -> Message:
        """The next one to be sent. Raises IndexError when none is ready."""
        message = self.ready.pop()
        self.sent.append(message)
        self.by_tail[message.envelope[-TAIL:]] = message
        return message
