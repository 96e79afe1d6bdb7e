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
    u64,
    word,
)
from crypto.encoding import fields as split_fields
from crypto.errors import Malformed, RosterKeyInvalid
from crypto.hashing import digest
from crypto.identity import KemStatement, fingerprint_of, read_kem_statement, user_id_of
from crypto.signing import check_signing_key, read_object, sign_object, signing_key, verify

CAPABILITIES: Final = frozenset((b"coordinate", b"counsel", b"duty"))
_YEAR_MS: Final = 366 * 24 * 3600 * 1000
_MOST_KEYS: Final = 3


@dataclass(frozen=True, slots=True)
class AgencyRoot:
    """The root's public key and the hash of its successor's; the fingerprint covers both (T39)."""

    root_pk: bytes
    successor: bytes

    @property
    def raw(self) -> bytes:
        return lp(labels.ROOT, self.root_pk, self.successor)

    @property
    def fingerprint(self) -> bytes:
        return digest(labels.ROOT_FINGERPRINT, self.root_pk, self.successor)


def make_root(root_seed: bytes, successor_seed: bytes) -> AgencyRoot:
    """The public root of two seeds; the second exists on paper only."""
    return AgencyRoot(signing_key(root_seed), digest(labels.SUCCESSOR, signing_key(successor_seed)))


def read_root(raw: bytes) -> AgencyRoot:
    """Raises Malformed, KeyInvalid."""
    root_pk, successor = labelled(raw, labels.ROOT, 2)
    sized(successor, 32)
    return AgencyRoot(check_signing_key(sized(root_pk, 32)), successor)


@dataclass(frozen=True, slots=True)
class RosterKey:
    """A coordinator's key for signing rosters; `holder` is the coordinator's fingerprint, times in ms."""

    pk: bytes
    holder: bytes
    not_before: int
    not_after: int


@dataclass(frozen=True, slots=True)
class RosterKeys:
    """The root's newest word on who may sign rosters."""

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
    return sign_object(root_seed, lp(labels.ROSTER_KEYS, root.fingerprint, u64(seq), lp(*listed)))


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
    found = RosterKeys(read_u64(seq), each(keys, _read_roster_key, _MOST_KEYS), raw)
    if fingerprint != root.fingerprint or found.seq < 1:
        raise Malformed
    verify(root.root_pk, signature, body)
    return found


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
