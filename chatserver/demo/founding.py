"""Founding an agency as a coordinator's browser would: keys are made here, and only what a server may have leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_bytes, token_hex
from typing import Final

from chatserver.agencies.model import Agency, Roster, SealedDutySeed
from chatserver.demo.cast import ZONE, DemoAgency, Worker
from crypto import (
    AgencyRoot,
    Certificate,
    Identity,
    RosterKey,
    kem_public_key,
    make_root,
    new_identity,
    read_roster,
    seal_duty_seed,
    sign_roster,
    sign_roster_keys,
    to_ms,
)
from crypto import Roster as SignedRoster
from crypto.signing import signing_key

COUNSELS: Final = frozenset({"counsel", "duty"})
COORDINATES: Final = frozenset({"coordinate"})
CERTIFIED_FOR: Final = timedelta(days=365)
FIRST_GENERATION: Final = 1


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a coordinator's browser holds for the moment of founding. The first two exist on paper only afterwards."""

    root_seed: bytes = field(repr=False)
    successor_seed: bytes = field(repr=False)
    roster_seed: bytes = field(repr=False)
    duty_seed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A worker with keys, as only their own browser has them."""

    worker: Worker
    identity: Identity
    coordinates: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """An agency with its keys. The server gets `agency`, `roster`, `duty_seeds`; the rest goes to paper and vaults."""

    agency: Agency
    roster: Roster
    duty_seeds: tuple[SealedDutySeed, ...]
    signed: SignedRoster
    staff: tuple[Colleague, ...]
    secrets: Secrets


def found(plan: DemoAgency, now: datetime) -> Founded:
    """Makes every key of an agency and signs its first roster."""
    secrets = Secrets(*(token_bytes(32) for _ in range(4)))
    root = make_root(secrets.root_seed, secrets.successor_seed)
    staff = tuple(Colleague(worker, new_identity(), False) for worker in plan.counsellors)
    staff += (Colleague(plan.coordinator, new_identity(), True),)
    raw = _first_roster(plan, root, secrets, staff, now)
    signed = read_roster(raw, root.fingerprint)
    agency = _agency(plan, root)
    return Founded(
        agency=agency,
        roster=stored_roster(agency.id, signed, raw, now),
        duty_seeds=_sealed_duty_seeds(agency.id, root, secrets, staff),
        signed=signed,
        staff=staff,
        secrets=secrets,
    )


def _agency(plan: DemoAgency, root: AgencyRoot) -> Agency:
    return Agency(
        id=token_hex(16),
        name=plan.name,
        about_de=plan.about_de,
        about_en=plan.about_en,
        address=plan.address,
        phone=plan.phone,
        zone=ZONE,
        root_fingerprint=root.fingerprint,
        fallback=plan.fallback,
    )


def _first_roster(
    plan: DemoAgency, root: AgencyRoot, secrets: Secrets, staff: Sequence[Colleague], now: datetime
) -> bytes:
    """Certificates count from midnight UTC, so that nobody's clock is a minute too slow for them."""
    begins = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    since, until = to_ms(begins), to_ms(begins + CERTIFIED_FOR)
    keeper = next(one for one in staff if one.coordinates)
    key = RosterKey(signing_key(secrets.roster_seed), keeper.identity.fingerprint, since, until)
    return sign_roster(
        secrets.roster_seed,
        root=root,
        roster_keys=sign_roster_keys(secrets.root_seed, root, 1, [key]),
        number=1,
        previous=bytes(32),
        issued_at=to_ms(now),
        agency_name=plan.name,
        duty_generation=FIRST_GENERATION,
        duty_kem_pk=kem_public_key(secrets.duty_seed),
        certificates=[_certificate(one, since, until) for one in staff],
    )


def _certificate(one: Colleague, since: int, until: int) -> Certificate:
    return Certificate(
        ed_pk=one.identity.ed_pk,
        kem_statement=one.identity.kem_statement,
        display_name=one.worker.display_name,
        capabilities=COORDINATES if one.coordinates else COUNSELS,
        not_before=since,
        not_after=until,
    )


def _sealed_duty_seeds(
    agency_id: str, root: AgencyRoot, secrets: Secrets, staff: Sequence[Colleague]
) -> tuple[SealedDutySeed, ...]:
    return tuple(
        SealedDutySeed(
            agency_id=agency_id,
            generation=FIRST_GENERATION,
            holder_id=one.identity.user_id.hex(),
            sealed=seal_duty_seed(
                secrets.duty_seed, root.fingerprint, FIRST_GENERATION, one.identity.fingerprint, one.identity.kem_pk
            ),
        )
        for one in staff
        if not one.coordinates
    )


def stored_roster(agency_id: str, signed: SignedRoster, raw: bytes, now: datetime) -> Roster:
    """A verified roster as the server keeps it."""
    return Roster(
        agency_id=agency_id,
        number=signed.number,
        hash=signed.hash,
        roster=raw,
        duty_generation=signed.duty_generation,
        stored_at=now,
    )
