"""Sealing a push to a browser (RFC 8291, RFC 8188), and saying who sends it (VAPID, RFC 8292).

Written out, because what is there brings a way of sending of its own, which no guard of ours sees (outward.py).
"""

import hmac
import json
import os
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.encoding import lp

POINT_BYTES: Final = 65
AUTH_BYTES: Final = 16
RECORD_BYTES: Final = 4096
# RFC 8292, section 2: a day at most.
TOKEN_LASTS: Final = timedelta(hours=12)
_LABEL: Final = b"sprechraum/1 push key"
_CURVE: Final = ec.SECP256R1()
# The order of the curve's group.
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def push_key_of(server_secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The server's own key for all pushes: it follows from the secret that all nodes share."""
    wide = hmac.digest(server_secret, lp(_LABEL), "sha512")
    return ec.derive_private_key(1 + int.from_bytes(wide) % (_ORDER - 1), _CURVE)


def point_of(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes."""
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def is_point(data: bytes) -> bool:
    """Whether these bytes are somebody's public key."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, data)
    except (ValueError, InvalidKey):
        return False
    return len(data) == POINT_BYTES


def seal(
    content: bytes,
    browser: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """What only that browser opens. Salt and own key are drawn for this one push, but in a test."""
    salt, own = salt or os.urandom(16), own or ec.generate_private_key(_CURVE)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, browser))
    key = _hkdf(auth, shared, b"WebPush: info\0" + browser + point_of(own), 32)
    sealing = AESGCM(_hkdf(salt, key, b"Content-Encoding: aes128gcm\0", 16))
    nonce = _hkdf(salt, key, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD_BYTES.to_bytes(4) + bytes([POINT_BYTES]) + point_of(own)
    # 2 ends the last record.
    return head + sealing.encrypt(nonce, content + b"\x02", None)


def authorization(key: ec.EllipticCurvePrivateKey, origin: str, contact: str, now: datetime) -> str:
    """The header that lets this server push there, for half a day."""
    claims = {"aud": origin, "exp": int((now + TOKEN_LASTS).timestamp()), "sub": contact}
    parts = ({"typ": "JWT", "alg": "ES256"}, claims)
    signed = ".".join(text_of(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    r, s = decode_dss_signature(key.sign(signed.encode("ascii"), ec.ECDSA(hashes.SHA256())))
    token = f"{signed}.{text_of(r.to_bytes(32) + s.to_bytes(32))}"
    return f"vapid t={token}, k={text_of(point_of(key))}"


def text_of(data: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
