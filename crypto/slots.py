"""The two ways into a vault: a slot for the password, one for the recovery code. docs/protocol.md section 4."""

from crypto import labels
from crypto.chance import Chance
from crypto.encoding import fields, lp, sized, u64
from crypto.errors import CryptoRefusal, Malformed, VaultDoesNotOpen
from crypto.hashing import SUITE, digest, expand, open_aes, seal_aes
from crypto.sealing import open_secret


def _slot_aad(user_id: bytes, kind: bytes, salt: bytes, vk_generation: int) -> bytes:
    return lp(labels.SLOT, sized(user_id, 16), kind, u64(SUITE), sized(salt, 32), u64(vk_generation))


def seal_password_slot(  # noqa: PLR0917 - what the slot is bound to, in the order of the format
    vault_key: bytes, wrap: bytes, user_share: bytes, user_id: bytes, vk_generation: int, chance: Chance
) -> bytes:
    """The vault key under the password and the server's share; without the share it stays shut (T37)."""
    salt = chance.draw(32)
    aad = _slot_aad(user_id, b"password", salt, vk_generation)
    key = expand(expand(wrap, labels.SLOT_KEY, sized(user_share, 32)), labels.SLOT_BOX, salt, aad)
    return lp(aad, salt, seal_aes(key, vault_key, aad))


def open_password_slot(slot: bytes, wrap: bytes, user_share: bytes, user_id: bytes, vk_generation: int) -> bytes:
    """The vault key; raises VaultDoesNotOpen whatever is wrong (T5, T6)."""
    try:
        found, salt, ciphertext = fields(slot, 3)
        aad = _slot_aad(user_id, b"password", salt, vk_generation)
        if found != aad:
            raise Malformed
        key = expand(expand(wrap, labels.SLOT_KEY, sized(user_share, 32)), labels.SLOT_BOX, salt, aad)
        return sized(open_aes(key, ciphertext, aad), 32)
    except CryptoRefusal:
        raise VaultDoesNotOpen from None


def _recovery_info(aad: bytes, user_share: bytes) -> bytes:
    # The share enters the key schedule through info: deleting it closes this slot, too (T37).
    return digest(labels.RECOVERY_SLOT, aad, sized(user_share, 32))


def seal_recovery_slot(  # noqa: PLR0917 - as above
    vault_key: bytes, recovery_pk: bytes, user_share: bytes, user_id: bytes, vk_generation: int, chance: Chance
) -> bytes:
    """The vault key sealed to the recovery code's key; raises KeyInvalid."""
    aad = _slot_aad(user_id, b"recovery", chance.draw(32), vk_generation)
    return lp(aad, chance.hpke(recovery_pk, vault_key, _recovery_info(aad, user_share)))


def open_recovery_slot(slot: bytes, seed: bytes, user_share: bytes, user_id: bytes, vk_generation: int) -> bytes:
    """The vault key; raises VaultDoesNotOpen whatever is wrong (T5, T6)."""
    try:
        aad, sealed = fields(slot, 2)
        salt = fields(aad, 6)[4]
        if aad != _slot_aad(user_id, b"recovery", salt, vk_generation):
            raise Malformed
        return open_secret(seed, sealed, _recovery_info(aad, user_share))
    except CryptoRefusal:
        raise VaultDoesNotOpen from None
