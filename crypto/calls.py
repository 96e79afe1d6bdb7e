"""Call signals: what two pages say to each other before and while they talk. docs/protocol.md section 13.

Sealed under the room's epoch and signed like a message, so that a server can neither put itself in the middle (T36)
nor learn an address from them (T48); with no position and never stored, so that no trace of a call is left.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crypto import labels
from crypto.chance import CHANCE, Chance
from crypto.encoding import fields, labelled, lp, read_u64, read_word, sized, u64, word
from crypto.envelope import CALL, Place, check_signed, open_padded, seal_signed
from crypto.errors import (
    CommitmentFailed,
    EnvelopeTooLarge,
    EpochOver,
    EpochUnknown,
    Replayed,
    SenderNotMember,
    VersionUnknown,
    WrongRoom,
)
from crypto.identity import Identity
from crypto.items import item_form

CALL_VERSION: Final = 1
LARGEST_SIGNAL: Final = 24 * 1024
# Voices that a reader remembers: a person has one in each call. Whoever has been silent longest is forgotten.
_REMEMBERED: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeader:
    """The part of a call signal that the server reads. `sender` is a fingerprint."""

    version: int = CALL_VERSION
    room: bytes
    epoch: int
    kc: bytes
    sender: bytes
    call_id: bytes
    counter: int
    salt: bytes

    @property
    def raw(self) -> bytes:
        where = (self.room, u64(self.epoch), self.kc, self.sender, self.call_id)
        return lp(labels.CALL_SIGNAL, u64(self.version), *where, u64(self.counter), self.salt)


@dataclass(frozen=True, slots=True)
class CallSignal:
    """A signal whose signature holds. `sent_at` in ms UTC, as the sender claims."""

    sender: bytes
    call_id: bytes
    counter: int
    kind: str
    sent_at: int
    content: bytes


def read_call_header(envelope: bytes) -> CallHeader:
    """Cheap, without secrets. Raises EnvelopeTooLarge, EnvelopeBroken, VersionUnknown."""
    if len(envelope) > LARGEST_SIGNAL:
        raise EnvelopeTooLarge
    with item_form():
        raw, _ = fields(envelope, 2)
        version, room, epoch, kc, sender, call_id, counter, salt = labelled(raw, labels.CALL_SIGNAL, 8)
        header = CallHeader(
            version=read_u64(version),
            room=sized(room, 16),
            epoch=read_u64(epoch),
            kc=sized(kc, 32),
            sender=sized(sender, 32),
            call_id=sized(call_id, 16),
            counter=read_u64(counter),
            salt=sized(salt, 32),
        )
    if header.version != CALL_VERSION:
        raise VersionUnknown
    return header


def check_call_place(header: CallHeader, *, room: bytes, epoch: int, kc: bytes) -> None:
    """Raises WrongRoom, EpochOver (T17), EpochUnknown, CommitmentFailed."""
    if header.room != room:
        raise WrongRoom
    if header.epoch != epoch:
        raise EpochOver if header.epoch < epoch else EpochUnknown
    if header.kc != kc:
        raise CommitmentFailed


class CallWriter:
    """One page's voice in one call."""

    def __init__(self, identity: Identity, call_id: bytes, *, chance: Chance = CHANCE) -> None:
        self._identity, self._call_id, self._chance = identity, sized(call_id, 16), chance
        self.counter = 0

    def seal(self, place: Place, kind: str, content: bytes, *, sent_at: int) -> bytes:
        """The next signal. Raises EnvelopeTooLarge, Malformed before the counter moves."""
        header = CallHeader(
            room=place.room,
            epoch=place.epoch,
            kc=place.kc,
            sender=self._identity.fingerprint,
            call_id=self._call_id,
            counter=self.counter,
            salt=self._chance.draw(32),
        )
        body = lp(word(kind), u64(sent_at), content)
        envelope = seal_signed(CALL, header.raw, place.key, self._identity, body)
        if len(envelope) > LARGEST_SIGNAL:
            raise EnvelopeTooLarge
        self.counter += 1
        return envelope


class CallReader:
    """One page's ear in one room: each signal counts once, in its order; what was lost on the way is let go."""

    def __init__(self) -> None:
        self._next: OrderedDict[tuple[bytes, bytes], int] = OrderedDict()

    def open(self, place: Place, members: Mapping[bytes, bytes], envelope: bytes) -> CallSignal:
        """`members`: signing keys by fingerprint, of the epoch.

        Raises what `read_call_header` and `check_call_place` do; SenderNotMember, Replayed (T24), DoesNotDecrypt,
        PaddingInvalid, EnvelopeBroken, SignatureInvalid (T25, T36). What is refused moves nothing.
        """
        header = read_call_header(envelope)
        check_call_place(header, room=place.room, epoch=place.epoch, kc=place.kc)
        if header.sender not in members:
            raise SenderNotMember
        voice = (header.sender, header.call_id)
        if header.counter < self._next.get(voice, 0):
            raise Replayed
        raw, signature, body = open_padded(CALL, envelope, place.key)
        with item_form():
            kind, sent_at, content = fields(body, 3)
            said = CallSignal(*voice, header.counter, read_word(kind), read_u64(sent_at), content)
        check_signed(CALL, raw, signature, body, members[header.sender])
        self._next[voice] = header.counter + 1
        self._next.move_to_end(voice)
        if len(self._next) > _REMEMBERED:
            self._next.popitem(last=False)
        return said
