"""Ed25519 keys and signatures that some engines take and others refuse: both of ours must refuse them (T12, T43)."""

import hashlib
from typing import Final

from crypto.signing import _D, _IDENTITY, _L, _P, _add, _decode, _Point, _times, signing_key

# A point of order 8 (RFC 8032 gives none; found as [L]Q for the first y that is not in the prime-order group).
_BASE_Y: Final = 4 * pow(5, -1, _P) % _P


def _encode(point: _Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _order_eight() -> _Point:
    for y in range(2, 100):
        square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
        if pow(square, (_P - 1) // 2, _P) != 1:
            continue
        torsion = _times(_L, _decode(y.to_bytes(32, "little")))
        if _encode(_times(4, torsion)) != _encode(_IDENTITY):
            return torsion
    raise AssertionError


def _scalar(ed_seed: bytes) -> tuple[int, bytes]:
    """RFC 8032 section 5.1.5."""
    hashed = hashlib.sha512(ed_seed).digest()
    clamped = bytearray(hashed[:32])
    clamped[0] &= 248
    clamped[31] = clamped[31] & 127 | 64
    return int.from_bytes(clamped, "little"), hashed[32:]


def _challenge(r: bytes, a: bytes, data: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + a + data).digest(), "little")


def torsion_signatures(ed_seed: bytes, data: bytes) -> dict[str, tuple[bytes, bytes, bytes]]:
    """(key, signature, data): signatures that hold with the cofactor only."""
    scalar, prefix = _scalar(ed_seed)
    base, torsion = _decode(_BASE_Y.to_bytes(32, "little")), _order_eight()
    nonce = int.from_bytes(hashlib.sha512(prefix + data).digest(), "little") % _L
    key = signing_key(ed_seed)
    mixed_r = _encode(_add(_times(nonce, base), torsion))
    mixed_key = _encode(_add(_decode(key), torsion))
    plain_r = _encode(_times(nonce, base))

    def signed(r: bytes, a: bytes) -> bytes:
        return r + ((nonce + _challenge(r, a, data) * scalar) % _L).to_bytes(32, "little")

    # The third holds for A + T8 even without the cofactor when the challenge, which engines first reduce mod L, is a
    # multiple of 8: then [k]T8 is the identity.
    lucky = next(
        (number, found)
        for number in range(1000)
        if _challenge(plain_r, mixed_key, found := data + number.to_bytes(2)) % _L % 8 == 0
    )[1]
    lucky_signature = plain_r + ((nonce + _challenge(plain_r, mixed_key, lucky) * scalar) % _L).to_bytes(32, "little")
    return {
        "R + T8": (key, signed(mixed_r, key), data),
        "A + T8": (mixed_key, signed(plain_r, mixed_key), data),
        "A + T8, holds without the cofactor": (mixed_key, lucky_signature, lucky),
        "A = identity": (_encode(_IDENTITY), plain_r + nonce.to_bytes(32, "little"), data),
        "A and R + T8": (mixed_key, signed(mixed_r, mixed_key), data),
    }


def bad_signing_keys() -> dict[str, bytes]:
    """Small order, not canonical, not on the curve."""
    torsion = _order_eight()
    small = {f"small order, [{times}]T8": _encode(_times(times, torsion)) for times in range(1, 8)}
    return {
        **small,
        "identity": _encode(_IDENTITY),
        "identity with sign": (1 | 1 << 255).to_bytes(32, "little"),
        "zero": bytes(32),
        "y = p": _P.to_bytes(32, "little"),
        "y = p + 1": (_P + 1).to_bytes(32, "little"),
        "not on the curve": (7).to_bytes(32, "little"),
        "all ones": b"\xff" * 32,
        "31 bytes": bytes(31),
        "33 bytes": bytes(33),
    }
