"""Epoch secrets kept for the next login under a key of the vault. docs/protocol.md section 4."""

from crypto import labels
from crypto.chance import CHANCE, Chance
from crypto.encoding import lp, sized, u64
from crypto.errors import DoesNotDecrypt, Malformed
from crypto.hashing import open_box, seal_in_box


def _aad(user_id: bytes, room: bytes, epoch: int, kc: bytes) -> bytes:
    return lp(labels.KEYRING_ENTRY, sized(user_id, 16), sized(room, 16), u64(epoch), sized(kc, 32))


def seal_epoch_key(  # noqa: PLR0917 - what the entry is bound to, in the order of the format
    keyring_key: bytes, user_id: bytes, room: bytes, epoch: int, kc: bytes, secret: bytes, *, chance: Chance = CHANCE
) -> bytes:
    """Keeps the epoch's secret, not the key made from it: without the room share it opens nothing (T37)."""
    return seal_in_box(keyring_key, labels.KEYRING, _aad(user_id, room, epoch, kc), sized(secret, 32), chance)


def open_epoch_key(  # noqa: PLR0917 - what the entry is bound to, in the order of the format
    keyring_key: bytes, user_id: bytes, room: bytes, epoch: int, kc: bytes, sealed: bytes
) -> bytes | None:
    """The secret, or None for anything that does not open: the reader then unwraps anew."""
    try:
        return sized(open_box(keyring_key, labels.KEYRING, _aad(user_id, room, epoch, kc), sealed), 32)
    except (Malformed, DoesNotDecrypt):
        return None
