"""Bytes on the wire: base64url without padding (RFC 4648, sections 5 and 3.2), in both directions."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

if TYPE_CHECKING:
    # Structs may be filled with plain bytes: everything that leaves goes through `to_wire`.
    B64: TypeAlias = bytes
else:

    class B64(bytes):
        """Bytes in Python, base64url text on the wire. A type of its own, because msgspec has other plans for bytes."""

        __slots__ = ()


_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]*")


def to_base64url(raw: bytes) -> str:
    """The text for these bytes."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """The bytes of this text. Raises ValueError for anything that `to_base64url` would not have written."""
    if not _ALPHABET.fullmatch(text):
        raise ValueError("Expected base64url without padding")
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except NotBase64:
        raise ValueError("Expected base64url without padding") from None
    if to_base64url(raw) != text:
        # Two texts for the same bytes would be two names for the same message.
        raise ValueError("Expected base64url in its only form")
    return raw


def to_wire(value: object) -> Any:
    """A struct as dictionaries, lists, texts and numbers, ready for JSON."""
    return _with_text(msgspec.to_builtins(value, builtin_types=(bytes,), enc_hook=_as_bytes))


def from_wire(value: Any, wanted: type[Any]) -> Any:
    """The reverse of `to_wire`. Raises msgspec.ValidationError."""
    return msgspec.convert(value, wanted, dec_hook=decode_custom)


def decode_custom(wanted: type[Any], value: object) -> object:
    """The hook with which msgspec reads `B64`."""
    if wanted is B64 and isinstance(value, str):
        return B64(from_base64url(value))
    raise ValueError("Expected base64url text")


def _as_bytes(value: object) -> object:
    if isinstance(value, bytes):
        return bytes(value)
    raise NotImplementedError(f"no form on the wire for {type(value).__name__}")


def _with_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_text(one) for one in value]
    return to_base64url(value) if isinstance(value, bytes) else value
