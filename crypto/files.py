"""Files of a conversation: what is sealed, under which context, and how large. docs/protocol.md section 13 (T30-T32).

Both directions work on what is pushed and hold no more than one chunk of it, however large the file is.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from crypto.chance import CHANCE, Chance
from crypto.cobblestone import SALT_SIZE, ChunkOpener, ChunkSealer, sealed_length
from crypto.encoding import lp, padme, sized, u64
from crypto.errors import FileBroken, FileTooLarge, Malformed
from crypto.hashing import SUITE
from crypto.labels import FILE

LARGEST_FILE: Final = 25 * 2**20
_SIZE_FIELD: Final = 8
_ZEROS_AT_ONCE: Final = 64 * 1024


def stored_size(size: int) -> int:
    """How many bytes a file of that size has as it is stored. Raises FileTooLarge, Malformed."""
    return sealed_length(_padded(size))


def _padded(size: int) -> int:
    if size < 0:
        raise Malformed
    if size > LARGEST_FILE:
        raise FileTooLarge
    return padme(_SIZE_FIELD + size)


def file_context(room: bytes, epoch: int, file_id: bytes) -> bytes:
    """Binds the ciphertext to the message that names it: its room, its epoch, and the file's id (T31)."""
    return lp(FILE, u64(SUITE), sized(room, 16), u64(epoch), sized(file_id, 16))


@dataclass(frozen=True, slots=True)
class FileTerms:
    """What both sides must agree on. `epoch` is that of the message which names the file; `size` is the file's own."""

    room: bytes
    epoch: int
    file_id: bytes
    key: bytes = field(repr=False)
    size: int

    @property
    def context(self) -> bytes:
        """See file_context."""
        return file_context(self.room, self.epoch, self.file_id)


class FileSealer:
    """A file's bytes in, what is stored out. One key seals one file, once."""

    def __init__(self, terms: FileTerms, chance: Chance = CHANCE) -> None:
        self._left = terms.size
        self._zeros = _padded(terms.size) - _SIZE_FIELD - terms.size
        self._chunks = ChunkSealer(terms.key, terms.context, chance.draw(SALT_SIZE))
        self._digest = hashlib.sha256()
        self._front = self._chunks.header + self._chunks.push(u64(terms.size))

    def push(self, plaintext: bytes) -> bytes:
        """More of what is stored. Raises FileBroken when the file turns out longer than it was said to be."""
        self._left -= len(plaintext)
        if self._left < 0:
            raise FileBroken
        front, self._front = self._front, b""
        return self._digested(front + self._chunks.push(plaintext))

    def finish(self) -> bytes:
        """The rest of what is stored. Raises FileBroken when the file turned out shorter."""
        if self._left:
            raise FileBroken
        front, self._front = self._front, b""
        padding = b"".join(self._chunks.push(zeros) for zeros in _zeros(self._zeros))
        return self._digested(front + padding + self._chunks.finish())

    @property
    def digest(self) -> bytes:
        """SHA-256 of all that came out; the message carries it."""
        return self._digest.digest()

    def _digested(self, sealed: bytes) -> bytes:
        self._digest.update(sealed)
        return sealed


def _zeros(count: int) -> list[bytes]:
    whole, rest = divmod(count, _ZEROS_AT_ONCE)
    return [bytes(_ZEROS_AT_ONCE)] * whole + [bytes(rest)]


class FileOpener:
    """What is stored in, a file's bytes out. They are the file only once `finish` has returned."""

    def __init__(self, terms: FileTerms, digest: bytes) -> None:
        self._awaited = stored_size(terms.size)
        self._chunks = ChunkOpener(terms.key, terms.context)
        self._size, self._wanted = terms.size, sized(digest, 32)
        self._digest = hashlib.sha256()
        self._front, self._left, self._sized = b"", terms.size, False

    def push(self, sealed: bytes) -> bytes:
        """More of the file. Raises FileSwapped, FileBroken; nothing after a refusal is worth anything."""
        self._awaited -= len(sealed)
        if self._awaited < 0:
            raise FileBroken
        self._digest.update(sealed)
        return self._unpadded(self._chunks.push(sealed))

    def finish(self) -> bytes:
        """The last of the file. Raises FileBroken unless everything has been there, in its order, unchanged."""
        if self._awaited:
            raise FileBroken
        last = self._unpadded(self._chunks.finish())
        if self._left or self._digest.digest() != self._wanted:
            raise FileBroken
        return last

    def _unpadded(self, plaintext: bytes) -> bytes:
        if not self._sized:
            self._front += plaintext
            if len(self._front) < _SIZE_FIELD:
                return b""
            self._check_size(self._front[:_SIZE_FIELD])
            plaintext, self._front, self._sized = self._front[_SIZE_FIELD:], b"", True
        mine, padding = plaintext[: self._left], plaintext[self._left :]
        self._left -= len(mine)
        if padding.strip(b"\x00"):
            raise FileBroken
        return mine

    def _check_size(self, named: bytes) -> None:
        # What the message says is signed; what the file says must be the same.
        if int.from_bytes(named) != self._size:
            raise FileBroken
