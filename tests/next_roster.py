"""What a coordinator's client makes: a root with its paper, and one roster after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import Final

from chatserver.agencies.wire import SealedSeed
from crypto import (
    AgencyRoot,
    Certificate,
    DutySeed,
    Identity,
    Revocation,
    Roster,
    RosterKey,
    kem_public_key,
    make_root,
    read_roster,
    seal_duty_seed,
    sign_roster,
    sign_roster_keys,
    to_ms,
)
from crypto.signing import signing_key

A_YEAR: Final = timedelta(days=365)
RENEW_BEFORE: Final = timedelta(days=25)


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed and locked away: two keys that exist nowhere else."""

    root_seed: bytes = field(repr=False)
    successor_seed: bytes = field(repr=False)

    @property
    def root(self) -> AgencyRoot:
        """The public root of both."""
        return make_root(self.root_seed, self.successor_seed)


@dataclass(frozen=True, slots=True)
class Founded:
    """What a founder's client holds when everything has been made."""

    paper: Paper
    roster_seed: bytes = field(repr=False)
    duty: DutySeed
    roster: Roster


def new_paper() -> Paper:
    """Two fresh keys."""
    return Paper(token_bytes(32), token_bytes(32))


def certificate(one: Identity, name: str, capabilities: Iterable[str], now: datetime) -> Certificate:
    """Good for a year, from midnight UTC."""
    return certificate_of(one.ed_pk, one.kem_statement, name, capabilities, now)


def certificate_of(
    ed_pk: bytes, kem_statement: bytes, name: str, capabilities: Iterable[str], now: datetime
) -> Certificate:
    """The same for public keys that came from elsewhere."""
    since, until = year_from(now)
    return Certificate(ed_pk, kem_statement, name, frozenset(capabilities), since, until)


def year_from(now: datetime) -> tuple[int, int]:
    """From midnight UTC on, so that nobody's clock is a minute too slow."""
    begins = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return to_ms(begins), to_ms(begins + A_YEAR)


def first_roster(
    founder: Identity, founder_name: str, capabilities: Iterable[str], agency: str, now: datetime
) -> Founded:
    """Makes every key of an agency, and signs its first roster."""
    paper, roster_seed, duty_seed = new_paper(), token_bytes(32), token_bytes(32)
    since, until = year_from(now)
    key = RosterKey(signing_key(roster_seed), founder.fingerprint, since, until)
    raw = sign_roster(
        roster_seed,
        root=paper.root,
        roster_keys=sign_roster_keys(paper.root_seed, paper.root, 1, [key]),
        number=1,
        previous=bytes(32),
        issued_at=to_ms(now),
        agency_name=agency,
        duty_generation=1,
        duty_kem_pk=kem_public_key(duty_seed),
        certificates=[certificate(founder, founder_name, capabilities, now)],
    )
    fingerprint = paper.root.fingerprint
    return Founded(paper, roster_seed, DutySeed(fingerprint, 1, duty_seed), read_roster(raw, fingerprint))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be different in the next roster. Nothing: the same people for another 35 days."""

    certify: Sequence[Certificate] = ()
    revoke: Sequence[Revocation] = ()
    roster_keys: bytes | None = None
    duty: DutySeed | None = None


def next_roster(before: Roster, roster_seed: bytes, changes: Changes, now: datetime) -> Roster:
    """The next number, signed. Everybody stays on the list: who has left is revoked and keeps their name."""
    replaced = {one.fingerprint for one in changes.certify}
    kept = [one for one in before.certificates if one.fingerprint not in replaced]
    raw = sign_roster(
        roster_seed,
        root=before.root,
        roster_keys=changes.roster_keys or before.keys.raw,
        number=before.number + 1,
        previous=before.hash,
        issued_at=to_ms(now),
        agency_name=before.agency_name,
        duty_generation=changes.duty.generation if changes.duty else before.duty_generation,
        duty_kem_pk=changes.duty.kem_pk if changes.duty else before.duty_kem_pk,
        certificates=[*kept, *changes.certify],
        revocations=[*before.revocations, *changes.revoke],
    )
    return read_roster(raw, before.root_fingerprint)


def keys_with(
    paper: Paper, before: Roster, pk: bytes, holder: bytes, now: datetime, *, instead_of: bytes | None = None
) -> bytes:
    """The roster keys with one more, signed by the root that came from paper; without those of whom it replaces."""
    since, until = year_from(now)
    kept = [one for one in before.keys.keys if one.holder != instead_of]
    keys = [*kept, RosterKey(pk, holder, since, until)]
    return sign_roster_keys(paper.root_seed, paper.root, _next_seq(before), keys)


def keys_without(paper: Paper, before: Roster, holder: bytes) -> bytes:
    """The roster keys without those of somebody who leaves."""
    keys = [one for one in before.keys.keys if one.holder != holder]
    return sign_roster_keys(paper.root_seed, paper.root, _next_seq(before), keys)


def _next_seq(before: Roster) -> int:
    # The upper half counts successions.
    return before.keys.seq % (1 << 32) + 1


def holders_in(roster: Roster) -> list[Certificate]:
    """Who holds the duty key by this roster."""
    revoked = {one.fingerprint for one in roster.revocations}
    return [one for one in roster.certificates if "duty" in one.capabilities and one.fingerprint not in revoked]


def sealed_to(duty: DutySeed, holder: Certificate) -> SealedSeed:
    """One generation of the duty key for one colleague."""
    sealed = seal_duty_seed(duty.seed, duty.root_fingerprint, duty.generation, holder.fingerprint, holder.kem_pk)
    return SealedSeed(holder.user_id.hex(), duty.generation, sealed)


def next_duty(before: Roster) -> DutySeed:
    """A fresh key for the next generation."""
    return DutySeed(before.root_fingerprint, before.duty_generation + 1, token_bytes(32))


def as_left(one: Certificate, now: datetime) -> Revocation:
    """From now on this person is certified no more."""
    return Revocation(one.fingerprint, to_ms(now), "left")


def with_capabilities(one: Certificate, capabilities: Iterable[str]) -> Certificate:
    """The same person for other things."""
    return replace(one, capabilities=frozenset(capabilities))
