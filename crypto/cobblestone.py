"""Cobblestone-256: C2SP chunked encryption with SHA-512 and AES-256-GCM (c2sp.org/chunked-encryption). Chunk by chunk.

Knows nothing of files: docs/protocol.md section 13 says what is put through it. A stream that was cut, reordered or
continued does not open, and nothing larger than what was pushed is ever held (T30).
"""

import hmac
from collections.abc import Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.encoding import sized
from crypto.errors import FileBroken, FileSwapped

CHUNK: Final = 16 * 1024
TAG: Final = 16
SALT_SIZE: Final = 24
HEADER_SIZE: Final = SALT_SIZE + 32
_SEALED_CHUNK: Final = CHUNK + TAG
_INFO: Final = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"


def sealed_length(length: int) -> int:
    """How many bytes a message of that length has once it is sealed. The last chunk is always short, maybe empty."""
    return HEADER_SIZE + length + TAG * (length // CHUNK + 1)


class _Chunks:
    """Key, base nonce and commitment of one message, and the number of its next chunk."""

    def __init__(self, key: bytes, salt: bytes, context: bytes) -> None:
        # HKDF-Expand-SHA512 (RFC 5869 section 2.3) to 32 + 12 + 32 bytes: two blocks.
        info = _INFO + salt + context
        first = hmac.digest(sized(key, 32), info + b"\x01", "sha512")
        derived = first + hmac.digest(key, first + info + b"\x02", "sha512")
        self._aead = AESGCM(derived[:32])
        self._base = int.from_bytes(derived[32:44])
        self.commitment = derived[44:76]
        self._next = 0

    def _nonce(self) -> bytes:
        nonce = (self._base ^ self._next).to_bytes(12)
        self._next += 1
        return nonce

    def seal(self, chunk: bytes) -> bytes:
        return self._aead.encrypt(self._nonce(), chunk, None)

    def open(self, sealed: bytes) -> bytes:
        if len(sealed) < TAG:
            raise FileBroken
        try:
            return self._aead.decrypt(self._nonce(), sealed, None)
        except InvalidTag:
            raise FileBroken from None


def _whole(buffer: bytearray, size: int) -> Iterator[bytes]:
    """Takes as many whole pieces of that size from the front as there are."""
    end = len(buffer) - len(buffer) % size
    whole = bytes(buffer[:end])
    del buffer[:end]
    for at in range(0, end, size):
        yield whole[at : at + size]


class ChunkSealer:
    """Plaintext in, ciphertext out. The key must never have been used with this salt before."""

    def __init__(self, key: bytes, context: bytes, salt: bytes) -> None:
        self._chunks = _Chunks(key, sized(salt, SALT_SIZE), context)
        self._rest = bytearray()
        self.header = salt + self._chunks.commitment

    def push(self, plaintext: bytes) -> bytes:
        """The chunks that are full by now; the header is not among them."""
        self._rest += plaintext
        return b"".join(self._chunks.seal(one) for one in _whole(self._rest, CHUNK))

    def finish(self) -> bytes:
        """The last chunk: short, and thereby the end."""
        return self._chunks.seal(bytes(self._rest))


class ChunkOpener:
    """Ciphertext in, plaintext out. What comes out before `finish` has returned may lack its end."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._key, self._context = sized(key, 32), context
        self._chunks: _Chunks | None = None
        self._rest = bytearray()

    def push(self, ciphertext: bytes) -> bytes:
        """The plaintext of the chunks that are complete by now. Raises FileSwapped, FileBroken."""
        self._rest += ciphertext
        if self._chunks is None and len(self._rest) < HEADER_SIZE:
            return b""
        chunks = self._committed()
        return b"".join(chunks.open(one) for one in _whole(self._rest, _SEALED_CHUNK))

    def finish(self) -> bytes:
        """The plaintext of the last chunk. Raises FileBroken when there is none: then the message was cut."""
        if self._chunks is None:
            raise FileBroken
        return self._chunks.open(bytes(self._rest))

    def _committed(self) -> _Chunks:
        """The keys, once the commitment in front has been seen to be theirs (T31, T32)."""
        if self._chunks is None:
            header = bytes(self._rest[:HEADER_SIZE])
            del self._rest[:HEADER_SIZE]
            chunks = _Chunks(self._key, header[:SALT_SIZE], self._context)
            if not hmac.compare_digest(chunks.commitment, header[SALT_SIZE:]):
                raise FileSwapped
            self._chunks = chunks
        return self._chunks
