"""Message envelopes: the readable header, and what it says about place and sender. docs/protocol.md section 8."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from crypto import labels
from crypto.commit import Commit
from crypto.encoding import ZERO32, lp, read_u64, sized, u64
from crypto.errors import (
    ClockNotAllowed,
    CommitmentFailed,
    EnvelopeBroken,
    EpochOver,
    EpochUnknown,
    Malformed,
    SenderNotMember,
    TranscriptMismatch,
    VersionUnknown,
    WrongRoom,
)
from crypto.items import message_id, parts_of
from crypto.members import CLIENT, COUNSELLOR, MODERATOR

MESSAGE_VERSION: Final = 1
# The label, and a field for each of a header's.
_PARTS: Final = 13
CLOCKS: Final = (b"none", b"asks", b"answers", b"needs_no_answer")
MAY_SAY: Final[dict[str, frozenset[str]]] = {
    CLIENT: frozenset(("none", "asks", "needs_no_answer")),
    COUNSELLOR: frozenset(("none", "answers")),
    MODERATOR: frozenset(("none", "answers")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The part of a message that the server reads; all of it is signed and in the AAD. `sender` is a fingerprint."""

    version: int = MESSAGE_VERSION
    clock: str
    room: bytes
    epoch: int
    kc: bytes
    sender: bytes
    session: bytes
    counter: int
    prev_id: bytes
    seen_pos: int
    seen_th: bytes
    salt: bytes

    @property
    def raw(self) -> bytes:
        return lp(
            labels.MESSAGE,
            u64(self.version),
            self.clock.encode("ascii"),
            self.room,
            u64(self.epoch),
            self.kc,
            self.sender,
            self.session,
            u64(self.counter),
            self.prev_id,
            u64(self.seen_pos),
            self.seen_th,
            self.salt,
        )


def _read(parts: list[bytes]) -> Header:
    version, clock, room, epoch, kc, sender, session, counter, prev_id, seen_pos, seen_th, salt = parts
    if clock not in CLOCKS:
        raise Malformed
    header = Header(
        version=read_u64(version),
        clock=clock.decode("ascii"),
        room=sized(room, 16),
        epoch=read_u64(epoch),
        kc=sized(kc, 32),
        sender=sized(sender, 32),
        session=sized(session, 16),
        counter=read_u64(counter),
        prev_id=sized(prev_id, 32),
        seen_pos=read_u64(seen_pos),
        seen_th=sized(seen_th, 32),
        salt=sized(salt, 32),
    )
    if (header.counter == 0) != (header.prev_id == ZERO32):
        raise Malformed
    return header


def read_header(envelope: bytes) -> Header:
    """Cheap, without secrets. Raises EnvelopeTooLarge, EnvelopeBroken, VersionUnknown."""
    return read_message(envelope)[0]


def read_message(envelope: bytes) -> tuple[Header, bytes]:
    """The header and the id, in one reading. Raises EnvelopeTooLarge, EnvelopeBroken, VersionUnknown."""
    kind, raw, ciphertext, parts = parts_of(envelope)
    if kind != "message" or len(parts) != _PARTS:
        raise EnvelopeBroken
    try:
        header = _read(parts[1:])
    except Malformed:
        raise EnvelopeBroken from None
    if header.version != MESSAGE_VERSION:
        raise VersionUnknown
    return header, message_id(raw, ciphertext)


def check_header(header: Header, *, room: bytes, epoch: int, kc: bytes, sender: bytes, role: str) -> None:
    """What the server knows of the sender and the room against what the header says (T38).

    Raises WrongRoom, EpochOver, EpochUnknown, CommitmentFailed, SenderNotMember, ClockNotAllowed.
    """
    if header.room != room:
        raise WrongRoom
    if header.epoch != epoch:
        raise EpochOver if header.epoch < epoch else EpochUnknown
    if header.kc != kc:
        raise CommitmentFailed
    if header.sender != sender or role not in MAY_SAY:
        raise SenderNotMember
    if header.clock not in MAY_SAY[role]:
        raise ClockNotAllowed


def check_seen(
    seen: Header | Commit, *, log_position: int, last_position: int, th_at: Callable[[int], bytes | None]
) -> None:
    """That the sender names a true pair; `th_at` gives the transcript there; raises TranscriptMismatch (T45)."""
    if not log_position <= seen.seen_pos <= last_position or th_at(seen.seen_pos) != seen.seen_th:
        raise TranscriptMismatch
