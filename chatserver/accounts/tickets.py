"""Tickets for shares: the proof, without anything stored, that this server drew these 32 bytes within the last hour.

A share closes a vault or a room for good when it is deleted (T37), so nobody may bring one of their own.
A ticket also says what its use costs while very many come (effort.py).
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from chatserver.accounts.effort import is_done
from chatserver.errors import EffortMissing, TicketInvalid
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


def draw_share(
    server_secret: bytes, purpose: Purpose, now: datetime, *, agency: str | None = None, bits: int = 0
) -> DrawnShare:
    """32 random bytes with a ticket that holds for an hour from now, at one agency if one is named, after an effort."""
    share = secrets.token_bytes(SHARE_BYTES)
    said = (purpose.encode("ascii"), share, u64(to_ms(now + TICKET_LASTS)), (agency or "").encode("ascii"), u64(bits))
    return DrawnShare(share, lp(*said, _mac(server_secret, said)))


def redeem(server_secret: bytes, purpose: Purpose, ticket: bytes, now: datetime, *, agency: str = "") -> bytes:
    """The share of a ticket of ours for this purpose, and agency, that has not expired; else TicketInvalid.

    That it is used once is kept by the UNIQUE column that the share goes into.
    """
    word, share, expires, meant, _ = _read(server_secret, ticket)
    elsewhere = meant not in (b"", agency.encode("ascii"))
    if word != purpose.encode("ascii") or elsewhere or read_u64(expires) <= to_ms(now):
        raise TicketInvalid
    return share


def check_effort(server_secret: bytes, ticket: bytes, nonces: bytes) -> None:
    """Costs a few hashes, so it stands before everything that costs more. Raises TicketInvalid, EffortMissing.

    A ticket that has expired is as good: a repeat gets the first answer.
    """
    *_, bits = _read(server_secret, ticket)
    if not is_done(ticket, read_u64(bits), nonces):
        raise EffortMissing


def _read(server_secret: bytes, ticket: bytes) -> list[bytes]:
    try:
        *said, mac = fields(ticket, 6)
    except CryptoRefusal:
        raise TicketInvalid from None
    if not hmac.compare_digest(mac, _mac(server_secret, said)):
        raise TicketInvalid
    return said


def _mac(server_secret: bytes, said: Iterable[bytes]) -> bytes:
    key = hmac.digest(server_secret, lp(_KEY_LABEL), "sha256")
    return hmac.digest(key, lp(_LABEL, *said), "sha256")
