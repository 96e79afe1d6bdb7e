"""The vault: all a person needs to read their rooms from an empty browser, sealed. docs/protocol.md section 4."""

from dataclasses import dataclass, field, replace
from typing import Final

from crypto import labels
from crypto.chance import CHANCE, Chance
from crypto.encoding import display_name, fields, lp, padme, read_u64, u64
from crypto.errors import (
    CryptoRefusal,
    DoesNotDecrypt,
    Malformed,
    SuiteUnknown,
    TooLarge,
    VaultDoesNotOpen,
    VaultSignatureInvalid,
    VaultStale,
)
from crypto.hashing import SUITE, digest, open_box, seal_in_box
from crypto.identity import Identity
from crypto.signing import verify
from crypto.slots import open_password_slot, open_recovery_slot, seal_password_slot, seal_recovery_slot
from crypto.vault_body import merge, read_body, write_body
from crypto.vault_shelf import Shelf

LARGEST_BLOB: Final = 1 << 20
LARGEST_SLOT: Final = 4096
_LEAST_BODY: Final = 1024


@dataclass(frozen=True, slots=True)
class VaultWrite:
    """One stored state. `recovery_slot` is empty while there is none."""

    version: int
    vk_generation: int
    blob: bytes
    password_slot: bytes
    recovery_slot: bytes
    signature: bytes


def _signed_bytes(user_id: bytes, write: VaultWrite) -> bytes:
    parts = (digest(labels.VAULT_PART, part) for part in (write.blob, write.password_slot, write.recovery_slot))
    return lp(labels.VAULT_WRITE, user_id, u64(write.vk_generation), u64(write.version), *parts)


def check_vault_size(write: VaultWrite) -> None:
    """Raises TooLarge."""
    if len(write.blob) > LARGEST_BLOB or max(len(write.password_slot), len(write.recovery_slot)) > LARGEST_SLOT:
        raise TooLarge


def verify_vault_write(ed_pk: bytes, user_id: bytes, write: VaultWrite) -> None:
    """What the server checks: a stolen cookie is not enough to overwrite a vault (T46).

    Raises TooLarge, VaultSignatureInvalid.
    """
    check_vault_size(write)
    try:
        verify(ed_pk, write.signature, _signed_bytes(user_id, write))
    except CryptoRefusal:
        raise VaultSignatureInvalid from None


def _pad(body: bytes) -> bytes:
    padded = len(body).to_bytes(4) + body
    return padded.ljust(max(_LEAST_BODY, padme(len(padded))), b"\x00")


def _unpad(padded: bytes) -> bytes:
    size = int.from_bytes(padded[:4])
    body = padded[4 : 4 + size]
    if len(body) != size or _pad(body) != padded:
        raise Malformed
    return body


def _blob_aad(user_id: bytes, vk_generation: int, version: int) -> bytes:
    return lp(labels.VAULT_BLOB, user_id, u64(SUITE), u64(vk_generation), u64(version))


@dataclass(slots=True, kw_only=True)
class Vault(Shelf):
    """An open vault. `version` is the one it was read from, 0 for one that was never stored."""

    user_id: bytes
    version: int
    vk_generation: int
    vault_key: bytes = field(repr=False)
    password_slot: bytes = field(repr=False)
    recovery_slot: bytes = field(repr=False, default=b"")

    def merge(self, stored: "Vault") -> None:
        """After a conflict: takes the stored state and adds what is only here; raises PinsContradict."""
        self.entries = merge(stored.entries, self.entries)
        self.version = stored.version
        self.vk_generation, self.vault_key = stored.vk_generation, stored.vault_key
        self.password_slot, self.recovery_slot = stored.password_slot, stored.recovery_slot

    def change_password(
        self, wrap: bytes, user_share: bytes, recovery_pk: bytes | None = None, *, chance: Chance = CHANCE
    ) -> None:
        """A new vault key and both slots anew; `recovery_pk` replaces the recovery code as well."""
        if recovery_pk is not None:
            self.keep("recovery", b"", recovery_pk)
        self.vault_key = chance.draw(32)
        self.vk_generation += 1
        self.write_slots(wrap, user_share, chance)

    def renew_kem_key(self, *, chance: Chance = CHANCE) -> Identity:
        """Another KEM key with the next `seq`, for the same person. What was wrapped for the old one still opens."""
        before = self.identity
        self.keep("kem_before", u64(before.kem_seq), before.kem_seed)
        after = Identity(before.ed_seed, chance.draw(32), before.kem_seq + 1)
        self.keep("identity", b"", after.ed_seed, after.kem_seed, u64(after.kem_seq), u64(SUITE))
        return after

    def write_slots(self, wrap: bytes, user_share: bytes, chance: Chance) -> None:
        """Seals the vault key into the password slot and, if there is a recovery key, into its slot."""
        place = (user_share, self.user_id, self.vk_generation)
        self.password_slot = seal_password_slot(self.vault_key, wrap, *place, chance)
        recovery = self.read("recovery", b"", 1)
        self.recovery_slot = (
            b"" if recovery is None else seal_recovery_slot(self.vault_key, recovery[0], *place, chance)
        )

    def seal(self, *, chance: Chance = CHANCE) -> VaultWrite:
        """The next version, signed. The server takes it only if it follows its own (compare-and-swap)."""
        self.version += 1
        aad = _blob_aad(self.user_id, self.vk_generation, self.version)
        blob = seal_in_box(self.vault_key, labels.VAULT, aad, _pad(write_body(self.entries)), chance)
        write = VaultWrite(self.version, self.vk_generation, blob, self.password_slot, self.recovery_slot, b"")
        check_vault_size(write)
        return replace(write, signature=self.identity.sign(_signed_bytes(self.user_id, write)))


def renewed_vault(
    old: Vault,
    identity: Identity,
    wrap: bytes,
    user_share: bytes,
    recovery_pk: bytes | None = None,
    *,
    chance: Chance = CHANCE,
) -> Vault:
    """The vault of somebody who takes a new identity: all that the old one knows, under keys that nobody has seen.

    The old identity is kept for what was wrapped for it. Raises KeyInvalid.
    """
    name = old.name
    renewed = new_vault(identity, wrap, user_share, name=name, recovery_pk=recovery_pk, chance=chance)
    own = {"identity", "kem_before", "keyring", "recovery", "name"}
    renewed.entries = {key: value for key, value in old.entries.items() if key[0] not in own} | renewed.entries
    before = old.identity
    parts = (before.ed_seed, before.kem_seed, u64(before.kem_seq), u64(SUITE))
    renewed.keep("identity_before", before.fingerprint, *parts)
    return renewed


def new_vault(
    identity: Identity,
    wrap: bytes,
    user_share: bytes,
    *,
    name: str | None = None,
    recovery_pk: bytes | None = None,
    chance: Chance = CHANCE,
) -> Vault:
    """A vault that was never stored: version 0 until the first seal(). Raises NameInvalid."""
    vault = Vault(
        user_id=identity.user_id,
        version=0,
        vk_generation=1,
        vault_key=chance.draw(32),
        password_slot=b"",
    )
    vault.keep("identity", b"", identity.ed_seed, identity.kem_seed, u64(identity.kem_seq), u64(SUITE))
    vault.keep("keyring", b"", chance.draw(32))
    if name is not None:
        vault.keep("name", b"", display_name(name))
    if recovery_pk is not None:
        vault.keep("recovery", b"", recovery_pk)
    vault.write_slots(wrap, user_share, chance)
    return vault


def _check_blob(write: VaultWrite, known_version: int) -> None:
    try:
        suite = read_u64(fields(fields(write.blob, 3)[0], 5)[2])
    except Malformed:
        raise VaultDoesNotOpen from None
    if suite != SUITE:
        raise SuiteUnknown
    if write.version < known_version:
        raise VaultStale


def _open(write: VaultWrite, user_id: bytes, vault_key: bytes) -> Vault:
    aad = _blob_aad(user_id, write.vk_generation, write.version)
    try:
        entries = read_body(_unpad(open_box(vault_key, labels.VAULT, aad, write.blob)))
        vault = Vault(
            user_id=user_id,
            version=write.version,
            vk_generation=write.vk_generation,
            entries=entries,
            vault_key=vault_key,
            password_slot=write.password_slot,
            recovery_slot=write.recovery_slot,
        )
        _check_owner(vault)
    except (Malformed, DoesNotDecrypt):
        raise VaultDoesNotOpen from None
    return vault


def _check_owner(vault: Vault) -> None:
    """Raises Malformed for another person's vault or one without the entries that every vault has."""
    if vault.identity.user_id != vault.user_id or not vault.keyring_key:
        raise Malformed


def open_vault(write: VaultWrite, user_id: bytes, wrap: bytes, user_share: bytes, *, known_version: int = 0) -> Vault:
    """Opens with the password's `wrap`. Raises VaultDoesNotOpen, VaultStale (T7), SuiteUnknown; never resets (T9)."""
    _check_blob(write, known_version)
    key = open_password_slot(write.password_slot, wrap, user_share, user_id, write.vk_generation)
    return _open(write, user_id, key)


def open_vault_by_recovery(
    write: VaultWrite, user_id: bytes, recovery_seed: bytes, user_share: bytes, *, known_version: int = 0
) -> Vault:
    """Opens with the seed of the recovery code; afterwards a new password and a new code are set."""
    _check_blob(write, known_version)
    key = open_recovery_slot(write.recovery_slot, recovery_seed, user_share, user_id, write.vk_generation)
    return _open(write, user_id, key)
