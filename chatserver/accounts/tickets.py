"""Tickets for shares: the proof, without anything stored, that this server drew these 32 bytes within the last hour.

A share closes a vault or a room for good when it is deleted (T37), so nobody may bring one of their own.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from chatserver.errors import TicketInvalid
from crypto.encoding import fields, lp, read_u64, to_ms, u64
from crypto.errors import CryptoRefusal

Purpose = Literal["user", "room"]
TICKET_LASTS: Final = timedelta(hours=1)
SHARE_BYTES: Final = 32
_KEY_LABEL: Final = b"sprechraum/1 share ticket key"
_LABEL: Final = b"sprechraum/1 share ticket"


@dataclass(frozen=True, slots=True)
class DrawnShare:
    """A fresh share and its ticket."""

    share: bytes
    ticket: bytes


def draw_share(server_secret: bytes, purpose: Purpose, now: datetime) -> DrawnShare:
    """32 random bytes with a ticket that holds for an hour from now."""
    share = secrets.token_bytes(SHARE_BYTES)
    word, expires = purpose.encode("ascii"), u64(to_ms(now + TICKET_LASTS))
    return DrawnShare(share, lp(word, share, expires, _mac(server_secret, word, share, expires)))


def redeem(server_secret: bytes, purpose: Purpose, ticket: bytes, now: datetime) -> bytes:
    """The share of a ticket of ours for this purpose that has not expired; else TicketInvalid.

    That it is used once is kept by the UNIQUE column that the share goes into.
    """
    try:
        word, share, expires, mac = fields(ticket, 4)
        genuine = hmac.compare_digest(mac, _mac(server_secret, word, share, expires))
        if not genuine or word != purpose.encode("ascii") or read_u64(expires) <= to_ms(now):
            raise TicketInvalid
    except CryptoRefusal:
        raise TicketInvalid from None
    return share


def _mac(server_secret: bytes, word: bytes, share: bytes, expires: bytes) -> bytes:
    key = hmac.digest(server_secret, lp(_KEY_LABEL), "sha256")
    return hmac.digest(key, lp(_LABEL, word, share, expires), "sha256")
