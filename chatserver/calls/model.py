"""When a room may be called in, and what lets its people use the relay."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chatserver.errors import CallsNotSetUp
from chatserver.rooms.model import Seat
from crypto import check_call_place, read_call_header
from crypto.errors import SenderNotMember

# The kind of appointment that is a call.
CALL_KIND: Final = "video"
# Longer than any appointment with its edges; whoever comes back after a cut asks anew.
CREDENTIALS_LAST: Final = timedelta(hours=2)
_CHANCE_BYTES: Final = 12


def check_signal(signal: bytes, seat: Seat) -> None:
    """Without any secret (T38). Raises EnvelopeTooLarge, EnvelopeBroken, WrongRoom, EpochOver, SenderNotMember …."""
    header = read_call_header(signal)
    check_call_place(header, room=bytes.fromhex(seat.room.id), epoch=seat.room.epoch, kc=seat.room.kc)
    if header.sender != seat.sender.fingerprint:
        raise SenderNotMember


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a relay takes: a user name of an instant and chance, and an HMAC of it. For a while, until `expires_at`."""

    username: str
    credential: str
    expires_at: datetime


def credentials_at(secret: str, now: datetime) -> Credentials:
    """Credentials by the scheme that coturn calls `use-auth-secret`. Raises CallsNotSetUp.

    The relay's log shows its user names: so they are drawn anew each time, and nobody's calls belong together there.
    """
    if not secret:
        raise CallsNotSetUp
    expires_at = (now + CREDENTIALS_LAST).replace(microsecond=0)
    username = f"{int(expires_at.timestamp())}:{secrets.token_urlsafe(_CHANCE_BYTES)}"
    # The scheme knows SHA-1 only; as an HMAC that nobody else can forge it does what it has to.
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    return Credentials(username, base64.b64encode(digest).decode("ascii"), expires_at)
