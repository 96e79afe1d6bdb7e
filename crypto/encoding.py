"""lp, integers, text and padding: the only encoding inside cryptography. docs/protocol.md section 1."""

import re
import struct
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, TypeVar

from crypto.errors import Malformed, NameInvalid

_SIZE: Final = struct.Struct(">I").unpack_from
ZERO32: Final = bytes(32)
_LARGEST_INTEGER: Final = 2**53 - 1
_WORD: Final = re.compile(rb"[a-z_]{1,32}\Z")
# Control, zero-width and direction characters: a name made of them could pass for another.
_NOT_IN_NAMES: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]")
_LARGEST_NAME: Final = 128
T = TypeVar("T")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def lp(*fields: bytes) -> bytes:
    """Each field as u32 big-endian length and bytes."""
    return b"".join(len(field).to_bytes(4) + field for field in fields)


def split(data: bytes) -> list[bytes]:
    """Every field of an lp; raises Malformed on a length beyond the end (T29)."""
    fields = []
    at = 0
    end = len(data)
    try:
        while at < end:
            (size,) = _SIZE(data, at)
            start = at + 4
            at = start + size
            fields.append(data[start:at])
    except struct.error:
        raise Malformed from None
    if at > end:
        raise Malformed
    return fields


def fields(data: bytes, count: int) -> list[bytes]:
    """Exactly `count` fields, or Malformed."""
    found = split(data)
    if len(found) != count:
        raise Malformed
    return found


def labelled(data: bytes, label: bytes, count: int) -> list[bytes]:
    """The `count` fields after the label, or Malformed (T34)."""
    found = fields(data, count + 1)
    if found[0] != label:
        raise Malformed
    return found[1:]


def sized(field: bytes, size: int) -> bytes:
    """The field, if it has exactly that many bytes."""
    if len(field) != size:
        raise Malformed
    return field


def u64(number: int) -> bytes:
    """8 bytes big-endian; numbers stay below 2^53 so that every language can hold them."""
    if not 0 <= number <= _LARGEST_INTEGER:
        raise Malformed
    return number.to_bytes(8)


def read_u64(field: bytes) -> int:
    """The number, or Malformed."""
    number = int.from_bytes(sized(field, 8))
    if number > _LARGEST_INTEGER:
        raise Malformed
    return number


def read_text(field: bytes) -> str:
    """Strict UTF-8 (RFC 3629): no overlong forms, no surrogates; raises Malformed."""
    try:
        return field.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Malformed from None


def utf8(text: str) -> bytes:
    """UTF-8; a lone surrogate has none."""
    try:
        return text.encode("utf-8", "strict")
    except UnicodeEncodeError:
        raise Malformed from None


def word(text: str) -> bytes:
    """An ASCII word as bytes."""
    field = utf8(text)
    read_word(field)
    return field


def read_word(field: bytes) -> str:
    """`[a-z_]{1,32}`."""
    if not _WORD.match(field):
        raise Malformed
    return field.decode("ascii")


def read_flag(field: bytes) -> bool:
    """The word yes or no."""
    if field not in (b"yes", b"no"):
        raise Malformed
    return field == b"yes"


def flag(value: bool) -> bytes:
    """The word yes or no."""
    return b"yes" if value else b"no"


def read_name(field: bytes) -> str:
    """A name that is shown to people; Malformed if it could deceive the eye."""
    text = read_text(field)
    if not 1 <= len(field) <= _LARGEST_NAME or _NOT_IN_NAMES.search(text):
        raise Malformed
    return text


def display_name(text: str) -> bytes:
    """A name as bytes; raises NameInvalid for what no reader would accept."""
    try:
        field = utf8(text)
        read_name(field)
    except Malformed:
        raise NameInvalid from None
    return field


def ascending(keys: Iterable[bytes]) -> bool:
    """Sorted bytewise, none twice."""
    listed = list(keys)
    return all(one < other for one, other in pairwise(listed))


def each(field: bytes, read: Callable[[bytes], T], most: int) -> tuple[T, ...]:
    """Reads a list of at most `most` elements."""
    found = split(field)
    if len(found) > most:
        raise Malformed
    return tuple(read(one) for one in found)


def padme(length: int) -> int:
    """The next length that leaks O(log log n) bits (PURBs, Nikitin et al. 2019); integers only, as e2ee.md asks."""
    exponent = length.bit_length() - 1
    zeros = max(exponent - exponent.bit_length(), 0)
    mask = (1 << zeros) - 1
    return (length + mask) & ~mask


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 UTC of an aware time; what is below a millisecond is cut off."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """An aware time in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
