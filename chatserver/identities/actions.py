"""Taking a new identity, in one transaction."""

from chatserver.accounts import store as accounts
from chatserver.accounts.actions import open_session
from chatserver.accounts.model import Account, Role
from chatserver.accounts.verifiers import verify_auth
from chatserver.accounts.wire import Opened, SignedIn
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import Malformed, NotFound, SessionExpired, WrongCredentials
from chatserver.identities import store
from chatserver.identities.wire import RenewedKey, RenewedRoom, RenewIdentity
from chatserver.rooms import store as rooms
from chatserver.rooms.actions import accept_commit
from chatserver.vault import store as vaults
from chatserver.vault.actions import Opening, add_account, check_keys, prepare_account
from chatserver.vault.model import LARGEST_KEYRING_ENTRY
from chatserver.ways.actions import forget_all_ways
from crypto import Rekey, read_commit
from crypto.errors import CommitInconsistent


async def renew_identity(deps: Deps, asker: Asker, command: RenewIdentity) -> Opened[SignedIn]:
    """New keys, vault and password under the same name; every room learns of it by a commit that both keys signed.

    Whoever has opened the old vault is shut out of all that comes; the other sessions end. A repeat whose answer got
    lost finds the old session gone: logging in with the new password tells. Raises WrongCredentials,
    CommitInconsistent (not every room), and what the protocol refuses.
    """
    old = await _checked(deps, asker, command)
    opening = await prepare_account(deps, command.account, Role.CLIENT)
    async with work(deps) as tx:
        await store.retire_account(tx.db, old.id, opening.account.id, deps.now())
        await add_account(tx, opening)
        await _renew_rooms(tx, deps, old, opening, command.rooms)
        await store.move_to(tx.db, old.id, opening.account.id)
        # Whoever was logged in may have entered an address of their own.
        await forget_all_ways(tx, old.id)
        ended = await store.close_vault(tx.db, old.id)
        opened = await open_session(deps, tx.db, opening.account)
    for session in ended:
        await deps.announce.disconnect(session)
    return opened


async def _checked(deps: Deps, asker: Asker, command: RenewIdentity) -> Account:
    """The password once more: a stolen cookie must not take over for good what it can only borrow."""
    check_keys(command.account)
    async with look(deps) as db:
        old = await accounts.account_by_id(db, asker.account_id)
    if old is None:
        raise SessionExpired
    if not await verify_auth(deps.secrets.pepper, command.auth, old.auth_verifier, deps.config.hash_cost):
        raise WrongCredentials
    if command.account.name != old.name or command.account.signing_key == old.signing_key:
        raise Malformed(field="account")
    return old


async def _renew_rooms(tx: Work, deps: Deps, old: Account, opening: Opening, renewed: list[RenewedRoom]) -> None:
    """Exactly the rooms in which the person is: one left out would keep trusting the old key."""
    by_id = {one.room: one for one in renewed}
    mine = await store.rooms_of(tx.db, old.id)
    if len(by_id) != len(renewed) or sorted(by_id) != mine:
        raise CommitInconsistent
    for room in mine:
        await _renew_room(tx, deps, old, opening.account, by_id[room])


async def _renew_room(tx: Work, deps: Deps, old: Account, new: Account, one: RenewedRoom) -> None:
    changes = read_commit(one.commit).changes
    if len(changes) != 1 or not isinstance(changes[0], Rekey):
        raise CommitInconsistent
    seat = await rooms.seat_of(tx.db, one.room, old.id, for_change=True)
    entered = await accept_commit(tx, seat.room, seat.sender, one.commit, deps.now())
    if list(entered.joined) != [new.id] or list(entered.left) != [old.id]:
        raise NotFound
    for key in one.keys:
        _check(key)
        await vaults.keep_epoch_key(tx.db, new.id, one.room, key.epoch, key.sealed)


def _check(key: RenewedKey) -> None:
    if len(key.sealed) > LARGEST_KEYRING_ENTRY:
        raise Malformed(field="rooms")
