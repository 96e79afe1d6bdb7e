"""Sealing and opening messages: signed inside, padded, under a key that is used once. docs/protocol.md section 8."""

from dataclasses import dataclass, field
from typing import Final

from crypto import labels
from crypto.bodies import Body, check_writable, read_body, write_body
from crypto.chance import CHANCE, Chance
from crypto.encoding import ZERO32, fields, lp, padme, read_u64, sized, u64
from crypto.errors import PaddingInvalid
from crypto.hashing import digest, expand, open_aes, seal_aes
from crypto.identity import Identity
from crypto.message import Header
from crypto.signing import verify

_SIGNATURE: Final = 64
_FRONT: Final = _SIGNATURE + 4
_LEAST: Final = 256
_LARGEST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next message goes: what its header names, and the key that seals it."""

    room: bytes
    epoch: int
    kc: bytes
    key: bytes = field(repr=False)
    seen_pos: int
    seen_th: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope for the outbox, stored and sent verbatim."""

    envelope: bytes
    id: bytes
    uid: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """The inside of a message whose signature holds. `sent_at` in ms UTC, as the sender claims."""

    uid: bytes
    sent_at: int
    body: Body


def padded_size(body_size: int) -> int:
    """The only length that a message with such a body may have."""
    return max(_LEAST, padme(_FRONT + body_size))


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a signed and padded body is for: the labels of its key and of its signature (T34)."""

    key: labels.Label
    signature: labels.Label


MESSAGE: Final = Purpose(labels.MSG, labels.MESSAGE_SIGNATURE)
CALL: Final = Purpose(labels.CALL, labels.CALL_SIGNATURE)


def seal_message(header: Header, key: bytes, identity: Identity, body: bytes) -> bytes:
    """The envelope; `header.salt` must be fresh (T27). Raises PaddingInvalid for what is too long for any message."""
    return seal_signed(MESSAGE, header.raw, key, identity, body)


def seal_signed(purpose: Purpose, raw: bytes, key: bytes, identity: Identity, body: bytes) -> bytes:
    """`lp(raw, ct)` with the body signed and padded inside; `raw` holds a fresh salt (T27). Raises PaddingInvalid."""
    signature = identity.sign(lp(purpose.signature, raw, body))
    plain = (signature + len(body).to_bytes(4) + body).ljust(padded_size(len(body)), b"\x00")
    if len(plain) > _LARGEST:
        raise PaddingInvalid
    return lp(raw, seal_aes(expand(key, purpose.key, raw), plain, raw))


def open_padded(purpose: Purpose, envelope: bytes, key: bytes) -> tuple[bytes, bytes, bytes]:
    """The header, the signature and the body, which nobody has verified yet. Raises DoesNotDecrypt, PaddingInvalid."""
    raw, ciphertext = fields(envelope, 2)
    plain = open_aes(expand(key, purpose.key, raw), ciphertext, raw)
    return raw, plain[:_SIGNATURE], _body_of(plain)


def check_signed(purpose: Purpose, raw: bytes, signature: bytes, body: bytes, ed_pk: bytes) -> None:
    """Raises SignatureInvalid (T25)."""
    verify(ed_pk, signature, lp(purpose.signature, raw, body))


def _body_of(plain: bytes) -> bytes:
    size = int.from_bytes(plain[_SIGNATURE:_FRONT])
    if not _LEAST <= len(plain) <= _LARGEST or _FRONT + size > len(plain) or len(plain) != padded_size(size):
        raise PaddingInvalid
    if plain.count(0, _FRONT + size) != len(plain) - _FRONT - size:
        raise PaddingInvalid
    return plain[_FRONT : _FRONT + size]


def open_message(envelope: bytes, key: bytes, ed_pk: bytes) -> Opened:
    """Raises DoesNotDecrypt, PaddingInvalid (T29), Malformed, SignatureInvalid (T25), MessageEmpty, MessageTooLarge."""
    raw, signature, body = open_padded(MESSAGE, envelope, key)
    uid, kind, sent_at, content = fields(body, 4)
    sized(uid, 16)
    at = read_u64(sent_at)
    check_signed(MESSAGE, raw, signature, body, ed_pk)
    return Opened(uid, at, read_body(kind, content))


class Writer:
    """One page's voice in one room: its session, and the chain of what it wrote (T21-T24).

    After a refusal a new Writer is made: a chain never has two messages in one place.
    """

    def __init__(self, identity: Identity, *, chance: Chance = CHANCE) -> None:
        self._identity = identity
        self._chance = chance
        self.session = chance.draw(16)
        self.counter = 0
        self.prev_id = ZERO32

    def seal(self, place: Place, body: Body, *, sent_at: int, clock: str = "none", uid: bytes | None = None) -> Sealed:
        """Raises MessageEmpty, MessageTooLarge, Malformed before the chain moves."""
        check_writable(body)
        kind, content = write_body(body)
        uid = self._chance.draw(16) if uid is None else uid
        header = Header(
            clock=clock,
            room=place.room,
            epoch=place.epoch,
            kc=place.kc,
            sender=self._identity.fingerprint,
            session=self.session,
            counter=self.counter,
            prev_id=self.prev_id,
            seen_pos=place.seen_pos,
            seen_th=place.seen_th,
            salt=self._chance.draw(32),
        )
        inner = lp(sized(uid, 16), kind, u64(sent_at), content)
        envelope = seal_message(header, place.key, self._identity, inner)
        self.prev_id = digest(labels.MESSAGE_ID, *fields(envelope, 2))
        self.counter += 1
        return Sealed(envelope, self.prev_id, uid)
