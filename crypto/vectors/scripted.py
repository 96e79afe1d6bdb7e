"""Bytes that look random and are the same every time: for vectors only, never for people."""

import hashlib
import json
from pathlib import Path
from typing import Final

from crypto import Chance
from crypto.encoding import lp

_RECORDED: Final = Path(__file__).parent / "sealed.json"


class Recorded:
    """HPKE draws its own randomness, so its output is recorded once and found again by what went in."""

    def __init__(self) -> None:
        self._before: dict[str, str] = json.loads(_RECORDED.read_text()) if _RECORDED.exists() else {}
        self.used: dict[str, str] = {}

    def seal(self, kem_pk: bytes, plaintext: bytes, info: bytes) -> bytes:
        """The recorded ciphertext for exactly this, or a new one."""
        key = hashlib.sha256(lp(kem_pk, plaintext, info)).hexdigest()[:32]
        found = self._before.get(key) or self.used.get(key) or Chance().hpke(kem_pk, plaintext, info).hex()
        self.used[key] = found
        return bytes.fromhex(found)


class Scripted(Chance):
    """A chance that follows from a name. Two with the same name draw the same."""

    def __init__(self, name: str, recorded: Recorded) -> None:
        self._name = name.encode()
        self._drawn = 0
        self._recorded = recorded

    def draw(self, size: int) -> bytes:
        """The next bytes."""
        self._drawn += 1
        return hashlib.shake_256(lp(self._name, self._drawn.to_bytes(8))).digest(size)

    def hpke(self, kem_pk: bytes, plaintext: bytes, info: bytes) -> bytes:
        """See Recorded."""
        return self._recorded.seal(kem_pk, plaintext, info)
