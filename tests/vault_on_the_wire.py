"""The protocol's vault write and the wire's: the same fields; no recovery slot is empty bytes there and null here."""

from chatserver.vault.wire import StoredVault, VaultWrite
from crypto import VaultWrite as SealedVault


def on_the_wire(sealed: SealedVault) -> VaultWrite:
    """To send."""
    return VaultWrite(
        version=sealed.version,
        vk_generation=sealed.vk_generation,
        blob=sealed.blob,
        password_slot=sealed.password_slot,
        recovery_slot=sealed.recovery_slot or None,
        signature=sealed.signature,
    )


def from_the_wire(stored: StoredVault) -> SealedVault:
    """To open."""
    return SealedVault(
        version=stored.version,
        vk_generation=stored.vk_generation,
        blob=stored.blob,
        password_slot=stored.password_slot,
        recovery_slot=stored.recovery_slot or b"",
        signature=stored.signature,
    )
