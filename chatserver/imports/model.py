"""Other calendars: how often they are read, how far ahead, and how an address is kept."""

import hmac
import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from booking.calendar import union
from booking.instants import instant_at, micros_of
from booking.model import FARTHEST, Span
from crypto.encoding import lp

JOB: Final = "read_import"
MOST_IMPORTS: Final = 5
LOOKS_BACK: Final = timedelta(days=1)
READ_EVERY: Final = timedelta(minutes=30)
LONGEST_PAUSE: Final = timedelta(hours=24)
SOON: Final = timedelta(seconds=20)
# A quarter more or less, so that not all of them are read in the same minute.
JITTER: Final = 0.25
NONCE_BYTES: Final = 12
_LABEL: Final = b"sprechraum/1 calendar address"
_CHANCE: Final = random.SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One calendar of somebody's. A file has no `host`. `failures`: in a row, since it was read last."""

    id: str
    account_id: str
    host: str
    made_at: datetime
    read_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str | None = None
    failures: int = 0
    times: int = 0
    left_out: int = 0
    told: bytes | None = None


def window_at(now: datetime) -> Span:
    """Which time is looked at: nothing further ahead can be booked."""
    return Span(now - LOOKS_BACK, now + FARTHEST)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as possible: how many entries there are is nobody's business either."""
    merged = union((micros_of(one.starts_at), micros_of(one.ends_at)) for one in spans)
    return [Span(instant_at(begins), instant_at(ends)) for begins, ends in merged]


def hash_of(spans: Iterable[Span]) -> bytes:
    """The same for the same times: what has not changed need not be written again."""
    return sha256(lp(*(f"{one.starts_at.isoformat()} {one.ends_at.isoformat()}".encode() for one in spans))).digest()


def read_again_at(now: datetime, failures: int) -> datetime:
    """When to look again: twice as late after each failure in a row, and never quite the same."""
    pause: timedelta = min(READ_EVERY * 2 ** min(failures, 10), LONGEST_PAUSE)
    return now + pause * _CHANCE.uniform(1 - JITTER, 1 + JITTER)


def seal_address(server_secret: bytes, of: str, address: str) -> bytes:
    """For the table: a stolen database alone reads nobody's calendar."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _sealing(server_secret).encrypt(nonce, address.encode(), of.encode())


def open_address(server_secret: bytes, of: str, sealed: bytes) -> str:
    """What was sealed. Raises InvalidTag for what was sealed elsewhere."""
    return _sealing(server_secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], of.encode()).decode()


def _sealing(server_secret: bytes) -> AESGCM:
    return AESGCM(hmac.digest(server_secret, lp(_LABEL), "sha256"))
