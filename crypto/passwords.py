"""From a password to two keys: one that the server may see, one that it may not. docs/protocol.md section 3."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from crypto import labels
from crypto.encoding import lp, sized
from crypto.errors import NameInvalid, PasswordInvalid, PasswordSuiteUnknown, PasswordWeak
from crypto.hashing import digest, expand

# A build constant: two installations with the same name and secret still differ (T3).
REALM: Final = b"sprechraum"
PASSWORD_SUITE: Final = 1
_NAME: Final = re.compile(r"[a-z0-9._-]{3,32}\Z")
_LARGEST_PASSWORD: Final = 1024
_LEAST_CHARACTERS: Final = 10
_LEAST_SCORE: Final = 3
# zxcvbn is quadratic in places; what comes after the first hundred characters is only ever a gain.
_LOOKED_AT: Final = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id parameters: memory in KiB, passes, lanes."""

    memory_kib: int
    passes: int
    lanes: int


# The table lies in the client: the server can name a line, not lower it (T1).
COSTS: Final = {PASSWORD_SUITE: Cost(memory_kib=64 * 1024, passes=3, lanes=1)}


@dataclass(frozen=True, slots=True)
class PasswordKeys:
    """`auth` travels to the server, `wrap` never leaves the client (T4)."""

    auth: bytes
    wrap: bytes

    def __repr__(self) -> str:
        return "PasswordKeys()"


def check_name(name: str) -> str:
    """The name for logging in, lower-cased; raises NameInvalid. ASCII only, so that no Unicode table enters a salt."""
    lowered = name.lower() if name.isascii() else name
    if not _NAME.match(lowered):
        raise NameInvalid
    return lowered


def server_salt(server_secret: bytes, name: str) -> bytes:
    """The server's 32 bytes for a name, whether anybody has it or not (T2)."""
    return hmac.digest(server_secret, lp(labels.SERVER_SALT, check_name(name).encode("ascii")), "sha256")


def password_salt(name: str, salt_of_server: bytes) -> bytes:
    """16 bytes; differs per name even when the server hands everyone the same (T3)."""
    return digest(labels.PASSWORD_SALT, REALM, check_name(name).encode("ascii"), sized(salt_of_server, 32))[:16]


def password_bytes(password: str) -> bytes:
    """NFC as UTF-8; raises PasswordInvalid."""
    try:
        encoded = unicodedata.normalize("NFC", password).encode("utf-8")
    except UnicodeEncodeError:
        raise PasswordInvalid from None
    if not 1 <= len(encoded) <= _LARGEST_PASSWORD:
        raise PasswordInvalid
    return encoded


def argon2id(secret: bytes, salt: bytes, cost: Cost) -> bytes:
    """32 bytes; RFC 9106 section 3.1, version 0x13, without secret or associated data."""
    return hash_secret_raw(secret, salt, cost.passes, cost.memory_kib, cost.lanes, 32, Type.ID, 0x13)


def derive(password: str, name: str, salt_of_server: bytes, password_suite: int = PASSWORD_SUITE) -> PasswordKeys:
    """Both keys; slow on purpose. Raises PasswordSuiteUnknown, NameInvalid, PasswordInvalid, Malformed."""
    cost = COSTS.get(password_suite)
    if cost is None:
        raise PasswordSuiteUnknown
    root = argon2id(password_bytes(password), password_salt(name, salt_of_server), cost)
    return PasswordKeys(auth=expand(root, labels.AUTH), wrap=expand(root, labels.WRAP))


def check_strength(password: str, name: str) -> None:
    """Raises PasswordWeak with a warning and suggestions (English), or PasswordInvalid. Only clients can do this."""
    password_bytes(password)
    # Loaded lazily: its word lists cost 100 ms, and only choosing a password needs them.
    from zxcvbn import zxcvbn  # noqa: PLC0415 - see above

    judged = zxcvbn(password[:_LOOKED_AT], user_inputs=[name, "sprechraum"], max_length=_LOOKED_AT)
    if judged["score"] < _LEAST_SCORE or len(password) < _LEAST_CHARACTERS:
        feedback = judged["feedback"]
        raise PasswordWeak(feedback["warning"] or "", tuple(feedback["suggestions"]))
