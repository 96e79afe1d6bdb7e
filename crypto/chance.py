"""Where random bytes come from: one object, so that only the maker of vectors can put something else in its place.

docs/protocol.md section 1 says where fresh bytes are drawn; they are the system's (RFC 4086 section 5).
"""

import os
from typing import Final

from crypto import sealing


class Chance:
    """The operating system's random source. Salts are drawn inside each sealing function and never reused (T27)."""

    def draw(self, size: int) -> bytes:
        """Fresh random bytes."""
        return os.urandom(size)

    def hpke(self, kem_pk: bytes, plaintext: bytes, info: bytes) -> bytes:
        """`enc || ciphertext`, see sealing.hpke_seal; raises KeyInvalid."""
        return sealing.hpke_seal(kem_pk, plaintext, info)


CHANCE: Final = Chance()
