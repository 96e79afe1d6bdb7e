"""What all items of a room share: their kind, their id, their place in the transcript. docs/protocol.md section 7."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from crypto import labels
from crypto.encoding import fields, split, u64
from crypto.errors import EnvelopeBroken, EnvelopeTooLarge, Malformed
from crypto.hashing import digest

ItemKind = Literal["genesis", "commit", "message"]

LARGEST: Final[dict[ItemKind, int]] = {"genesis": 16 * 1024, "commit": 256 * 1024, "message": 68 * 1024}
_LARGEST: Final = max(LARGEST.values())
_KINDS: Final[dict[bytes, ItemKind]] = {
    labels.GENESIS: "genesis",
    labels.COMMIT: "commit",
    labels.MESSAGE: "message",
}


@contextmanager
def item_form() -> Iterator[None]:
    """Inside an item, broken form has its own code: the server answers with it, a reader shows it."""
    try:
        yield
    except Malformed:
        raise EnvelopeBroken from None


def item_kind(item: bytes) -> ItemKind:
    """Tells by the label in the first field; raises EnvelopeTooLarge, EnvelopeBroken."""
    return parts_of(item)[0]


def parts_of(item: bytes) -> tuple[ItemKind, bytes, bytes, list[bytes]]:
    """The kind, both fields, and the fields of the first; raises EnvelopeTooLarge, EnvelopeBroken."""
    if len(item) > _LARGEST:
        raise EnvelopeTooLarge
    try:
        first, second = fields(item, 2)
        inner = split(first)
    except Malformed:
        raise EnvelopeBroken from None
    kind = _KINDS.get(inner[0]) if inner else None
    if kind is None:
        raise EnvelopeBroken
    if len(item) > LARGEST[kind]:
        raise EnvelopeTooLarge
    return kind, first, second, inner


def check_kind(item: bytes, kind: ItemKind) -> None:
    """Raises EnvelopeTooLarge, or EnvelopeBroken for an item of another kind (T34)."""
    if item_kind(item) != kind:
        raise EnvelopeBroken


def item_id(item: bytes) -> bytes:
    """32 bytes: what the transcript and the next entry refer to."""
    kind, header, ciphertext, _ = parts_of(item)
    return message_id(header, ciphertext) if kind == "message" else digest(labels.ENTRY_ID, item)


def message_id(header: bytes, ciphertext: bytes) -> bytes:
    """The id of a message whose two fields are at hand."""
    return digest(labels.MESSAGE_ID, header, ciphertext)


def broken_id(item: bytes) -> bytes:
    """The id under which an item counts that has no kind: a reader still moves its transcript on."""
    return digest(labels.ENTRY_ID, item)


def th_start(room: bytes) -> bytes:
    """th_0."""
    return digest(labels.TH_START, room)


def th_step(th: bytes, position: int, item: bytes) -> bytes:
    """th_p from th_{p-1} and the id of the item at p."""
    return digest(labels.TH_STEP, th, u64(position), item)
