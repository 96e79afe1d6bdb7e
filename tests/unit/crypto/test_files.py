"""Files: sealed and opened piece by piece, and refused however they were changed (T30-T32)."""

import hashlib
import random
import zlib
from dataclasses import replace
from typing import Any

import pytest

from crypto import LARGEST_FILE, FileBroken, FileOpener, FileSealer, FileTerms, FileTooLarge, stored_size
from crypto.chance import Chance
from crypto.cobblestone import ChunkOpener
from crypto.errors import CryptoRefusal, Malformed
from crypto.vectors.file_cases import opened
from tests.unit.crypto.outside import SCORES, wycheproof
from tests.unit.crypto.vectors_on_disk import raw, refusal_of, vectors

TERMS = FileTerms(bytes(16), 1, b"\x01" * 16, b"\x02" * 32, 0)


class OneSalt(Chance):
    """What only the maker of vectors may do."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt

    def draw(self, size: int) -> bytes:
        assert size == len(self._salt)
        return self._salt


def terms_in(one: dict[str, Any], **changed: Any) -> FileTerms:
    terms = FileTerms(raw(one["room"]), one["epoch"], raw(one["file_id"]), raw(one["key"]), one["size"])
    given: dict[str, Any] = {name: raw(value) if isinstance(value, str) else value for name, value in changed.items()}
    return replace(terms, **given)


def sealed(terms: FileTerms, content: bytes, piece: int, chance: Chance | None = None) -> tuple[bytes, bytes]:
    """(stored, digest), pushed in pieces of that size."""
    sealer = FileSealer(terms, chance or Chance())
    stored = b"".join(sealer.push(content[at : at + piece]) for at in range(0, len(content), piece))
    stored += sealer.finish()
    return stored, sealer.digest


FILES = {one["name"]: one for one in vectors("files")["files"]}


def stored_of(name: str) -> bytes:
    one = FILES[name]
    return sealed(terms_in(one), raw(one["bytes"]), 1000, OneSalt(raw(one["salt"])))[0]


@pytest.mark.parametrize("name", FILES)
def test_a_file_becomes_the_bytes_that_are_written_and_comes_back(name: str) -> None:
    """The same in every client."""
    one = FILES[name]
    stored, digest = sealed(terms_in(one), raw(one["bytes"]), 777, OneSalt(raw(one["salt"])))
    assert digest == raw(one["digest"]) == hashlib.sha256(stored).digest()
    assert one["stored"] is None or stored == raw(one["stored"])
    assert opened(terms_in(one), digest, stored) == raw(one["bytes"])


@pytest.mark.parametrize("case", vectors("files")["refusals"], ids=lambda one: one["name"])
def test_t30_t31_t32_a_file_that_was_changed_or_belongs_elsewhere_is_refused(case: dict[str, Any]) -> None:
    """T30, T31, T32: cut, reordered, continued, exchanged; even where the digest was changed along with it."""
    true = stored_of(case["of"])
    pieces = case.get("pieces", [[0, len(true)]])
    stored = b"".join(true[slice(*one)] if isinstance(one, list) else raw(one) for one in pieces)
    terms = terms_in(FILES[case["of"]], **case.get("terms", {}))
    assert case["refusal"] in ("file_broken", "file_swapped", "file_too_large")
    assert refusal_of(opened, terms, raw(case["digest"]), stored) == case["refusal"]


def test_the_stored_size_follows_from_the_size_alone() -> None:
    """The server needs no other number to know what it is to expect."""
    assert [[size, stored_size(size)] for size, _ in vectors("files")["stored_sizes"]] == vectors("files")[
        "stored_sizes"
    ]
    for size in (0, 5, 16376, 40_000):
        assert len(sealed(replace(TERMS, size=size), bytes(size), 4096)[0]) == stored_size(size)


def test_it_does_not_matter_in_which_pieces_a_file_comes() -> None:
    """Networks cut where they like."""
    chance = random.Random(3)
    content = chance.randbytes(50_000)
    terms = replace(TERMS, size=len(content))
    stored, digest = sealed(terms, content, 9_999)
    opener, out, at = FileOpener(terms, digest), b"", 0
    while at < len(stored):
        step = chance.randrange(1, 20_000)
        out += opener.push(stored[at : at + step])
        at += step
    assert out + opener.finish() == content


def test_a_file_that_is_not_as_long_as_it_was_said_is_not_finished() -> None:
    """It changed on the disk while it was read."""
    sealer = FileSealer(replace(TERMS, size=3))
    with pytest.raises(FileBroken):
        sealer.push(b"four")
    sealer = FileSealer(replace(TERMS, size=3))
    sealer.push(b"tw")
    with pytest.raises(FileBroken):
        sealer.finish()


@pytest.mark.parametrize(
    ("size", "refusal"), [(LARGEST_FILE + 1, FileTooLarge), (2**53 - 1, FileTooLarge), (-1, Malformed)]
)
def test_nothing_larger_than_25_mib_is_begun(size: int, refusal: type[CryptoRefusal]) -> None:
    """T29: nothing is allocated by a number that somebody wrote."""
    for begin in (
        lambda: FileSealer(replace(TERMS, size=size)),
        lambda: FileOpener(replace(TERMS, size=size), bytes(32)),
    ):
        with pytest.raises(refusal):
            begin()


def test_two_files_under_the_same_terms_have_other_salts() -> None:
    """T27: a key that is used twice all the same meets another nonce."""
    one, other = (sealed(replace(TERMS, size=4), b"same", 4)[0] for _ in range(2))
    assert one[:24] != other[:24]


def test_cobblestone_256_opens_and_refuses_as_wycheproof_says() -> None:
    """C2SP chunked encryption; whoever streams may see the beginning of a broken message, never all of it."""
    passed = 0
    cases = [case for _, case in wycheproof("c2sp_chunked_encryption_aes_256_gcm")]
    for case in cases:
        outcome, before = _opened(case)
        assert (outcome is not None) == (case["result"] == "valid"), case["tcId"]
        whole = outcome if outcome is not None else before
        if "msgSha512" in case and outcome is not None:
            assert (len(whole), hashlib.sha512(whole).hexdigest()) == (case["msgLength"], case["msgSha512"])
        passed += 1
    SCORES["Wycheproof C2SP chunked encryption"] = (passed, len(cases), "")
    assert passed == len(cases) == 35


def _opened(case: dict[str, Any]) -> tuple[bytes | None, bytes]:
    """The whole message, or None and what came out before the refusal."""
    stored, out = zlib.decompress(bytes.fromhex(case["ct"])), b""
    try:
        opener = ChunkOpener(bytes.fromhex(case["key"]), bytes.fromhex(case["ctx"]))
        for at in range(0, len(stored), 5000):
            out += opener.push(stored[at : at + 5000])
        return out + opener.finish(), out
    except CryptoRefusal:
        return None, out
