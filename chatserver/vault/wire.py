"""What travels between a person's vault and its keeper: sealed bytes, versions, signatures."""

from typing import Annotated

from msgspec import Meta, Struct

from chatserver.wire.binary import B64
from chatserver.wire.types import Count, HexId

Version = Annotated[int, Meta(ge=1, lt=2**53)]


class VaultWrite(Struct, forbid_unknown_fields=True):
    """One state of the vault. `version` is one more than the version that it replaces."""

    version: Version
    vk_generation: Version
    blob: B64
    password_slot: B64
    recovery_slot: B64 | None
    signature: B64


class OpenAccount(Struct, forbid_unknown_fields=True):
    """A person's account and vault, at once: neither exists without the other.

    `recovery_auth` goes with the recovery slot of the vault: both, or neither.
    `effort`: where the ticket asks for one.
    """

    name: str
    auth: B64
    recovery_auth: B64 | None
    password_suite: Count
    signing_key: B64
    kem_statement: B64
    share_ticket: B64
    vault: VaultWrite
    effort: B64 = b""


class ReadVault(Struct, forbid_unknown_fields=True):
    pass


class StoredVault(Struct):
    version: int
    vk_generation: int
    blob: B64
    password_slot: B64
    recovery_slot: B64 | None
    signature: B64


class VaultWritten(Struct):
    version: int


class ReadKeyring(Struct, forbid_unknown_fields=True):
    room: HexId


class KeyringEntry(Struct):
    epoch: int
    sealed: B64


class Keyring(Struct):
    room: HexId
    entries: list[KeyringEntry]


class KeepEpochKey(Struct, forbid_unknown_fields=True):
    room: HexId
    epoch: Version
    sealed: B64


class EpochKeyKept(Struct):
    room: HexId
    epoch: int
