"""Vectors of files: a few that open, and every way in which one does not."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Final

from crypto import FileOpener, FileSealer, FileTerms, stored_size
from crypto.cobblestone import CHUNK, HEADER_SIZE, SALT_SIZE, TAG, ChunkSealer
from crypto.encoding import u64
from crypto.vectors.refusing import refused
from crypto.vectors.scripted import Recorded, Scripted
from crypto.vectors.story import seed

_SEALED: Final = CHUNK + TAG
# The sizes at which something begins: nothing, a little, exactly one chunk with the size before it, three chunks.
SIZES: Final = {"empty": 0, "short": 5, "one whole chunk": CHUNK - 8, "three chunks": 2 * CHUNK + 1000}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file as it is stored, and all that was needed to make it."""

    terms: FileTerms
    salt: bytes
    content: bytes
    stored: bytes

    @property
    def digest(self) -> bytes:
        """What the message carries."""
        return hashlib.sha256(self.stored).digest()


def sealed(name: str, size: int, recorded: Recorded) -> Sealed:
    """A file whose key, id and salt follow from its name."""
    terms = FileTerms(seed("room")[:16], 3, seed(f"{name} file id")[:16], seed(f"{name} file key"), size)
    content = (name.encode() * 10)[:size].ljust(size, b"\x00")
    salt = Scripted(name, recorded).draw(SALT_SIZE)
    sealer = FileSealer(terms, Scripted(name, recorded))
    return Sealed(terms, salt, content, sealer.push(content) + sealer.finish())


def opened(terms: FileTerms, digest: bytes, stored: bytes) -> bytes:
    """The file in these bytes. Raises FileBroken, FileSwapped, FileTooLarge."""
    opener = FileOpener(terms, digest)
    return opener.push(stored) + opener.finish()


def _chunk(number: int) -> list[int]:
    return [HEADER_SIZE + number * _SEALED, HEADER_SIZE + (number + 1) * _SEALED]


def _otherwise(one: Sealed, plain: bytes) -> bytes:
    """The chunks of another plaintext under the same key: what only its author could do."""
    chunks = ChunkSealer(one.terms.key, one.terms.context, one.salt)
    return chunks.header + chunks.push(plain) + chunks.finish()


def _assembled(one: Sealed, pieces: list[Any]) -> bytes:
    return b"".join(one.stored[slice(*piece)] if isinstance(piece, list) else piece for piece in pieces)


def files(recorded: Recorded) -> Any:
    made = {name: sealed(name, size, recorded) for name, size in SIZES.items()}
    return {
        "stored_sizes": [[size, stored_size(size)] for size in (0, 1, 8, 16375, 16376, 16377, 10**6, 25 * 2**20)],
        "files": [{"name": name, **_told(one)} for name, one in made.items()],
        "refusals": [
            *_changed(made["short"], "short", _changes_of_a_short_one(made["short"])),
            *_changed(made["three chunks"], "three chunks", _changes_of_a_long_one(made["three chunks"])),
            *_elsewhere(made["short"]),
        ],
    }


def _told(one: Sealed) -> Any:
    terms = one.terms
    return {
        "room": terms.room,
        "epoch": terms.epoch,
        "file_id": terms.file_id,
        "key": terms.key,
        "size": terms.size,
        "salt": one.salt,
        "bytes": one.content,
        "stored": one.stored if terms.size < CHUNK // 2 else None,
        "digest": one.digest,
    }


def _changes_of_a_short_one(one: Sealed) -> dict[str, list[Any]]:
    end = len(one.stored)
    size, content = u64(one.terms.size), one.content
    return {
        "nothing at all": [],
        "cut within the salt": [[0, 20]],
        "cut within the commitment": [[0, 40]],
        "cut behind the commitment": [[0, HEADER_SIZE]],
        "cut within the tag": [[0, end - 1]],
        "one byte more": [[0, end], b"\x00"],
        "another salt": [b"\x00", [1, end]],
        "another commitment": [[0, 24], b"\x00", [25, end]],
        "another tag": [[0, end - 1], b"\x00"],
        "a size that is not the message's": [_otherwise(one, u64(4) + content + b"\x00")],
        "a size beyond 2^53": [_otherwise(one, b"\xff" * 8 + content + b"\x00")],
        "padding that is not zero": [_otherwise(one, size + content + b"\x01")],
        "no padding": [_otherwise(one, size + content)],
        "more padding than there should be": [_otherwise(one, size + content + bytes(3))],
    }


def _changes_of_a_long_one(one: Sealed) -> dict[str, list[Any]]:
    end, head = len(one.stored), [0, HEADER_SIZE]
    last = [_chunk(2)[0], end]
    return {
        "cut behind the first chunk": [head, _chunk(0)],
        "without the last chunk": [head, _chunk(0), _chunk(1)],
        "without a chunk in the middle": [head, _chunk(0), last],
        "two chunks exchanged": [head, _chunk(1), _chunk(0), last],
        "a chunk twice": [head, _chunk(0), _chunk(0), last],
        "a chunk in front": [head, last, _chunk(0), _chunk(1)],
        "a chunk appended": [[0, end], last],
        "a bit of the second chunk": [head, _chunk(0), bytes([one.stored[_chunk(1)[0]] ^ 1]), [_chunk(1)[0] + 1, end]],
    }


def _changed(one: Sealed, of: str, changes: dict[str, list[Any]]) -> list[Any]:
    """Each with the digest of the changed bytes: what is refused is refused without its help."""
    cases = []
    for name, pieces in changes.items():
        stored = _assembled(one, pieces)
        digest = hashlib.sha256(stored).digest()
        refusal = refused(opened, one.terms, digest, stored)
        cases.append({"name": name, "of": of, "pieces": pieces, "digest": digest, "refusal": refusal})
    return cases


def _elsewhere(one: Sealed) -> list[Any]:
    """The true bytes where they do not belong (T31, T32)."""
    terms = one.terms
    other = {
        "another room": {"room": seed("other room")[:16]},
        "another epoch": {"epoch": 4},
        "another file id": {"file_id": seed("other file")[:16]},
        "another key": {"key": seed("other key")},
        "another size": {"size": 6},
        "a size beyond the limit": {"size": 25 * 2**20 + 1},
        "the largest number": {"size": 2**53 - 1},
    }
    cases = [
        {"name": name, "of": "short", "terms": given, "digest": one.digest}
        | {"refusal": refused(opened, replace(terms, **given), one.digest, one.stored)}  # type: ignore[arg-type]
        for name, given in other.items()
    ]
    wrong = seed("other digest")
    digest = {"name": "another digest", "of": "short", "terms": {}, "digest": wrong}
    return [*cases, {**digest, "refusal": refused(opened, terms, wrong, one.stored)}]
