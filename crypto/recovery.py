"""The recovery code: 128 bits on paper that open the vault without the password. docs/protocol.md section 3."""

from dataclasses import dataclass
from typing import Final

from crypto import labels
from crypto.chance import CHANCE, Chance
from crypto.encoding import sized
from crypto.errors import RecoveryCodeInvalid
from crypto.hashing import digest, expand
from crypto.sealing import kem_public_key

_SYMBOLS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0", " ": None, "-": None})
_BODY: Final = 26
_CHECK: Final = 2


@dataclass(frozen=True, slots=True)
class RecoveryKeys:
    """`seed` opens the recovery slot, `auth` is the second login verifier, `pk` lies in the vault."""

    seed: bytes
    auth: bytes

    @property
    def pk(self) -> bytes:
        return kem_public_key(self.seed)

    def __repr__(self) -> str:
        return "RecoveryKeys()"


def _symbols(number: int, count: int) -> str:
    return "".join(_SYMBOLS[number >> 5 * at & 31] for at in reversed(range(count)))


def _check(code: bytes) -> str:
    return _symbols(int.from_bytes(digest(labels.RECOVERY_CHECK, code)[:2]) >> 6, _CHECK)


def write_recovery_code(code: bytes) -> str:
    """16 bytes as seven groups of four symbols."""
    written = _symbols(int.from_bytes(sized(code, 16)) << 2, _BODY) + _check(code)
    return "-".join(written[at : at + 4] for at in range(0, len(written), 4))


def new_recovery_code(*, chance: Chance = CHANCE) -> str:
    """A fresh code, to be shown once."""
    return write_recovery_code(chance.draw(16))


def read_recovery_code(written: str) -> bytes:
    """The 16 bytes; forgiving about case, spaces, I, L, O and nothing else. Raises RecoveryCodeInvalid."""
    cleaned = written.upper().translate(_READ_AS) if written.isascii() else ""
    if len(cleaned) != _BODY + _CHECK or any(symbol not in _SYMBOLS for symbol in cleaned):
        raise RecoveryCodeInvalid
    number = 0
    for symbol in cleaned[:_BODY]:
        number = number << 5 | _SYMBOLS.index(symbol)
    code = (number >> 2).to_bytes(16)
    if number & 3 or cleaned[_BODY:] != _check(code):
        raise RecoveryCodeInvalid
    return code


def recovery_keys(written: str) -> RecoveryKeys:
    """The keys that a code stands for; raises RecoveryCodeInvalid."""
    root = digest(labels.RECOVERY_ROOT, read_recovery_code(written))
    return RecoveryKeys(seed=expand(root, labels.RECOVERY_SEED), auth=expand(root, labels.RECOVERY_AUTH))
