"""Opening an account with its vault, and keeping the vault."""

from dataclasses import dataclass

from chatserver.accounts import store as accounts
from chatserver.accounts.actions import admit, open_session
from chatserver.accounts.model import AUTH_BYTES, PASSWORD_SUITE, Account, Role, Verifiers
from chatserver.accounts.tickets import check_effort, redeem
from chatserver.accounts.verifiers import make_verifier, verify_auth
from chatserver.accounts.wire import Admitted, Opened, SignedIn
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import Malformed, NameTaken, NotFound, PasswordSuiteUnknown, TooManyRequests
from chatserver.vault import store
from chatserver.vault.model import FIRST_VERSION, LARGEST_KEYRING_ENTRY, MOST_KEYRING_ENTRIES, check_next_version
from chatserver.vault.wire import (
    EpochKeyKept,
    KeepEpochKey,
    Keyring,
    OpenAccount,
    ReadKeyring,
    ReadVault,
    StoredVault,
    VaultWrite,
    VaultWritten,
)
from crypto import VaultWrite as SignedWrite
from crypto import check_name, read_kem_statement, server_salt, user_id_of, verify_vault_write


async def open_account(deps: Deps, asker: Asker | None, command: OpenAccount) -> Opened[SignedIn]:
    """A client's account, share and first vault, at once. A repeat of a request whose answer got lost signs in.

    Raises NameInvalid, NameTaken, PasswordSuiteUnknown, TicketInvalid, EffortMissing, VaultConflict,
    VaultSignatureInvalid.
    """
    check_effort(deps.secrets.server_secret, command.share_ticket, command.effort)
    before = await account_like(deps, command)
    if before is not None:
        if before.role is not Role.CLIENT:
            raise NameTaken
        async with work(deps) as tx:
            return await open_session(deps, tx.db, before)
    opening = await prepare_account(deps, command, Role.CLIENT)
    async with work(deps) as tx:
        await add_account(tx, opening)
        return await open_session(deps, tx.db, opening.account)


@dataclass(frozen=True, slots=True)
class Opening:
    """An account before it is stored; all that can be checked and hashed outside a transaction has been."""

    account: Account
    share: bytes
    vault: VaultWrite


async def account_like(deps: Deps, command: OpenAccount) -> Account | None:
    """The account of that name, if there is one with these keys: an earlier answer got lost. Raises NameTaken."""
    name = check_name(command.name)
    check_keys(command)
    async with look(deps) as db:
        before = await accounts.account_by_name(db, name)
    if before is None:
        return None
    pepper, cost = deps.secrets.pepper, deps.config.hash_cost
    same = before.signing_key == command.signing_key and before.disabled_at is None
    if not same or not await verify_auth(pepper, command.auth, before.auth_verifier, cost):
        raise NameTaken
    return before


async def sign_in_again(deps: Deps, before: Account) -> Opened[Admitted]:
    """The answer that got lost, with a ticket of its own, for whoever works here."""
    async with work(deps) as tx:
        return await admit(deps, tx.db, before)


async def prepare_account(deps: Deps, command: OpenAccount, role: Role) -> Opening:
    """Everything about a new account that needs no turn of the write connection. Raises TicketInvalid, TooBusy."""
    share = redeem(deps.secrets.server_secret, "user", command.share_ticket, deps.now())
    verifiers = await make_verifiers(deps, command.auth, command.recovery_auth)
    return Opening(_account(deps, command, role, verifiers), share, command.vault)


async def add_account(tx: Work, opening: Opening) -> None:
    """Account, share and first vault, in the caller's transaction. Raises NameTaken, TicketInvalid."""
    account = opening.account
    await accounts.add_account(tx.db, account, opening.share)
    await store.add_version(tx.db, account.id, opening.vault, account.created_at)


def check_keys(command: OpenAccount) -> None:
    """The keys are good ones, and the vault was signed by the person whose account this becomes (T12, T46)."""
    if command.password_suite != PASSWORD_SUITE:
        raise PasswordSuiteUnknown
    check_auth(command.auth, "auth")
    check_recovery(command.recovery_auth, command.vault)
    read_kem_statement(command.kem_statement, command.signing_key)
    check_next_version(command.vault.version, FIRST_VERSION - 1)
    verify_vault_write(command.signing_key, user_id_of(command.signing_key), signed(command.vault))


def check_same_slots(write: VaultWrite, newest: StoredVault | None) -> None:
    """Slots change together with what the server checks, or they would lock somebody out. Raises Malformed."""
    if newest is None:
        return
    for part in ("vk_generation", "password_slot", "recovery_slot"):
        if getattr(write, part) != getattr(newest, part):
            raise Malformed(field=part)


def check_auth(auth: bytes, field: str) -> None:
    """A login key that is to be kept has the protocol's length. Raises Malformed."""
    if len(auth) != AUTH_BYTES:
        raise Malformed(field=field)


def check_recovery(auth: bytes | None, vault: VaultWrite) -> None:
    """A recovery slot without a login key for it could never be reached, and the other way round. Raises Malformed."""
    if (auth is None) != (not vault.recovery_slot):
        raise Malformed(field="recovery_auth")
    if auth is not None:
        check_auth(auth, "recovery_auth")


async def make_verifiers(deps: Deps, auth: bytes, recovery_auth: bytes | None) -> Verifiers:
    """What is stored of both login keys, hashed off the loop. Raises TooBusy."""
    pepper, cost = deps.secrets.pepper, deps.config.hash_cost
    recovery = None if recovery_auth is None else await make_verifier(pepper, recovery_auth, cost)
    return Verifiers(await make_verifier(pepper, auth, cost), recovery)


def _account(deps: Deps, command: OpenAccount, role: Role, verifiers: Verifiers) -> Account:
    name = check_name(command.name)
    return Account(
        id=accounts.account_id_of(user_id_of(command.signing_key)),
        name=name,
        role=role,
        password_suite=command.password_suite,
        server_salt=server_salt(deps.secrets.server_secret, name),
        auth_verifier=verifiers.auth,
        recovery_verifier=verifiers.recovery,
        signing_key=command.signing_key,
        kem_statement=command.kem_statement,
        created_at=deps.now(),
    )


async def read_vault(deps: Deps, asker: Asker, command: ReadVault) -> StoredVault:
    """One's own vault, as it was last written."""
    async with look(deps) as db:
        vault = await store.newest_vault(db, asker.account_id)
    if vault is None:
        raise NotFound
    return vault


async def write_vault(deps: Deps, asker: Asker, command: VaultWrite) -> VaultWritten:
    """The next version. The cookie alone does not suffice: the write is signed by the person's own key (T46).

    Raises VaultSignatureInvalid, VaultConflict, TooLarge.
    """
    async with work(deps) as tx:
        account = await accounts.account_by_id(tx.db, asker.account_id)
        if account is None:
            raise NotFound
        verify_vault_write(account.signing_key, bytes.fromhex(account.id), signed(command))
        newest = await store.newest_vault(tx.db, account.id)
        check_next_version(command.version, newest.version if newest else 0)
        check_same_slots(command, newest)
        await store.add_version(tx.db, account.id, command, deps.now())
    return VaultWritten(command.version)


async def read_keyring(deps: Deps, asker: Asker, command: ReadKeyring) -> Keyring:
    """One's own sealed epoch keys of a room; none for a room one has nothing to do with."""
    async with look(deps) as db:
        return Keyring(command.room, await store.keyring_of(db, asker.account_id, command.room))


async def keep_epoch_key(deps: Deps, asker: Asker, command: KeepEpochKey) -> EpochKeyKept:
    """Keeps an epoch key for the next login. Raises Malformed (too long), TooManyRequests (too many of them)."""
    if len(command.sealed) > LARGEST_KEYRING_ENTRY:
        raise Malformed(field="sealed")
    async with work(deps) as tx:
        if await store.keyring_size(tx.db, asker.account_id) >= MOST_KEYRING_ENTRIES:
            raise TooManyRequests
        await store.keep_epoch_key(tx.db, asker.account_id, command.room, command.epoch, command.sealed)
    return EpochKeyKept(command.room, command.epoch)


def signed(write: VaultWrite) -> SignedWrite:
    """The wire's write as the protocol sees it; no recovery slot is an empty one."""
    return SignedWrite(
        version=write.version,
        vk_generation=write.vk_generation,
        blob=write.blob,
        password_slot=write.password_slot,
        recovery_slot=write.recovery_slot or b"",
        signature=write.signature,
    )
