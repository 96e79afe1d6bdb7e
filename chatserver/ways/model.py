"""The rules for ways: whose address is whose, and how often somebody is asked."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from crypto.encoding import lp

Kind = Literal["mail", "push"]
Language = Literal["de", "en"]

# After so many the code is void, and another one has to be asked for.
WRONG_CODES: Final = 5
# Within a day: for one account, and to one address, whoever asks.
CODES_OF_ACCOUNT: Final = 5
CODES_TO_ADDRESS: Final = 5
CODES_WITHIN: Final = timedelta(days=1)
# More than anybody has telephones; beyond it the oldest goes.
BROWSERS: Final = 10
_LABEL: Final = b"sprechraum/1 mail address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where somebody wants to be told. Until `confirmed_at` nothing goes there but the code."""

    id: str
    account_id: str
    kind: Kind
    address: str
    language: Language
    push_key: bytes | None = None
    push_auth: bytes | None = None
    created_at: datetime
    confirmed_at: datetime | None = None
    wrong_codes: int = 0
    failed_at: datetime | None = None


def new_mail(account_id: str, address: str, language: Language, now: datetime) -> Way:
    """A mail address that somebody says is theirs."""
    return Way(
        id=secrets.token_hex(16),
        account_id=account_id,
        kind="mail",
        address=address,
        language=language,
        created_at=now,
    )


def new_browser(account_id: str, address: str, keys: tuple[bytes, bytes], language: Language, now: datetime) -> Way:
    """A browser: it has asked its own person already."""
    return Way(
        id=secrets.token_hex(16),
        account_id=account_id,
        kind="push",
        address=address,
        language=language,
        push_key=keys[0],
        push_auth=keys[1],
        created_at=now,
        confirmed_at=now,
    )


def hash_of(server_secret: bytes, address: str) -> bytes:
    """By which codes to one address are counted, however it is written, without keeping the address for that."""
    return hmac.digest(server_secret, lp(_LABEL, address.lower().encode("ascii")), "sha256")
