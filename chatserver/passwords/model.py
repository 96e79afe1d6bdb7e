"""What may replace what."""

from chatserver.accounts.model import Account, Role
from chatserver.errors import Malformed
from chatserver.vault.wire import StoredVault, VaultWrite
from crypto import read_kem_statement
from crypto.errors import KemStatementStale


def check_new_key(write: VaultWrite, newest: StoredVault) -> None:
    """Whoever knew the old password opens no later version. Raises Malformed when the vault's key stays."""
    if write.vk_generation != newest.vk_generation + 1:
        raise Malformed(field="vk_generation")


def check_kem_statement(account: Account, statement: bytes) -> None:
    """The person's own, and newer than the one before (T13). Raises KemStatementStale, Malformed, SignatureInvalid.

    Malformed also for whoever works at an agency: its roster says with which key, and a coordinator signs that.
    """
    if account.role is not Role.CLIENT:
        raise Malformed(field="kem_statement")
    new = read_kem_statement(statement, account.signing_key)
    if new.seq <= read_kem_statement(account.kem_statement, account.signing_key).seq:
        raise KemStatementStale


def is_repeat(write: VaultWrite, newest: StoredVault | None) -> bool:
    """Whether this very write is the one stored: its answer got lost. Only its author knows the signature."""
    return newest is not None and (write.version, write.signature) == (newest.version, newest.signature)
