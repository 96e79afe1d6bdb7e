"""What travels when a password changes, and when a recovery code opens what a forgotten one closed."""

from msgspec import Struct

from chatserver.vault.wire import StoredVault, VaultWrite
from chatserver.wire.binary import B64
from chatserver.wire.types import HexId


class ChangePassword(Struct, forbid_unknown_fields=True):
    """`auth` proves the present password; the rest is what holds afterwards.

    `new_auth` may be the same, where only the code is replaced; without `new_recovery_auth` the code stays.
    `kem_statement`: of a client's new KEM key, which the vault holds already; rooms learn of it by `key_change`.
    """

    auth: B64
    new_auth: B64
    new_recovery_auth: B64 | None
    vault: VaultWrite
    kem_statement: B64 | None = None


class PasswordChanged(Struct):
    version: int


class OpenByRecovery(Struct, forbid_unknown_fields=True):
    """Asks for a vault with the login key of its recovery code; the answer looks alike for names nobody has (T2)."""

    name: str
    recovery_auth: B64


class VaultByRecovery(Struct):
    """All that the holder of the code needs to open the vault and to seal it anew."""

    account_id: HexId
    user_share: B64
    vault: StoredVault


class RecoverAccount(Struct, forbid_unknown_fields=True):
    """A new password and, always, a new code: the one that was typed into some browser is used up."""

    name: str
    recovery_auth: B64
    new_auth: B64
    new_recovery_auth: B64
    vault: VaultWrite
