"""Whether a roster may follow another: by what it says, and by the people whom the agency has here.

The server needs no secret for that, and every reader judges once more (docs/protocol.md section 5).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chatserver.errors import RosterInconsistent
from crypto import Certificate, Roster, from_ms, to_ms
from crypto.errors import RosterExpired, RosterForked, RosterKeyInvalid, RosterStale

LEEWAY: Final = timedelta(hours=24)
LARGEST_SEED: Final = 4096
WARNED_DAYS: Final = (14, 7, 3, 1)


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody whom the agency may certify, with the keys that their own client made."""

    account_id: str
    signing_key: bytes
    kem_statement: bytes


@dataclass(frozen=True, slots=True)
class Seed:
    """A duty seed as it came: whose, of which generation."""

    holder: str
    generation: int
    sealed: bytes


def check_first(new: Roster, name: str, now: datetime) -> None:
    """Roster number 1 of an agency of this name. Raises RosterStale, RosterInconsistent, RosterExpired."""
    if new.number != 1:
        raise RosterStale
    if new.agency_name != name or new.duty_generation != 1 or new.revocations:
        raise RosterInconsistent("roster")
    _check_issued(new, now)


def check_next(new: Roster, before: Roster, now: datetime) -> None:
    """Number, chain, date, and nothing taken back. Raises RosterStale, RosterForked, RosterExpired.

    RosterInconsistent: the duty key changed within its generation, or somebody vanished from it without being revoked:
    a reader could not tell that from a roster that was never complete.
    """
    if new.number != before.number + 1 or new.keys_seq < before.keys_seq:
        raise RosterStale
    if new.previous != before.hash:
        raise RosterForked
    _check_issued(new, now)
    _check_duty_key(new, before)
    if new.agency_name != before.agency_name:
        raise RosterInconsistent("roster")
    if not set(before.revocations) <= set(new.revocations):
        raise RosterInconsistent("revocations")
    gone = {one.fingerprint for one in before.certificates} - {one.fingerprint for one in new.certificates}
    if not gone <= {one.fingerprint for one in new.revocations}:
        raise RosterInconsistent("certificates")


def _check_issued(new: Roster, now: datetime) -> None:
    if abs(from_ms(new.issued_at) - now) > LEEWAY:
        raise RosterExpired


def _check_duty_key(new: Roster, before: Roster) -> None:
    step = new.duty_generation - before.duty_generation
    same_key = new.duty_kem_pk == before.duty_kem_pk
    if step not in (0, 1) or same_key != (step == 0):
        raise RosterInconsistent("duty_generation")
    if step == 0 and not _holders(before) <= _holders(new):
        # Whoever held it once would go on reading what waits (T41).
        raise RosterInconsistent("duty_generation")


def _holders(roster: Roster) -> set[bytes]:
    revoked = {one.fingerprint for one in roster.revocations}
    return {one.fingerprint for one in roster.certificates if "duty" in one.capabilities} - revoked


def check_signer(new: Roster, fingerprint: bytes) -> None:
    """Whoever publishes has signed it themselves, with a key that the root certified. Raises RosterKeyInvalid."""
    if not new.signed_by(fingerprint):
        raise RosterKeyInvalid


def certified_people(new: Roster, staff: Mapping[bytes, Employee], now: datetime) -> dict[bytes, Certificate]:
    """Who works there by this roster, by fingerprint; the keys are those that each one's own client made.

    Raises RosterInconsistent for somebody unknown here (T50), for other keys (T13), and for a roster key whose holder
    does not coordinate: whoever has left must not keep a key that certifies.
    """
    for one in new.certificates:
        known = staff.get(one.fingerprint)
        if known is None or (known.signing_key, known.kem_statement) != (one.ed_pk, one.kem_statement):
            raise RosterInconsistent("certificates")
    revoked = {one.fingerprint for one in new.revocations}
    people = {one.fingerprint: one for one in new.certificates if one.fingerprint not in revoked}
    at = to_ms(now)
    for key in new.keys.keys:
        holder = people.get(key.holder)
        if key.not_after >= at and (holder is None or "coordinate" not in holder.capabilities):
            raise RosterInconsistent("roster_keys")
    if not any("coordinate" in one.capabilities for one in people.values()):
        raise RosterInconsistent("certificates")
    return people


def check_seeds(new: Roster, seeds: Iterable[Seed], holders: Collection[str], *, renewed: bool) -> None:
    """Each is for somebody who holds the duty key. `renewed`: nobody who holds it may be left without the new one."""
    listed = list(seeds)
    if len({(one.holder, one.generation) for one in listed}) != len(listed):
        raise RosterInconsistent("duty_seeds")
    for one in listed:
        if one.holder not in holders or one.generation > new.duty_generation or len(one.sealed) > LARGEST_SEED:
            raise RosterInconsistent("duty_seeds")
    reached = {one.holder for one in listed if one.generation == new.duty_generation}
    if renewed and reached != set(holders):
        raise RosterInconsistent("duty_seeds")


def newly_revoked(new: Roster, before: Roster) -> set[bytes]:
    """The fingerprints of those whom this roster revokes for the first time."""
    return {one.fingerprint for one in new.revocations} - {one.fingerprint for one in before.revocations}


def newly_certified(people: Iterable[Certificate], before: Roster) -> bool:
    """Whether anybody is certified for the first time, or for something else, or with other keys (T50)."""
    shown = {(one.fingerprint, one.kem_statement, one.display_name, one.capabilities) for one in before.certificates}
    return any((one.fingerprint, one.kem_statement, one.display_name, one.capabilities) not in shown for one in people)


def warnings(expires_at: datetime, now: datetime) -> list[tuple[int, datetime]]:
    """When the coordinators are told that a roster expires, with the days that are left then."""
    planned = [(days, expires_at - timedelta(days=days)) for days in WARNED_DAYS]
    return [(days, at) for days, at in planned if at > now]
