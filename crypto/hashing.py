"""Hashes, key derivation and the box: AES-256-GCM under a key that is used once. docs/protocol.md section 1."""

import hashlib
import hmac
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.chance import Chance
from crypto.encoding import fields, lp, sized
from crypto.errors import DoesNotDecrypt
from crypto.labels import Label

SUITE: Final = 1
# A constant nonce is sound because every encryption has its own key, derived from a fresh salt (T27).
_NONCE: Final = bytes(12)


def digest(label: Label, *parts: bytes) -> bytes:
    """H of the specification: SHA-256 over lp(label, parts…)."""
    return hashlib.sha256(lp(label, *parts)).digest()


def hkdf_expand(key: bytes, info: bytes) -> bytes:
    """The first block of HKDF-Expand-SHA256 (RFC 5869 section 2.3), which is all that 32 bytes need."""
    return hmac.digest(key, info + b"\x01", "sha256")


def expand(key: bytes, label: Label, *parts: bytes) -> bytes:
    """`hkdf_expand` with a label of its own for each purpose (T34); `key` has exactly 32 bytes."""
    return hkdf_expand(sized(key, 32), lp(label, *parts))


def seal_aes(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """AES-256-GCM (RFC 5116 section 5.2) with the zero nonce; the key must never have been used before."""
    return AESGCM(key).encrypt(_NONCE, plaintext, aad)


def open_aes(key: bytes, ciphertext: bytes, aad: bytes) -> bytes:
    """Raises DoesNotDecrypt."""
    try:
        return AESGCM(key).decrypt(_NONCE, ciphertext, aad)
    except (InvalidTag, ValueError):
        raise DoesNotDecrypt from None


def seal_box(key: bytes, label: Label, aad: bytes, plaintext: bytes, salt: bytes) -> bytes:
    """lp(aad, salt32, ct). The callers in this package draw the salt in the same breath."""
    return lp(aad, salt, seal_aes(expand(key, label, salt, aad), plaintext, aad))


def seal_in_box(key: bytes, label: Label, aad: bytes, plaintext: bytes, chance: Chance) -> bytes:
    """A box with a salt drawn here (T27)."""
    return seal_box(key, label, aad, plaintext, chance.draw(32))


def open_box(key: bytes, label: Label, aad: bytes, box: bytes) -> bytes:
    """Raises Malformed or DoesNotDecrypt; what the box says about itself must be what was asked for (T5)."""
    found, salt, ciphertext = fields(box, 3)
    sized(salt, 32)
    if found != aad:
        raise DoesNotDecrypt
    return open_aes(expand(key, label, salt, aad), ciphertext, aad)
