"""Agencies that the server has made up: one of the attacker's own, and one for which anybody can sign."""

from collections.abc import Sequence
from typing import Final

from crypto import AgencyRoot, DutySeed, Roster, kem_public_key, make_root, sign_roster, sign_roster_keys
from crypto.encoding import fields, lp
from crypto.roster_parts import Certificate, RosterKey
from crypto.signing import signing_key

ROOT: Final = b"r" * 32
_ROSTER: Final = b"k" * 32
_DUTY: Final = b"d" * 32
# Of order one: R = B with S = 1 holds under it for every message, since [1]B = B + [k]0.
IDENTITY: Final = (1).to_bytes(32, "little")
FORGED: Final = b"\x58" + b"\x66" * 31 + (1).to_bytes(32, "little")


def foreign_roster(true: Roster, now: int, root_seed: bytes = ROOT, more: Sequence[Certificate] = ()) -> bytes:
    """The attacker's own agency under the same name, with people of their choice. `now` in ms UTC."""
    root = make_root(root_seed, b"s" * 32)
    return _roster(true, now, root, _keys(root_seed, root, now), more)


def foreign_duty(roster: Roster) -> DutySeed:
    """What opens every enquiry to that agency."""
    return DutySeed(roster.root_fingerprint, 1, _DUTY)


def anybodys_roster(true: Roster, now: int) -> bytes:
    """An agency whose root is the identity: its signature over the roster keys was made without any secret."""
    root = AgencyRoot(IDENTITY, b"s" * 32)
    statement = fields(_keys(ROOT, root, now), 2)[0]
    return _roster(true, now, root, lp(statement, FORGED))


def _keys(root_seed: bytes, root: AgencyRoot, now: int) -> bytes:
    return sign_roster_keys(root_seed, root, 1, [RosterKey(signing_key(_ROSTER), b"f" * 32, now - 1, now + 1)])


def _roster(true: Roster, now: int, root: AgencyRoot, keys: bytes, more: Sequence[Certificate] = ()) -> bytes:
    return sign_roster(
        _ROSTER,
        root=root,
        roster_keys=keys,
        number=true.number,
        previous=true.previous,
        issued_at=now,
        agency_name=true.agency_name,
        duty_generation=1,
        duty_kem_pk=kem_public_key(_DUTY),
        certificates=[*true.certificates, *more],
    )
