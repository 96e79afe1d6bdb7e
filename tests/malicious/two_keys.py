"""One stored file that two keys open, to two different contents (T32): AES-GCM alone does not commit to its key.

GHASH is linear in each block of ciphertext, so that one free block makes the tag right under both keys at once
(NIST SP 800-38D section 6.4; "invisible salamanders", Dodis, Grubbs, Ristenpart, Woodage 2018).
"""

import hmac
from hashlib import sha256
from secrets import token_bytes
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from crypto import FileTerms
from crypto.cobblestone import SALT_SIZE
from crypto.encoding import u64
from tests.person_files import FileToSend

_INFO: Final = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"
_BLOCK: Final = 16
# The size that stands in front and the contents: eight blocks, so that nothing is padded.
_WHOLE: Final = 8 * _BLOCK
SIZE: Final = _WHOLE - 8
# What one key opens in its first three blocks, and the other in the four after them; the last is the free one.
_HALF: Final = 3 * _BLOCK
ONE: Final = b"Es ist alles in Ordnung, macht weiter so".ljust(_HALF - 8, b".")
OTHER: Final = b"Wenn du das erzaehlst, wirst du es bereuen".ljust(4 * _BLOCK, b".")


class _Key:
    """What Cobblestone-256 makes of a file's key for its first chunk."""

    def __init__(self, key: bytes, salt: bytes, context: bytes) -> None:
        info = _INFO + salt + context
        first = hmac.digest(key, info + b"\x01", "sha512")
        derived = first + hmac.digest(key, first + info + b"\x02", "sha512")
        self._key, self._nonce, self.commitment = derived[:32], derived[32:44], derived[44:76]
        self.hashing = int.from_bytes(self._aes(bytes(_BLOCK)))
        self.masking = int.from_bytes(self._aes(self._nonce + (1).to_bytes(4)))

    def _aes(self, block: bytes) -> bytes:
        return Cipher(algorithms.AES(self._key), modes.ECB()).encryptor().update(block)

    def encrypt(self, plain: bytes) -> bytes:
        counter = self._nonce + (2).to_bytes(4)
        return Cipher(algorithms.AES(self._key), modes.CTR(counter)).encryptor().update(plain)


def _times(one: int, other: int) -> int:
    """In GF(2^128) with the bits as GCM has them."""
    product = 0
    for bit in range(127, -1, -1):
        if other >> bit & 1:
            product ^= one
        one = one >> 1 ^ (0xE1 << 120 if one & 1 else 0)
    return product


def _power(base: int, exponent: int) -> int:
    result = 1 << 127
    for bit in f"{exponent:b}":
        result = _times(result, result)
        if bit == "1":
            result = _times(result, base)
    return result


def _tag(key: _Key, blocks: list[int]) -> int:
    hashed = 0
    for block in (*blocks, 8 * _BLOCK * len(blocks)):
        hashed = _times(hashed ^ block, key.hashing)
    return hashed ^ key.masking


def two_faced(room: str, epoch: int) -> tuple[FileToSend, bytes]:
    """The file as one key opens it, and the other key."""
    file, other_key = FileToSend("brief.txt", bytes(SIZE)), token_bytes(32)
    context = FileTerms(bytes.fromhex(room), epoch, file.file_id, file.key, SIZE).context
    salt = token_bytes(SALT_SIZE)
    one, other = _Key(file.key, salt, context), _Key(other_key, salt, context)
    begin = one.encrypt(u64(SIZE) + ONE)
    end = other.encrypt(bytes(_HALF) + OTHER)[_HALF:]
    text = begin + end
    blocks = [int.from_bytes(text[at : at + _BLOCK]) for at in range(0, len(text), _BLOCK)]
    # The last block is followed by the length alone, so it counts times the square of the hashing key.
    difference = _tag(one, [*blocks, 0]) ^ _tag(other, [*blocks, 0])
    squares = _times(one.hashing, one.hashing) ^ _times(other.hashing, other.hashing)
    blocks.append(_times(difference, _power(squares, 2**128 - 2)))
    sealed = b"".join(block.to_bytes(_BLOCK) for block in (*blocks, _tag(one, blocks)))
    file.stored = salt + one.commitment + sealed
    file.digest = sha256(file.stored).digest()
    return file, other_key
