"""Accounts and sessions. An account is a name, a role and public keys; what is secret about it lies in the vault."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

AccountId = NewType("AccountId", str)
SessionId = NewType("SessionId", str)

# The one set of password parameters (docs/protocol.md section 3). Never lowered for anybody (T1).
PASSWORD_SUITE: Final = 1
AUTH_BYTES: Final = 32


class Role(StrEnum):
    """What an account may do. A coordinator is a counsellor who also keeps the roster."""

    CLIENT = "client"
    COUNSELLOR = "counsellor"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The server's side of a person. The verifiers are Argon2id over the peppered login keys.

    `disabled_at`: they have left. What they wrote keeps its author; nobody logs in as them.
    """

    id: AccountId
    name: str
    role: Role
    password_suite: int
    server_salt: bytes
    auth_verifier: str
    recovery_verifier: str | None = None
    signing_key: bytes
    kem_statement: bytes
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verifiers:
    """What the server keeps of the login keys of password and recovery code."""

    auth: str
    recovery: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login. The token itself lies in the cookie only.

    `expires_at`: when it is over if nobody uses it; `ends_at`: when it is over in any case. `proved_at`: when a second
    factor was last shown in it.
    """

    id: SessionId
    token_hash: bytes
    account_id: AccountId
    created_at: datetime
    expires_at: datetime
    ends_at: datetime
    used_at: datetime
    proved_at: datetime | None = None


def hash_token(token: str) -> bytes:
    """What is stored of a token: whoever reads the database cannot log in with it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def new_session(
    account_id: AccountId, now: datetime, lasts: timedelta, *, idle: timedelta, proved_at: datetime | None = None
) -> tuple[Session, str]:
    """A session from now on, and the token for its cookie: 32 random bytes.

    Used or not it `lasts` no longer than this; unused it is over after `idle`.
    """
    token = urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode("ascii")
    session = Session(
        id=SessionId(secrets.token_hex(16)),
        token_hash=hash_token(token),
        account_id=account_id,
        created_at=now,
        expires_at=now + min(lasts, idle),
        ends_at=now + lasts,
        used_at=now,
        proved_at=proved_at,
    )
    return session, token
