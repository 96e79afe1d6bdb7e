"""Bytes on the wire: base64url without padding (RFC 4648, sections 5 and 3.2), in both directions."""

from binascii import b2a_base64
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

if TYPE_CHECKING:
    # Structs may be filled with plain bytes: everything that leaves goes through `to_wire`.
    B64: TypeAlias = bytes
else:

    class B64(bytes):
        """Bytes in Python, base64url text on the wire. A type of its own, because msgspec has other plans for bytes."""

        __slots__ = ()


# From base64url to base64, and each letter of base64 that base64url lacks to one that neither has.
_TO_BASE64: Final = bytes.maketrans(b'-_+/="\\', b"+/.....")
_TO_BASE64URL: Final = bytes.maketrans(b"+/", b"-_")
# What may stand last, by how many letters stand beside the groups of four: the bits that are no byte's are zero.
_LAST: Final = {2: b"AQgw", 3: b"AEIMQUYcgkosw048"}
# Several times as fast as Python's own, and as strict.
_decoded: Final = msgspec.json.Decoder(bytes).decode
_LOOKED_THROUGH: Final[dict[type[object], bool]] = {}
_PLAIN: Final = (
    msgspec.inspect.BoolType,
    msgspec.inspect.DateTimeType,
    msgspec.inspect.IntType,
    msgspec.inspect.LiteralType,
    msgspec.inspect.NoneType,
    msgspec.inspect.StrType,
)
_PADDING: Final = {0: b"", 2: b"==", 3: b"="}


def to_base64url(raw: bytes) -> str:
    """The text for these bytes."""
    return b2a_base64(raw, newline=False).translate(_TO_BASE64URL).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """The bytes of this text. Raises ValueError for anything that `to_base64url` would not have written."""
    beside = len(text) % 4
    try:
        letters = text.encode("ascii")
        # Two texts for the same bytes would be two names for the same message.
        if beside and letters[-1] not in _LAST[beside]:
            raise ValueError("Expected base64url in its only form")
        return _decoded(b'"' + letters.translate(_TO_BASE64) + _PADDING[beside] + b'"')
    except (msgspec.DecodeError, UnicodeEncodeError, KeyError):
        raise ValueError("Expected base64url without padding") from None


def to_wire(value: object) -> Any:
    """A struct as dictionaries, lists, texts and numbers, ready for JSON."""
    told = msgspec.to_builtins(value, builtin_types=(bytes,), enc_hook=_as_bytes)
    return _with_text(told) if _holds_bytes(value.__class__) else told


def _holds_bytes(kind: type[object]) -> bool:
    """Whether there may be bytes in such a value, so that it has to be looked through."""
    if kind not in _LOOKED_THROUGH:
        described = msgspec.inspect.type_info(kind) if issubclass(kind, msgspec.Struct) else None
        _LOOKED_THROUGH[kind] = described is None or _may_be_bytes(described)
    return _LOOKED_THROUGH[kind]


def _may_be_bytes(described: msgspec.inspect.Type) -> bool:
    kinds = msgspec.inspect
    if isinstance(described, kinds.StructType):
        return any(_may_be_bytes(one.type) for one in described.fields)
    if isinstance(described, kinds.Metadata):
        return _may_be_bytes(described.type)
    if isinstance(described, kinds.UnionType):
        return any(_may_be_bytes(one) for one in described.types)
    if isinstance(described, kinds.ListType):
        return _may_be_bytes(described.item_type)
    return not isinstance(described, _PLAIN)


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
