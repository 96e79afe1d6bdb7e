"""Changing a password and recovering an account: verifiers, vault and sessions in one transaction."""

from chatserver.accounts import store as accounts
from chatserver.accounts.actions import admit
from chatserver.accounts.model import Account, Verifiers
from chatserver.accounts.verifiers import verify_auth
from chatserver.accounts.wire import Admitted, Opened
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import Malformed, SessionExpired, VaultConflict, WrongCredentials
from chatserver.passwords.model import check_kem_statement, check_new_key, is_repeat
from chatserver.passwords.wire import (
    ChangePassword,
    OpenByRecovery,
    PasswordChanged,
    RecoverAccount,
    VaultByRecovery,
)
from chatserver.vault import store as vaults
from chatserver.vault.actions import check_auth, check_recovery, make_verifiers, signed
from chatserver.vault.model import check_next_version
from chatserver.vault.wire import StoredVault, VaultWrite
from crypto import check_name, verify_vault_write


async def change_password(deps: Deps, asker: Asker, command: ChangePassword) -> PasswordChanged:
    """Another password, another recovery code, or both. Until this is stored the old ones hold, afterwards the new.

    Every other session ends, unless the password stays. A repeat whose answer got lost changes nothing more.
    Raises WrongCredentials, VaultConflict, VaultSignatureInvalid, KemStatementStale, Malformed.
    """
    check_auth(command.new_auth, "new_auth")
    account, newest = await _account_with_vault(deps, asker.account_id)
    repeated = is_repeat(command.vault, newest)
    await _prove(deps, command.new_auth if repeated else command.auth, account.auth_verifier)
    if repeated:
        return PasswordChanged(command.vault.version)
    if command.kem_statement is not None:
        check_kem_statement(account, command.kem_statement)
    verifiers = await _verifiers(deps, account, command)
    async with work(deps) as tx:
        await _replace(tx, deps, account, verifiers, command.vault)
        tx.record("password_changed", deps.now(), by=account.id)
        if command.kem_statement is not None:
            await accounts.keep_kem_statement(tx.db, account.id, command.kem_statement)
        stays = command.new_auth == command.auth
        ended = [] if stays else await accounts.end_sessions_of(tx.db, account.id, but=asker.session_id)
    for session in ended:
        await deps.announce.disconnect(session)
    return PasswordChanged(command.vault.version)


async def open_by_recovery(deps: Deps, asker: Asker | None, command: OpenByRecovery) -> VaultByRecovery:
    """The sealed vault, for whoever has its recovery code. Nothing changes yet; the old password still holds.

    Raises WrongCredentials, the same for a name that nobody has and for an account without a code (T2).
    """
    account, newest = await _recoverable(deps, command.name)
    await _prove(deps, command.recovery_auth, account.recovery_verifier if account else None)
    if account is None or newest is None:
        raise WrongCredentials
    async with look(deps) as db:
        share = await accounts.share_of(db, account.id)
    return VaultByRecovery(account.id, share, newest)


async def recover_account(deps: Deps, asker: Asker | None, command: RecoverAccount) -> Opened[Admitted]:
    """A new password and a new code instead of the code; every session before it ends, a new one begins.

    A repeat whose answer got lost signs in. Raises what `change_password` raises.
    """
    check_auth(command.new_auth, "new_auth")
    check_recovery(command.new_recovery_auth, command.vault)
    if command.new_recovery_auth == command.recovery_auth:
        raise Malformed(field="new_recovery_auth")
    account, newest = await _recoverable(deps, command.name)
    repeated = account is not None and is_repeat(command.vault, newest)
    known = None if account is None else account.auth_verifier if repeated else account.recovery_verifier
    # One hash, whatever is the case: how long it takes tells nothing (T2).
    await _prove(deps, command.new_auth if repeated else command.recovery_auth, known)
    if account is None:
        raise WrongCredentials
    if repeated:
        async with work(deps) as tx:
            return await admit(deps, tx.db, account)
    verifiers = await make_verifiers(deps, command.new_auth, command.new_recovery_auth)
    async with work(deps) as tx:
        await _replace(tx, deps, account, verifiers, command.vault)
        tx.record("account_recovered", deps.now(), by=account.id)
        ended = await accounts.end_sessions_of(tx.db, account.id)
        opened = await admit(deps, tx.db, account)
    for session in ended:
        await deps.announce.disconnect(session)
    return opened


async def _prove(deps: Deps, auth: bytes, verifier: str | None) -> None:
    if not await verify_auth(deps.secrets.pepper, auth, verifier, deps.config.hash_cost):
        raise WrongCredentials


async def _account_with_vault(deps: Deps, account_id: str) -> tuple[Account, StoredVault | None]:
    async with look(deps) as db:
        account = await accounts.account_by_id(db, account_id)
        if account is None:
            raise SessionExpired
        return account, await vaults.newest_vault(db, account.id)


async def _recoverable(deps: Deps, name: str) -> tuple[Account | None, StoredVault | None]:
    """Whoever has left is answered like somebody whom nobody knows. Raises NameInvalid."""
    checked = check_name(name)
    async with look(deps) as db:
        account = await accounts.account_by_name(db, checked)
        newest = await vaults.newest_vault(db, account.id if account else "")
    return (None, None) if account is None or account.disabled_at else (account, newest)


async def _verifiers(deps: Deps, account: Account, command: ChangePassword) -> Verifiers:
    """What is stored from then on. Without a new code the old one's verifier stays, and with it the slot."""
    if command.new_recovery_auth is not None:
        check_recovery(command.new_recovery_auth, command.vault)
    elif (account.recovery_verifier is None) != (not command.vault.recovery_slot):
        raise Malformed(field="new_recovery_auth")
    made = await make_verifiers(deps, command.new_auth, command.new_recovery_auth)
    return made if made.recovery is not None else Verifiers(made.auth, account.recovery_verifier)


async def _replace(tx: Work, deps: Deps, seen: Account, verifiers: Verifiers, write: VaultWrite) -> None:
    """Compare and swap: of two at once the second finds a version that it does not follow. Raises VaultConflict."""
    verify_vault_write(seen.signing_key, bytes.fromhex(seen.id), signed(write))
    newest = await vaults.newest_vault(tx.db, seen.id)
    if newest is None:
        raise VaultConflict
    check_next_version(write.version, newest.version)
    check_new_key(write, newest)
    await accounts.keep_verifiers(tx.db, seen.id, verifiers)
    await vaults.add_version(tx.db, seen.id, write, deps.now())
