"""Where random bytes come from. One object, so that only the maker of vectors can put something else in its place."""

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
