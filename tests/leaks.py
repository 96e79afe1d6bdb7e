"""Looks for secrets where none may be: in a database, a log, a frame, whatever the encoding.

A leak rarely lies there in plain sight: a driver stores UTF-16, a log writes hex, a frame carries base64 of something
longer, so that the secret begins at any of three offsets, and a body may be compressed.
"""

import base64
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

# What a compressed stream may inflate to before we stop looking: the search must not become the bomb's victim.
MOST_INFLATED = 4_000_000
ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b")


@dataclass(frozen=True, slots=True)
class Leak:
    """`secret` is the secret's name, never its value: a report must not leak either."""

    secret: str
    encoding: str
    place: str


def encodings(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """The forms in which a secret may lie somewhere, all but compressed ones."""
    yield "raw", secret
    try:
        word = secret.decode()
    except UnicodeDecodeError:
        pass
    else:
        yield "utf-16-le", word.encode("utf-16-le")
        yield "utf-16-be", word.encode("utf-16-be")
        # A log in JSON writes "ü" as "\\u00fc"; without such letters this form is the raw one.
        yield "json", json.dumps(word)[1:-1].encode()
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    for offset in range(3):
        yield f"base64+{offset}", _middle_of_base64(secret, offset, base64.b64encode)
        yield f"base64url+{offset}", _middle_of_base64(secret, offset, base64.urlsafe_b64encode)


def _middle_of_base64(secret: bytes, offset: int, encode: Callable[[bytes], bytes]) -> bytes:
    """The symbols that depend on the secret alone when it begins `offset` bytes into a group of three."""
    text = encode(bytes(offset) + secret)
    first = (8 * offset + 5) // 6
    last = (8 * (offset + len(secret))) // 6
    return text[first:last]


def inflated(haystack: bytes) -> Iterator[bytes]:
    """Everything in it that inflates, from every place where a zlib or gzip stream may begin."""
    for head in ZLIB_HEADS:
        at = haystack.find(head)
        while at >= 0:
            try:
                found = zlib.decompressobj(wbits=47).decompress(haystack[at:], MOST_INFLATED)
            except zlib.error:
                found = b""
            if found:
                yield found
            at = haystack.find(head, at + 1)


def find_leaks(secrets: Mapping[str, bytes], haystacks: Iterable[tuple[str, bytes]]) -> list[Leak]:
    """Every place where a secret lies, in whichever encoding. Secrets have 8 bytes or more: chance finds less."""
    for name, secret in secrets.items():
        if len(secret) < 8:
            message = f"the secret {name} is too short to be searched for"
            raise ValueError(message)
    needles = [(name, encoding, form) for name, secret in secrets.items() for encoding, form in encodings(secret)]
    leaks = []
    for place, haystack in haystacks:
        leaks += [Leak(name, encoding, place) for name, encoding, form in needles if form in haystack]
        for plain in inflated(haystack):
            leaks += [Leak(name, f"zlib, {encoding}", place) for name, encoding, form in needles if form in plain]
    return leaks
