"""The duty key: its seed, sealed to each colleague who may step in. docs/protocol.md section 5."""

from dataclasses import dataclass, field

from crypto import labels
from crypto.chance import CHANCE, Chance
from crypto.encoding import fields, lp, sized, u64
from crypto.errors import CryptoRefusal, DutySeedInvalid
from crypto.hashing import SUITE, digest
from crypto.identity import Identity
from crypto.roster import Roster
from crypto.sealing import kem_public_key, open_secret


@dataclass(frozen=True, slots=True)
class DutySeed:
    """One generation of an agency's duty key, opened."""

    root_fingerprint: bytes
    generation: int
    seed: bytes = field(repr=False)

    @property
    def kem_pk(self) -> bytes:
        return kem_public_key(self.seed)


def duty_fingerprint(root_fingerprint: bytes, generation: int, kem_pk: bytes) -> bytes:
    """What names the duty key in a member list."""
    return digest(labels.DUTY_FINGERPRINT, root_fingerprint, u64(generation), kem_pk)


def seal_duty_seed(
    seed: bytes,
    root_fingerprint: bytes,
    generation: int,
    holder_fingerprint: bytes,
    holder_kem_pk: bytes,
    *,
    chance: Chance = CHANCE,
) -> bytes:
    """For one holder; raises KeyInvalid."""
    head = lp(labels.DUTY_SEED, u64(SUITE), root_fingerprint, u64(generation), kem_public_key(seed), holder_fingerprint)
    return lp(head, chance.hpke(holder_kem_pk, seed, digest(labels.DUTY_SEED_INFO, head)))


def open_duty_seed(sealed: bytes, identity: Identity, root_fingerprint: bytes) -> DutySeed:
    """Raises DutySeedInvalid whatever is wrong. Compare with the roster: see is_listed()."""
    try:
        head, ciphertext = fields(sealed, 2)
        generation = int.from_bytes(sized(fields(head, 6)[3], 8))
        seed = open_secret(identity.kem_seed, ciphertext, digest(labels.DUTY_SEED_INFO, head))
        claimed = (root_fingerprint, u64(generation), kem_public_key(seed), identity.fingerprint)
        if head != lp(labels.DUTY_SEED, u64(SUITE), *claimed):
            raise DutySeedInvalid
    except CryptoRefusal:
        raise DutySeedInvalid from None
    return DutySeed(root_fingerprint, generation, seed)


def is_listed(duty: DutySeed, roster: Roster) -> bool:
    """Whether this is the duty key that the roster names."""
    return (duty.root_fingerprint, duty.generation, duty.kem_pk) == (
        roster.root_fingerprint,
        roster.duty_generation,
        roster.duty_kem_pk,
    )
