"""Sealing to a person: HPKE base mode with X-Wing (RFC 9180, draft-connolly-cfrg-xwing-kem). docs/protocol.md 1."""

import hashlib
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from crypto.encoding import sized
from crypto.errors import DoesNotDecrypt, KeyInvalid, Malformed

KEM_KEY_SIZE: Final = 1216
WRAP_SIZE: Final = 1168
_LATTICE_SIZE: Final = 1184
_COEFFICIENT_BYTES: Final = 1152
_Q: Final = 3329
_P: Final = 2**255 - 19
# With these the shared secret does not depend on anybody's private key (RFC 7748 section 7) (T12).
SMALL_ORDER: Final = frozenset(
    (
        0,
        1,
        _P - 1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    )
)
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _reduced(lattice: bytes) -> bool:
    """Every twelve-bit coefficient is below q (FIPS 203 section 7.2)."""
    for at in range(0, _COEFFICIENT_BYTES, 3):
        low, middle, high = lattice[at], lattice[at + 1], lattice[at + 2]
        if low | (middle & 15) << 8 >= _Q or middle >> 4 | high << 4 >= _Q:
            return False
    return True


@lru_cache(maxsize=4096)
def _load_public(kem_pk: bytes) -> MLKEM768X25519PublicKey:
    u = int.from_bytes(kem_pk[_LATTICE_SIZE:], "little")
    if len(kem_pk) != KEM_KEY_SIZE or not _reduced(kem_pk) or u >= _P or u in SMALL_ORDER:
        raise KeyInvalid
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(kem_pk[:_LATTICE_SIZE]),
        X25519PublicKey.from_public_bytes(kem_pk[_LATTICE_SIZE:]),
    )


def check_kem_key(kem_pk: bytes) -> bytes:
    """The key itself, or KeyInvalid: wrong length, coefficients not reduced, small order (T12)."""
    _load_public(kem_pk)
    return kem_pk


@lru_cache(maxsize=256)
def _load_private(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = hashlib.shake_256(sized(seed, 32)).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


def kem_public_key(seed: bytes) -> bytes:
    """The 1216 public bytes of a 32-byte seed; public keys are always computed, never believed (T8)."""
    lattice, curve = _load_private(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def hpke_seal(kem_pk: bytes, plaintext: bytes, info: bytes) -> bytes:
    """`enc || ciphertext`: RFC 9180 section 6.1, base mode, empty aad. Raises KeyInvalid."""
    return _SUITE.encrypt(plaintext, _load_public(kem_pk), info)


def hpke_open(seed: bytes, sealed: bytes, info: bytes) -> bytes:
    """RFC 9180 section 6.1; raises DoesNotDecrypt for another key, another purpose or changed bytes (T15)."""
    try:
        return _SUITE.decrypt(sealed, MLKEM768X25519PrivateKey(*_load_private(seed)), info)
    except (InvalidTag, ValueError):
        raise DoesNotDecrypt from None


def open_secret(seed: bytes, sealed: bytes, info: bytes) -> bytes:
    """A sealed 32-byte secret; raises DoesNotDecrypt whatever is wrong."""
    try:
        return sized(hpke_open(seed, sized(sealed, WRAP_SIZE), info), 32)
    except Malformed:
        raise DoesNotDecrypt from None
