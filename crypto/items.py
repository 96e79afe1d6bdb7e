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
    if len(item) > max(LARGEST.values()):
        raise EnvelopeTooLarge
    with item_form():
        first = split(fields(item, 2)[0])
        kind = _KINDS.get(first[0]) if first else None
        if kind is None:
            raise Malformed
    if len(item) > LARGEST[kind]:
        raise EnvelopeTooLarge
    return kind


def check_kind(item: bytes, kind: ItemKind) -> None:
    """Raises EnvelopeTooLarge, or EnvelopeBroken for an item of another kind (T34)."""
    if item_kind(item) != kind:
        raise EnvelopeBroken


def item_id(item: bytes) -> bytes:
    """32 bytes: what the transcript and the next entry refer to."""
    if item_kind(item) == "message":
        header, ciphertext = fields(item, 2)
        return digest(labels.MESSAGE_ID, header, ciphertext)
    return digest(labels.ENTRY_ID, item)


def broken_id(item: bytes) -> bytes:
    """The id under which an item counts that has no kind: a reader still moves its transcript on."""
    return digest(labels.ENTRY_ID, item)


def th_start(room: bytes) -> bytes:
    """th_0."""
    return digest(labels.TH_START, room)


def th_step(th: bytes, position: int, item: bytes) -> bytes:
    """th_p from th_{p-1} and the id of the item at p."""
    return digest(labels.TH_STEP, th, u64(position), item)
