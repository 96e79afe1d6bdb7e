"""The parts of a roster: the root, the keys it certifies, people, revocations. docs/protocol.md section 5."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crypto import labels
from crypto.encoding import (
    ascending,
    display_name,
    each,
    labelled,
    lp,
    read_name,
    read_u64,
    read_word,
    sized,
    split,
    u64,
    word,
)
from crypto.encoding import fields as split_fields
from crypto.errors import Malformed, RootMismatch, RosterKeyInvalid
from crypto.hashing import digest
from crypto.identity import KemStatement, fingerprint_of, read_kem_statement, user_id_of
from crypto.signing import check_signing_key, read_object, sign_object, signing_key, verify

CAPABILITIES: Final = frozenset((b"coordinate", b"counsel", b"duty"))
_YEAR_MS: Final = 366 * 24 * 3600 * 1000
_MOST_KEYS: Final = 3
_MOST_SUCCESSIONS: Final = 8
_REASONS: Final = frozenset(("lost", "stolen"))
# The rank of roster keys rises with every succession, whatever number a stolen root may sign.
_RANK: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class AgencyRoot:
    """The root's public key and the hash of its successor's.

    `founding` and `successions` are there when it has replaced others: the agency keeps the name of its first root.
    """

    root_pk: bytes
    successor: bytes
    founding: bytes = b""
    successions: tuple[bytes, ...] = ()
    earlier: tuple[bytes, ...] = ()

    @property
    def plain(self) -> bytes:
        """This root alone."""
        return lp(labels.ROOT, self.root_pk, self.successor)

    @property
    def raw(self) -> bytes:
        """As a roster carries it: with everything that shows how it came after the founding root."""
        return lp(labels.ROOTS, self.founding, lp(*self.successions)) if self.successions else self.plain

    @property
    def own_fingerprint(self) -> bytes:
        """Of this very root; it covers the successor, so that a stolen root cannot name another one (T39)."""
        return digest(labels.ROOT_FINGERPRINT, self.root_pk, self.successor)

    @property
    def fingerprint(self) -> bytes:
        """Of the founding root: what the agency is called for ever, in pins, rooms and rosters."""
        return self.earlier[0] if self.earlier else self.own_fingerprint

    def known_as(self, fingerprint: bytes) -> bool:
        """Whether a link with this fingerprint leads here: one of the founding root, of this one, or of one between.

        Whoever holds a stolen root cannot satisfy a link that was printed after it had been replaced.
        """
        return fingerprint in (*self.earlier, self.own_fingerprint)


def make_root(root_seed: bytes, successor_seed: bytes) -> AgencyRoot:
    """The public root of two seeds; the second exists on paper only."""
    return AgencyRoot(signing_key(root_seed), digest(labels.SUCCESSOR, signing_key(successor_seed)))


def succeed_root(
    old: AgencyRoot, successor_seed: bytes, next_successor_seed: bytes, reason: str, created_at: int
) -> AgencyRoot:
    """The root after one that was `lost` or `stolen`: the key that lay on paper takes its place and names its own next.

    Raises RootMismatch when that is not the key which the old root named.
    """
    new = make_root(successor_seed, next_successor_seed)
    terms = (old.own_fingerprint, new.plain, word(reason), u64(created_at))
    succession = sign_object(successor_seed, lp(labels.SUCCESSION, *terms))
    return _succeeded(old, succession)


def read_root(raw: bytes) -> AgencyRoot:
    """Raises Malformed, KeyInvalid, SignatureInvalid, RootMismatch."""
    if split(raw)[:1] != [labels.ROOTS]:
        return _read_plain(raw)
    founding, listed = labelled(raw, labels.ROOTS, 2)
    root, successions = _read_plain(founding), each(listed, lambda one: one, _MOST_SUCCESSIONS)
    if not successions:
        raise Malformed
    for succession in successions:
        root = _succeeded(root, succession)
    return root


def _read_plain(raw: bytes) -> AgencyRoot:
    root_pk, successor = labelled(raw, labels.ROOT, 2)
    sized(successor, 32)
    return AgencyRoot(check_signing_key(sized(root_pk, 32)), successor)


def _succeeded(old: AgencyRoot, succession: bytes) -> AgencyRoot:
    body, signature, (replaced, raw, reason, created_at) = read_object(succession, labels.SUCCESSION, 4)
    sized(replaced, 32)
    if read_word(reason) not in _REASONS:
        raise Malformed
    read_u64(created_at)
    new = _read_plain(raw)
    verify(new.root_pk, signature, body)
    if replaced != old.own_fingerprint or digest(labels.SUCCESSOR, new.root_pk) != old.successor:
        raise RootMismatch
    return AgencyRoot(
        new.root_pk,
        new.successor,
        founding=old.founding or old.plain,
        successions=(*old.successions, succession),
        earlier=(*old.earlier, old.own_fingerprint),
    )


@dataclass(frozen=True, slots=True)
class RosterKey:
    """A coordinator's key for signing rosters; `holder` is the coordinator's fingerprint, times in ms."""

    pk: bytes
    holder: bytes
    not_before: int
    not_after: int


@dataclass(frozen=True, slots=True)
class RosterKeys:
    """The root's newest word on who may sign rosters. `seq` counts successions in its upper half (T11)."""

    seq: int
    keys: tuple[RosterKey, ...]
    raw: bytes

    def check_signer(self, pk: bytes, at: int) -> None:
        """Raises RosterKeyInvalid."""
        if not any(key.pk == pk and key.not_before <= at <= key.not_after for key in self.keys):
            raise RosterKeyInvalid


def sign_roster_keys(root_seed: bytes, root: AgencyRoot, seq: int, keys: Sequence[RosterKey]) -> bytes:
    """The statement that replaces all earlier ones; a key left out is revoked."""
    listed = (lp(key.pk, key.holder, u64(key.not_before), u64(key.not_after)) for key in keys)
    return sign_object(root_seed, lp(labels.ROSTER_KEYS, root.own_fingerprint, u64(seq), lp(*listed)))


def _read_roster_key(field: bytes) -> RosterKey:
    pk, holder, not_before, not_after = split_fields(field, 4)
    key = RosterKey(sized(pk, 32), sized(holder, 32), read_u64(not_before), read_u64(not_after))
    if not 0 <= key.not_after - key.not_before <= _YEAR_MS:
        raise Malformed
    check_signing_key(pk)
    return key


def read_roster_keys(raw: bytes, root: AgencyRoot) -> RosterKeys:
    """Verifies against the root; raises Malformed, KeyInvalid, SignatureInvalid."""
    body, signature, (fingerprint, seq, keys) = read_object(raw, labels.ROSTER_KEYS, 3)
    number, listed = read_u64(seq), each(keys, _read_roster_key, _MOST_KEYS)
    if fingerprint != root.own_fingerprint or not 1 <= number < _RANK:
        raise Malformed
    verify(root.root_pk, signature, body)
    return RosterKeys(len(root.successions) * _RANK + number, listed, raw)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the agency says of one of its people. Capabilities: coordinate, counsel, duty. Times in ms."""

    ed_pk: bytes
    kem_statement: bytes
    display_name: str
    capabilities: frozenset[str]
    not_before: int
    not_after: int

    @property
    def fingerprint(self) -> bytes:
        return fingerprint_of(self.ed_pk)

    @property
    def user_id(self) -> bytes:
        return user_id_of(self.ed_pk)

    @property
    def statement(self) -> KemStatement:
        return read_kem_statement(self.kem_statement, self.ed_pk)

    @property
    def kem_pk(self) -> bytes:
        return self.statement.kem_pk

    @property
    def raw(self) -> bytes:
        capabilities = lp(*sorted(word(one) for one in self.capabilities))
        span = (u64(self.not_before), u64(self.not_after))
        return lp(self.ed_pk, self.kem_statement, display_name(self.display_name), capabilities, *span)


def read_certificate(field: bytes) -> Certificate:
    """Verifies its keys and statement; raises Malformed, KeyInvalid, SuiteUnknown, SignatureInvalid."""
    ed_pk, kem_statement, name, listed, not_before, not_after = split_fields(field, 6)
    capabilities = each(listed, lambda one: one, len(CAPABILITIES))
    if not ascending(capabilities) or not CAPABILITIES.issuperset(capabilities):
        raise Malformed
    found = Certificate(
        sized(ed_pk, 32),
        kem_statement,
        read_name(name),
        frozenset(one.decode("ascii") for one in capabilities),
        read_u64(not_before),
        read_u64(not_after),
    )
    check_signing_key(ed_pk)
    read_kem_statement(kem_statement, ed_pk)
    return found


@dataclass(frozen=True, slots=True)
class Revocation:
    """From `revoked_at` (ms) on this person is certified no more; `reason` is a word."""

    fingerprint: bytes
    revoked_at: int
    reason: str

    @property
    def raw(self) -> bytes:
        return lp(self.fingerprint, u64(self.revoked_at), word(self.reason))


def read_revocation(field: bytes) -> Revocation:
    """Raises Malformed."""
    fingerprint, revoked_at, reason = split_fields(field, 3)
    return Revocation(sized(fingerprint, 32), read_u64(revoked_at), read_word(reason))
