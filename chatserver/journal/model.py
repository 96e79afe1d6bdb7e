"""Commitments to what happened to promises, their chain, and its signed heads. docs/guarantee.md says every byte.

A commitment hides what it commits to from whoever lacks its salt, and binds the server to it. When a thread is deleted
its salts go, and nobody can tell any more which entries were its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from chatserver.threads.receipts import event_id
from crypto import to_ms
from crypto.encoding import lp, read_u64, sized, u64, utf8, word
from crypto.errors import CryptoRefusal
from crypto.signing import read_object, sign_object, verify

_KEY: Final = b"sprechraum/1 journal key"
_SALT: Final = b"sprechraum/1 journal salt"
_ENTRY: Final = b"sprechraum/1 journal entry"
_START: Final = b"sprechraum/1 journal start"
_LINK: Final = b"sprechraum/1 journal link"
_HEAD: Final = b"sprechraum/1 journal head"

# What happens to a promise and is sealed. Reminders are not: they change nothing about it.
KINDS: Final = ("opened", "stopped", "breached", "contested", "waived", "put_back", "handed_on", "inherited")


class JournalBroken(Exception):  # noqa: N818  named by what is the case
    """A journal that does not hold. Its text is the sentence that whoever checks it gets to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of one promise. `clock_salt`: that of the promise; `because`: why it ended, if it did."""

    kind: str
    at: datetime
    due_at: datetime
    policy: str
    because: str
    clock_salt: bytes

    @property
    def salt(self) -> bytes:
        """Its own 32 bytes: whoever is shown one event of a promise cannot open the others."""
        return sha256(lp(_SALT, self.clock_salt, word(self.kind))).digest()

    @property
    def promise(self) -> bytes:
        """The name of the promise: that of its opening, as in its receipt."""
        return event_id(self.clock_salt, "opened")

    @property
    def commitment(self) -> bytes:
        """What the journal holds of it."""
        return commitment(
            self.salt,
            kind=self.kind,
            promise=self.promise,
            at=to_ms(self.at),
            due_at=to_ms(self.due_at),
            policy=self.policy,
            because=self.because,
        )


def commitment(  # the parts of an entry, in their order
    salt: bytes, *, kind: str, promise: bytes, at: int, due_at: int, policy: str, because: str
) -> bytes:
    """SHA-256 over the salt and the event. Times in ms UTC."""
    event = lp(word(kind), promise, u64(at), u64(due_at), utf8(policy), utf8(because))
    return sha256(lp(_ENTRY, salt, event)).digest()


def start_of(agency: str) -> bytes:
    """The link before the first entry."""
    return sha256(lp(_START, bytes.fromhex(agency))).digest()


def link(before: bytes, number: int, entry: bytes) -> bytes:
    """The link of the entry with that number, counted from 1."""
    return sha256(lp(_LINK, before, u64(number), entry)).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far a journal went at a time (ms UTC)."""

    agency: bytes
    number: int
    link: bytes
    sealed_at: int


def journal_seed(receipt_seed: bytes) -> bytes:
    """Of the key that signs heads: another than that of receipts, and no file more to be lost."""
    return sha256(lp(_KEY, receipt_seed)).digest()


def sign_head(seed: bytes, head: Head) -> bytes:
    """By the journal key."""
    return sign_object(seed, lp(_HEAD, head.agency, u64(head.number), head.link, u64(head.sealed_at)))


def read_head(data: bytes, key: bytes) -> Head:
    """Raises JournalBroken whatever is wrong."""
    try:
        body, signature, (agency, number, at_link, sealed_at) = read_object(data, _HEAD, 4)
        head = Head(
            agency=sized(agency, 16),
            number=read_u64(number),
            link=sized(at_link, 32),
            sealed_at=read_u64(sealed_at),
        )
        verify(key, signature, body)
    except CryptoRefusal:
        raise JournalBroken("a head was not signed by this server") from None
    return head


def check_journal(agency: str, entries: Sequence[bytes], heads: Iterable[bytes], key: bytes) -> Head:
    """The last head of a whole journal whose chain and signatures hold. Raises JournalBroken."""
    links = [start_of(agency)]
    for number, entry in enumerate(entries, start=1):
        links.append(link(links[-1], number, entry))
    last: Head | None = None
    for one in heads:
        last = _checked(read_head(one, key), last, agency, links)
    if last is None:
        raise JournalBroken("no head vouches for it")
    if last.number != len(entries):
        raise JournalBroken(f"no head vouches for the entries after number {last.number}")
    return last


def _checked(head: Head, before: Head | None, agency: str, links: Sequence[bytes]) -> Head:
    if head.agency.hex() != agency:
        raise JournalBroken("a head belongs to another agency")
    if before is not None and (head.number <= before.number or head.sealed_at < before.sealed_at):
        raise JournalBroken(f"the head of number {head.number} goes back behind the one before it")
    if not 0 < head.number < len(links):
        raise JournalBroken(f"entries up to number {head.number}, for which a head vouches, are missing")
    if head.link != links[head.number]:
        raise JournalBroken(f"an entry up to number {head.number} is not the one that was sealed")
    return head
