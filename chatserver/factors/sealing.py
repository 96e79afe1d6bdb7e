"""Secrets of apps at rest. A stolen database alone makes no codes: the key lies in a file beside it."""

import hmac
from secrets import token_bytes
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chatserver.errors import FactorUnreadable
from crypto.encoding import lp

_KEY_LABEL: Final = b"sprechraum/1 second factor key"
_LABEL: Final = b"sprechraum/1 second factor"
_NONCE_BYTES: Final = 12


def seal(server_secret: bytes, account_id: str, secret: bytes) -> bytes:
    """AES-256-GCM, bound to the account: a row moved to somebody else does not open."""
    nonce = token_bytes(_NONCE_BYTES)
    return nonce + _cipher(server_secret).encrypt(nonce, secret, _bound_to(account_id))


def unseal(server_secret: bytes, account_id: str, sealed: bytes) -> bytes:
    """The secret. Raises FactorUnreadable for what this server has not sealed for this account."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher(server_secret).decrypt(nonce, rest, _bound_to(account_id))
    except InvalidTag:
        raise FactorUnreadable from None


def _cipher(server_secret: bytes) -> AESGCM:
    return AESGCM(hmac.digest(server_secret, lp(_KEY_LABEL), "sha256"))


def _bound_to(account_id: str) -> bytes:
    return lp(_LABEL, account_id.encode("ascii"))
