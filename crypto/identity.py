"""Who somebody is: an Ed25519 key that signs and an X-Wing key that is sealed to. docs/protocol.md section 2."""

import hashlib
from dataclasses import dataclass

from crypto import labels
from crypto.chance import CHANCE, Chance
from crypto.encoding import lp, read_u64, sized, u64
from crypto.errors import KemStatementStale, Malformed, SignatureInvalid, SuiteUnknown
from crypto.hashing import SUITE, digest
from crypto.sealing import check_kem_key, kem_public_key
from crypto.signing import read_object, sign, sign_object, signing_key, verify


def user_id_of(ed_pk: bytes) -> bytes:
    """16 bytes: the account's id."""
    return digest(labels.USER_ID, ed_pk)[:16]


def fingerprint_of(ed_pk: bytes) -> bytes:
    """32 bytes: what names a person inside everything that is signed."""
    return digest(labels.FINGERPRINT, ed_pk)


@dataclass(frozen=True, slots=True)
class Identity:
    """The secret half of a person. Public keys are always computed from the seeds (T8)."""

    ed_seed: bytes
    kem_seed: bytes
    kem_seq: int = 1

    @property
    def ed_pk(self) -> bytes:
        return signing_key(self.ed_seed)

    @property
    def kem_pk(self) -> bytes:
        return kem_public_key(self.kem_seed)

    @property
    def user_id(self) -> bytes:
        return user_id_of(self.ed_pk)

    @property
    def fingerprint(self) -> bytes:
        return fingerprint_of(self.ed_pk)

    @property
    def kem_statement(self) -> bytes:
        """The signed statement that this KEM key is this person's."""
        body = lp(labels.KEM_STATEMENT, self.user_id, u64(self.kem_seq), u64(SUITE), self.kem_pk)
        return sign_object(self.ed_seed, body)

    def sign(self, data: bytes) -> bytes:
        """Ed25519 over `data`, which begins with a label."""
        return sign(self.ed_seed, data)

    def __repr__(self) -> str:
        # Seeds must not reach a log through a traceback.
        return f"Identity({self.user_id.hex()})"


def new_identity(*, chance: Chance = CHANCE) -> Identity:
    """A new person with fresh seeds."""
    return Identity(chance.draw(32), chance.draw(32))


@dataclass(frozen=True, slots=True)
class KemStatement:
    """A verified statement; `raw` is what was signed, for passing on."""

    user_id: bytes
    seq: int
    kem_pk: bytes
    raw: bytes


def read_kem_statement(statement: bytes, ed_pk: bytes) -> KemStatement:
    """Verifies everything; raises Malformed, SuiteUnknown, KeyInvalid, SignatureInvalid."""
    body, signature, (user_id, seq, suite, kem_pk) = read_object(statement, labels.KEM_STATEMENT, 4)
    sized(user_id, 16)
    number = read_u64(seq)
    if number < 1:
        raise Malformed
    if read_u64(suite) != SUITE:
        raise SuiteUnknown
    check_kem_key(kem_pk)
    verify(ed_pk, signature, body)
    if user_id != user_id_of(ed_pk):
        raise SignatureInvalid
    return KemStatement(user_id, number, kem_pk, statement)


def kem_pin_of(kem_pk: bytes) -> bytes:
    """What the vault keeps of a person's KEM key."""
    return digest(labels.KEM_PIN, kem_pk)


def check_not_older(statement: KemStatement, seq: int, pin: bytes) -> None:
    """Raises KemStatementStale if the pinned number would go down or contradict itself (T13)."""
    if statement.seq < seq or (statement.seq == seq and kem_pin_of(statement.kem_pk) != pin):
        raise KemStatementStale


def safety_number(one: bytes, other: bytes) -> str:
    """60 digits in twelve groups from two fingerprints; both sides see the same."""
    hashed = hashlib.sha512(lp(labels.SAFETY_NUMBER, min(one, other), max(one, other))).digest()
    groups = (int.from_bytes(hashed[5 * at : 5 * at + 5]) % 100_000 for at in range(12))
    return " ".join(f"{group:05d}" for group in groups)


def safety_code(mine: bytes, theirs: bytes) -> bytes:
    """What the QR code of a safety number holds, before base64url: whose fingerprint is whose is told apart."""
    return lp(labels.SAFETY_CODE, mine, theirs)
