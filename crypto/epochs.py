"""An epoch: one secret for everyone in the room, committed to and wrapped for each. docs/protocol.md section 6."""

from dataclasses import dataclass

from crypto import labels
from crypto.chance import Chance
from crypto.encoding import sized, u64
from crypto.errors import CommitmentFailed, DoesNotDecrypt
from crypto.hashing import SUITE, digest, expand
from crypto.members import Member
from crypto.sealing import open_secret


def epoch_key(secret: bytes, room: bytes, epoch: int, room_share: bytes) -> bytes:
    """Ek. Without the server's share the secret opens nothing (T37)."""
    return expand(secret, labels.EK, room, u64(epoch), sized(room_share, 32))


@dataclass(frozen=True, slots=True)
class EpochTerms:
    """What an epoch's secret is bound to: place, history and members (T15)."""

    room: bytes
    epoch: int
    log_prev: bytes
    members_hash: bytes

    def commitment(self, key: bytes) -> bytes:
        """kc: the same secret with another member list gives another one (T44)."""
        return expand(key, labels.KC, u64(SUITE), self.room, u64(self.epoch), self.log_prev, self.members_hash)

    def wrap_info(self, kc: bytes, fingerprint: bytes) -> bytes:
        """Binds a wrap to its epoch, its members and its recipient (T15)."""
        place = (u64(SUITE), self.room, u64(self.epoch), self.log_prev, self.members_hash)
        return digest(labels.EPOCH_WRAP, *place, kc, fingerprint)


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch as its log entry announces it."""

    terms: EpochTerms
    kc: bytes
    position: int

    def key(self, secret: bytes, room_share: bytes) -> bytes:
        """Ek of a secret, checked against the commitment; raises CommitmentFailed (T16)."""
        found = epoch_key(secret, self.terms.room, self.terms.epoch, room_share)
        if self.terms.commitment(found) != self.kc:
            raise CommitmentFailed
        return found

    def unwrap(self, kem_seed: bytes, wrap: bytes, fingerprint: bytes) -> bytes:
        """The secret; raises CommitmentFailed for a wrap of another room, epoch or person (T15)."""
        try:
            return open_secret(kem_seed, wrap, self.terms.wrap_info(self.kc, fingerprint))
        except DoesNotDecrypt:
            raise CommitmentFailed from None


def seal_epoch(
    terms: EpochTerms, members: tuple[Member, ...], secret: bytes, room_share: bytes, chance: Chance
) -> tuple[bytes, tuple[bytes, ...]]:
    """(kc, a wrap per member in the order given)."""
    kc = terms.commitment(epoch_key(secret, terms.room, terms.epoch, room_share))
    wraps = (chance.hpke(one.kem_pk, secret, terms.wrap_info(kc, one.fingerprint)) for one in members)
    return kc, tuple(wraps)


def grant_info(old: Epoch, log_prev: bytes, signer: bytes, recipient: bytes) -> bytes:
    """What an older secret is sealed with when it is handed to somebody who came later (T19)."""
    place = (u64(SUITE), old.terms.room, u64(old.terms.epoch), old.kc, log_prev)
    return digest(labels.HISTORY_GRANT, *place, signer, recipient)
