"""A journey to the provider and back, and what this server asks and remembers of it."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Final

from chatserver.wire.binary import to_base64url
from crypto.encoding import lp

LASTS: Final = timedelta(minutes=10)
TOKEN_BYTES: Final = 32
_NONCE: Final = b"sprechraum/1 provider nonce"
_PKCE: Final = b"sprechraum/1 provider pkce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Somebody is at the provider. `account_id`: who links an identity, in which session; nobody when signing in.

    Of the state and of what the browser keeps there are hashes only: whoever reads the database cannot come back.
    """

    state_hash: bytes
    browser_hash: bytes
    account_id: str | None
    session_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom the provider vouches for. `proved_at`: when two factors were shown there, if the settings believe that."""

    issuer: str
    subject: str
    proved_at: datetime | None = None


def set_out(now: datetime, account_id: str | None, session_id: str) -> tuple[Journey, bytes, bytes]:
    """A journey, its state, and what only the browser that sets out keeps."""
    state, browser = token_bytes(TOKEN_BYTES), token_bytes(TOKEN_BYTES)
    journey = Journey(
        state_hash=hashed(state),
        browser_hash=hashed(browser),
        account_id=account_id,
        session_id=session_id,
        expires_at=now + LASTS,
    )
    return journey, state, browser


def hashed(token: bytes) -> bytes:
    """As it is stored."""
    return hashlib.sha256(token).digest()


def nonce_of(server_secret: bytes, state: bytes) -> str:
    """What the token must repeat. Made of the state, so that it need not be stored."""
    return to_base64url(hmac.digest(server_secret, lp(_NONCE, state), "sha256"))


def pkce_of(server_secret: bytes, state: bytes) -> str:
    """The verifier of RFC 7636: a code that somebody has caught is worth nothing without it."""
    return to_base64url(hmac.digest(server_secret, lp(_PKCE, state), "sha256"))
