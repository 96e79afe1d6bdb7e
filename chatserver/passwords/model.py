"""What may replace what."""

from chatserver.errors import Malformed
from chatserver.vault.wire import StoredVault, VaultWrite


def check_new_key(write: VaultWrite, newest: StoredVault) -> None:
    """Whoever knew the old password opens no later version. Raises Malformed when the vault's key stays."""
    if write.vk_generation != newest.vk_generation + 1:
        raise Malformed(field="vk_generation")


def is_repeat(write: VaultWrite, newest: StoredVault | None) -> bool:
    """Whether this very write is the one stored: its answer got lost. Only its author knows the signature."""
    return newest is not None and (write.version, write.signature) == (newest.version, newest.signature)
