"""Second factors: codes of an app (RFC 6238), passkeys (WebAuthn), and spare codes that open once each."""

import hmac
from base64 import b32decode, b32encode
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_bytes, token_hex
from typing import Final, NewType

from pyotp import TOTP
from pyotp.utils import build_uri

from chatserver.errors import CodeClockWrong, CodeUsed, Malformed, SecondFactorWrong, TooManyRequests

FactorId = NewType("FactorId", str)

# RFC 6238: what apps can do without being told.
STEP_SECONDS: Final = 30
SECRET_BYTES: Final = 20
CODE_DIGITS: Final = 6
# Who types slowly, and a clock that is half a minute wrong.
STEPS_ASIDE: Final = 1
# Named as a wrong clock, never taken: two minutes each way. More would give a guesser more to hit.
STEPS_NAMED: Final = 4
# Between the password and the second factor.
TICKET_LASTS: Final = timedelta(minutes=10)
# What somebody has just shown suffices for so long.
FRESH_FOR: Final = timedelta(minutes=5)
# By these a guesser who knows the password hits one time in a thousand days.
WRONG_AT_MOST: Final = 5
WRONG_WITHIN: Final = timedelta(minutes=15)
SPARE_CODES: Final = 10
SPARE_BYTES: Final = 10
MOST_FACTORS: Final = 10
LONGEST_LABEL: Final = 40
ISSUER: Final = "Sprechraum"


class Kind(StrEnum):
    """What a factor is."""

    TOTP = "totp"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """`secret`: an app's, sealed, or a passkey's public key. `counter`: the last step, or what a passkey counts."""

    id: FactorId
    account_id: str
    kind: Kind
    label: str
    secret: bytes = field(repr=False)
    credential_id: bytes | None = None
    counter: int
    created_at: datetime
    used_at: datetime | None = None

    def used(self, counter: int, now: datetime) -> "Factor":
        """Shown just now."""
        return replace(self, counter=counter, used_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Somebody is asked, once. `session_id` is empty for whoever has only the password so far."""

    token_hash: bytes
    account_id: str
    session_id: str
    challenge: bytes
    offered: bytes | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong codes of an account."""

    wrong: int
    since: datetime

    def check(self, now: datetime) -> None:
        """Raises TooManyRequests when there were enough for a while."""
        if self.wrong >= WRONG_AT_MOST and now < self.since + WRONG_WITHIN:
            raise TooManyRequests

    def and_one(self, now: datetime) -> "Tries":
        """One more; what is long ago does not count."""
        return Tries(1, now) if now >= self.since + WRONG_WITHIN else Tries(self.wrong + 1, self.since)


def new_secret() -> bytes:
    """What an app's codes come from."""
    return token_bytes(SECRET_BYTES)


def as_text(secret: bytes) -> str:
    """As apps take it: base32."""
    return b32encode(secret).decode("ascii")


def uri_of(secret: bytes, name: str) -> str:
    """What the QR code says."""
    return build_uri(as_text(secret), name, issuer=ISSUER)


def step_at(now: datetime) -> int:
    """The number of the half minute."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of a half minute."""
    return TOTP(as_text(secret), digits=CODE_DIGITS, interval=STEP_SECONDS).generate_otp(step)


def matching_step(secret: bytes, code: str, now: datetime, last: int = -1) -> int:
    """The step that the code is of, newer than the `last` one used.

    Raises CodeUsed, CodeClockWrong (off by up to two minutes), SecondFactorWrong.
    """
    present = step_at(now)
    # All of them, always: which one it is must not show in how long it takes.
    hits = [
        step
        for step in range(max(0, present - STEPS_NAMED), present + STEPS_NAMED + 1)
        if hmac.compare_digest(code_at(secret, step), code)
    ]
    near = [step for step in hits if abs(step - present) <= STEPS_ASIDE]
    fresh = [step for step in near if step > last]
    if fresh:
        return fresh[0]
    if near:
        raise CodeUsed("code")
    raise CodeClockWrong("code") if hits else SecondFactorWrong("code")


def is_app_code(code: str) -> bool:
    """Six digits; everything else is meant as a spare code."""
    return len(code) == CODE_DIGITS and code.isascii() and code.isdigit()


def typed(code: str) -> str:
    """What somebody typed, without the gaps that make it readable."""
    return "".join(code.split()).replace("-", "").lower()


def new_spare_codes() -> list[str]:
    """Ten codes of 80 bits each, in groups."""
    return [_grouped(b32encode(token_bytes(SPARE_BYTES)).decode("ascii").lower()) for _ in range(SPARE_CODES)]


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def spare_hash(pepper: bytes, account_id: str, code: str) -> bytes:
    """What is stored of a spare code. With 80 bits of chance in it, nobody finds it by trying."""
    return hmac.digest(pepper, b"sprechraum/1 spare code\0" + f"{account_id}\0{typed(code)}".encode(), "sha256")


def check_label(label: str) -> str:
    """What somebody calls a factor. Raises Malformed."""
    label = label.strip()
    if not 0 < len(label) <= LONGEST_LABEL or not label.isprintable():
        raise Malformed("label")
    return label


def new_app(account_id: str, label: str, sealed: bytes, step: int, now: datetime) -> Factor:
    """An app that has shown a code already: that one is used."""
    return Factor(
        id=FactorId(token_hex(16)),
        account_id=account_id,
        kind=Kind.TOTP,
        label=check_label(label),
        secret=sealed,
        counter=step,
        created_at=now,
    )


def secret_from(text: str) -> bytes:
    """The bytes of a base32 secret."""
    return b32decode(text)
