"""Ed25519 (RFC 8032) with the rules that make all engines agree. docs/protocol.md section 1.

Engines differ on keys and signatures with a small-order part: one member could show different rooms to different
browsers (T43). So a key must be canonical, on the curve, in the prime-order group and not the identity (T12); with such
a key OpenSSL's equation without the cofactor leaves no room for a second R.
"""

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crypto.encoding import fields, lp, sized, split
from crypto.errors import KeyInvalid, Malformed, SignatureInvalid

_KEY_SIZE: Final = 32
_SIGNATURE_SIZE: Final = 64
_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]
_IDENTITY: Final[_Point] = (0, 1, 1, 0)


def _recover_x(y: int, sign: int) -> int:
    """RFC 8032 section 5.1.3; raises KeyInvalid for what is not a canonical point."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P != 0:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P != 0 or (x == 0 and sign == 1):
        raise KeyInvalid
    return _P - x if x & 1 != sign else x


def _decode(encoded: bytes) -> _Point:
    number = int.from_bytes(encoded, "little")
    y = number & ((1 << 255) - 1)
    if len(encoded) != _KEY_SIZE or y >= _P:
        raise KeyInvalid
    x = _recover_x(y, number >> 255)
    return (x, y, 1, x * y % _P)


def _add(p: _Point, q: _Point) -> _Point:
    """Extended twisted Edwards coordinates, complete addition (RFC 8032 section 5.1.4)."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _is_identity(p: _Point) -> bool:
    return p[0] % _P == 0 and (p[1] - p[2]) % _P == 0


def _times(scalar: int, point: _Point) -> _Point:
    found = _IDENTITY
    while scalar:
        if scalar & 1:
            found = _add(found, point)
        point = _add(point, point)
        scalar >>= 1
    return found


@lru_cache(maxsize=4096)
def _load_public(ed_pk: bytes) -> Ed25519PublicKey:
    point = _decode(ed_pk)
    if _is_identity(point) or not _is_identity(_times(_L, point)):
        raise KeyInvalid
    return Ed25519PublicKey.from_public_bytes(ed_pk)


def check_signing_key(ed_pk: bytes) -> bytes:
    """The key itself, or KeyInvalid (T12, T43). Costs about 2 ms once per key."""
    _load_public(ed_pk)
    return ed_pk


@lru_cache(maxsize=256)
def _load_private(ed_seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sized(ed_seed, 32))


def signing_key(ed_seed: bytes) -> bytes:
    """The public key of a 32-byte seed."""
    return _load_private(ed_seed).public_key().public_bytes_raw()


def sign(ed_seed: bytes, data: bytes) -> bytes:
    """64 bytes (RFC 8032 section 5.1.6); `data` begins with a label (T34)."""
    return _load_private(ed_seed).sign(data)


def verify(ed_pk: bytes, signature: bytes, data: bytes) -> None:
    """RFC 8032 section 5.1.7, without the cofactor; raises KeyInvalid or SignatureInvalid (T43)."""
    key = _load_public(ed_pk)
    if len(signature) != _SIGNATURE_SIZE or int.from_bytes(signature[32:], "little") >= _L:
        raise SignatureInvalid
    try:
        key.verify(signature, data)
    except InvalidSignature:
        raise SignatureInvalid from None


def sign_object(ed_seed: bytes, body: bytes) -> bytes:
    """A signed object: lp(body, signature)."""
    return lp(body, sign(ed_seed, body))


def read_object(data: bytes, label: bytes, count: int) -> tuple[bytes, bytes, list[bytes]]:
    """(body, signature, the `count` fields after the label); nothing is verified yet."""
    body, signature = fields(data, 2)
    sized(signature, 64)
    found = split(body)
    if len(found) != count + 1 or found[0] != label:
        raise Malformed
    return body, signature, found[1:]
