"""The roster: who works at an agency, signed, numbered and chained. docs/protocol.md section 5."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crypto import labels
from crypto.encoding import ZERO32, ascending, display_name, each, fields, lp, read_name, read_u64, sized, split, u64
from crypto.errors import (
    Malformed,
    NotCertified,
    RootMismatch,
    RosterExpired,
    RosterForked,
    RosterMissing,
    RosterStale,
    SuiteUnknown,
    TooLarge,
)
from crypto.hashing import SUITE, digest
from crypto.roster_parts import (
    AgencyRoot,
    Certificate,
    Revocation,
    RosterKeys,
    read_certificate,
    read_revocation,
    read_root,
    read_roster_keys,
)
from crypto.sealing import check_kem_key
from crypto.signing import read_object, sign_object, signing_key, verify

LARGEST_ROSTER: Final = 1 << 20
DAY_MS: Final = 24 * 3600 * 1000
LIFETIME_MS: Final = 35 * DAY_MS
_MOST_PEOPLE: Final = 4096


@dataclass(frozen=True, slots=True)
class RosterPin:
    """What a reader remembers of an agency's roster."""

    number: int
    hash: bytes
    keys_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A verified roster. `signer` is the roster key that signed it, one of `keys`. Times in ms UTC."""

    root: AgencyRoot
    keys: RosterKeys
    signer: bytes
    number: int
    previous: bytes
    issued_at: int
    expires_at: int
    agency_name: str
    duty_generation: int
    duty_kem_pk: bytes
    certificates: tuple[Certificate, ...]
    revocations: tuple[Revocation, ...]
    hash: bytes
    raw: bytes

    @property
    def keys_seq(self) -> int:
        """That of the statement which certified the signer (T11)."""
        return self.keys.seq

    @property
    def root_fingerprint(self) -> bytes:
        """Of the founding root: it stays when the root is replaced."""
        return self.root.fingerprint

    @property
    def pin(self) -> RosterPin:
        """What is remembered of it, so that nothing older is accepted (T11, T40)."""
        return RosterPin(self.number, self.hash, self.keys_seq)

    def check_good_at(self, at: int) -> None:
        """Raises RosterExpired; a day's leeway for clocks that go wrong."""
        if not self.issued_at - DAY_MS <= at <= self.expires_at + DAY_MS:
            raise RosterExpired

    def signed_by(self, holder: bytes) -> bool:
        """Whether the key that signed it is this coordinator's; `holder` is their fingerprint."""
        return any(key.pk == self.signer and key.holder == holder for key in self.keys.keys)

    def revoked(self, fingerprint: bytes, at: int) -> bool:
        """Whether this person is certified no more at `at` (ms), whatever the certificates say (T10)."""
        return any(one.fingerprint == fingerprint and one.revoked_at <= at for one in self.revocations)

    def certified(self, fingerprint: bytes, at: int, *capabilities: str) -> Certificate:
        """The certificate that holds at that time and grants all of these; raises NotCertified (T10)."""
        if not self.revoked(fingerprint, at):
            for one in self.certificates:
                held = one.fingerprint == fingerprint and one.not_before <= at <= one.not_after
                if held and one.capabilities.issuperset(capabilities):
                    return one
        raise NotCertified


def sign_roster(
    roster_seed: bytes,
    *,
    root: AgencyRoot,
    roster_keys: bytes,
    number: int,
    previous: bytes,
    issued_at: int,
    agency_name: str,
    duty_generation: int,
    duty_kem_pk: bytes,
    certificates: Sequence[Certificate],
    revocations: Sequence[Revocation] = (),
    expires_at: int | None = None,
) -> bytes:
    """A roster as bytes; it lasts 35 days unless told otherwise. Sorts the people itself."""
    body = lp(
        labels.ROSTER,
        u64(SUITE),
        root.raw,
        roster_keys,
        u64(number),
        previous,
        u64(issued_at),
        u64(issued_at + LIFETIME_MS if expires_at is None else expires_at),
        signing_key(roster_seed),
        display_name(agency_name),
        u64(duty_generation),
        duty_kem_pk,
        lp(*(one.raw for one in sorted(certificates, key=lambda one: one.fingerprint))),
        lp(*(one.raw for one in sorted(revocations, key=lambda one: one.fingerprint))),
    )
    return sign_object(roster_seed, body)


def _check_form(roster: Roster) -> None:
    lasting = roster.expires_at - roster.issued_at
    if roster.number < 1 or (roster.number == 1) != (roster.previous == ZERO32):
        raise Malformed
    if not 0 < lasting <= LIFETIME_MS or roster.duty_generation < 1:
        raise Malformed
    if not ascending(one.fingerprint for one in roster.certificates):
        raise Malformed
    if not ascending(one.fingerprint for one in roster.revocations):
        raise Malformed


@lru_cache(maxsize=256)
def read_roster(data: bytes, root_fingerprint: bytes) -> Roster:
    """Verifies everything but pins and today's date (check_pin, check_good_at).

    `root_fingerprint`: of the founding root, or of any that came after it. Raises TooLarge, Malformed, SuiteUnknown,
    KeyInvalid, RootMismatch, RosterKeyInvalid, SignatureInvalid.
    """
    if len(data) > LARGEST_ROSTER:
        raise TooLarge
    body, signature, found = read_object(data, labels.ROSTER, 13)
    if read_u64(found[0]) != SUITE:
        raise SuiteUnknown
    root = read_root(found[1])
    if not root.known_as(root_fingerprint):
        raise RootMismatch
    keys = read_roster_keys(found[2], root)
    roster = _read_rest(data, root, keys, found)
    keys.check_signer(roster.signer, roster.issued_at)
    verify(found[7], signature, body)
    _check_form(roster)
    return roster


def _read_rest(data: bytes, root: AgencyRoot, keys: RosterKeys, found: list[bytes]) -> Roster:
    return Roster(
        root=root,
        keys=keys,
        number=read_u64(found[3]),
        previous=sized(found[4], 32),
        issued_at=read_u64(found[5]),
        expires_at=read_u64(found[6]),
        signer=sized(found[7], 32),
        agency_name=read_name(found[8]),
        duty_generation=read_u64(found[9]),
        duty_kem_pk=check_kem_key(found[10]),
        certificates=each(found[11], read_certificate, _MOST_PEOPLE),
        revocations=each(found[12], read_revocation, _MOST_PEOPLE),
        hash=digest(labels.ROSTER_HASH, data),
        raw=data,
    )


def root_fingerprint_of(data: bytes) -> bytes:
    """The root that a roster claims: for a first contact without a link, shown as not confirmed (T39)."""
    return read_root(split(fields(data, 2)[0])[2]).fingerprint


def check_pin(roster: Roster, pin: RosterPin | None) -> RosterPin:
    """The pin to keep from now on; raises RosterStale (T11), RosterForked (T40)."""
    if pin is None:
        return roster.pin
    if roster.number < pin.number or roster.keys_seq < pin.keys_seq:
        raise RosterStale
    if roster.number == pin.number and roster.hash != pin.hash:
        raise RosterForked
    if roster.number == pin.number + 1 and roster.previous != pin.hash:
        raise RosterForked
    return roster.pin


class RosterBook:
    """The rosters at hand, of any agency. Everything in it has been verified."""

    def __init__(self, rosters: Iterable[Roster] = ()) -> None:
        self._known: dict[bytes, dict[int, Roster]] = {}
        for roster in rosters:
            self.add(roster)

    def add(self, roster: Roster) -> None:
        """Raises RosterForked if one of that number is there with another hash, or the chain does not join (T40)."""
        known = self._known.setdefault(roster.root_fingerprint, {})
        same, before, after = (known.get(roster.number + step) for step in (0, -1, 1))
        if same is not None and same.hash != roster.hash:
            raise RosterForked
        if before is not None and roster.previous != before.hash:
            raise RosterForked
        if after is not None and after.previous != roster.hash:
            raise RosterForked
        known[roster.number] = roster

    def find(self, root_fingerprint: bytes, number: int, hashed: bytes) -> Roster:
        """Raises RosterMissing, RosterForked."""
        roster = self._known.get(root_fingerprint, {}).get(number)
        if roster is None:
            raise RosterMissing
        if roster.hash != hashed:
            raise RosterForked
        return roster

    def newest(self, root_fingerprint: bytes) -> Roster | None:
        """The highest number at hand, or None."""
        known = self._known.get(root_fingerprint)
        return known[max(known)] if known else None
