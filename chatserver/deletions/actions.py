"""Deleting. All of it in one transaction, or nothing; the certificate is part of it."""

from datetime import datetime

from booking.store import erase_thread
from chatserver.accounts import store as accounts
from chatserver.accounts.verifiers import verify_auth
from chatserver.deletions import store
from chatserver.deletions.model import Certificate, certify
from chatserver.deletions.wire import (
    DeleteAccount,
    Deleted,
    DeleteThread,
    Keys,
    ReadDeletion,
    ReadKeys,
    ThreadDeleted,
)
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.due_work import withdraw
from chatserver.errors import NotFound, SessionExpired, WrongCredentials
from chatserver.groups import store as groups
from chatserver.journal.actions import seal
from chatserver.journal.model import journal_seed
from chatserver.ledger import Ended
from chatserver.notices.actions import tell_notice
from chatserver.referrals import store as referrals
from chatserver.rooms import store as rooms
from chatserver.threads import store as threads
from chatserver.threads.clock import StoppedBecause
from chatserver.threads.inheriting import end_inherited
from chatserver.waiting.actions import offer_to_line
from chatserver.ways.actions import forget_all_ways
from crypto.signing import signing_key


async def delete_thread(deps: Deps, asker: Asker, command: DeleteThread) -> Deleted:
    """The client's own thread, for everybody. A repeat whose answer got lost gets the first certificate.

    Raises WrongCredentials, NotFound.
    """
    await _check_password(deps, asker, command.auth)
    async with work(deps) as tx:
        if await store.is_room_of(tx.db, command.room, asker.account_id):
            return _told(await erase_room(tx, deps, command.room, deps.now()))
        # Looked for only now: of two at once the second has waited for the first.
        first = await store.certificate_of(tx.db, command.room)
        if first is None or first.kind != "room":
            raise NotFound
        # Once more: whoever killed the server after the first commit has kept it from the ledger.
        tx.gone.append(Ended("room", command.room))
        return _told(first)


async def delete_account(deps: Deps, asker: Asker, command: DeleteAccount) -> Deleted:
    """The person's vault and every thread they opened; then their pages are cut off. Raises WrongCredentials."""
    await _check_password(deps, asker, command.auth)
    now = deps.now()
    async with work(deps) as tx:
        ended = await store.sessions_of(tx.db, asker.account_id)
        certificate = await erase_account(tx, deps, asker.account_id, now)
    for session in ended:
        await deps.announce.disconnect(session)
    return _told(certificate)


async def read_deletion(deps: Deps, asker: Asker | None, command: ReadDeletion) -> Deleted:
    """The certificate, for whoever knows the id: after an account is gone nobody is left to ask as somebody.

    Raises NotFound.
    """
    async with look(deps) as db:
        found = await store.certificate_of(db, command.subject)
    if found is None:
        raise NotFound
    return _told(found)


async def read_keys(deps: Deps, asker: Asker | None, command: ReadKeys) -> Keys:
    """What this server's signatures are checked with."""
    seed = deps.secrets.receipt_seed
    return Keys(signing_key(seed), signing_key(journal_seed(seed)))


async def _check_password(deps: Deps, asker: Asker, auth: bytes) -> None:
    """A cookie alone deletes nothing: it could be stolen, or the page left open."""
    async with look(deps) as db:
        account = await accounts.account_by_id(db, asker.account_id)
    if account is None:
        raise SessionExpired
    if not await verify_auth(deps.secrets.pepper, auth, account.auth_verifier, deps.config.hash_cost):
        raise WrongCredentials


async def erase_account(tx: Work, deps: Deps, account_id: str, now: datetime) -> Certificate:
    """The account with all its threads, whoever decided it."""
    mine = await store.rooms_of_client(tx.db, account_id)
    # In one order for all: two who delete their accounts never wait for each other.
    for agency in sorted({await store.agency_of(tx.db, room) for room in mine}):
        await seal(tx.db, deps, agency, now)
    for room in mine:
        await erase_room(tx, deps, room, now)
    await forget_all_ways(tx, account_id)
    await store.erase_account(tx.db, account_id)
    tx.gone.append(Ended("user", account_id))
    return await store.add_certificate(tx.db, certify("user", account_id, now, deps.secrets.receipt_seed))


async def erase_room(tx: Work, deps: Deps, room: str, now: datetime) -> Certificate:
    """One thread for everybody, whoever decided it. The caller has locked it."""
    people = await rooms.members_of(tx.db, room)
    for one in await erase_thread(tx.db, thread=room, now=now):
        await withdraw(tx.db, f"open_live:{one.id}")
        # Without the room: it would lead to something that is not there.
        await tell_notice(tx, [one.counsellor], "appointment_cancelled", now=now)
        await offer_to_line(tx, one.counsellor, one.reserved, now)
    await groups.free_seats(tx.db, room)
    # With their own wish ends what another agency has promised, from which they came here.
    running = await threads.running_clock(tx.db, room)
    if running is not None and not await referrals.is_referred(tx.db, room):
        await tx.db.run_sync(end_inherited, {running.id: (StoppedBecause.CLOSED, now)})
    # What became of its promises stays on record, as commitments that nobody can open any more.
    await seal(tx.db, deps, await store.agency_of(tx.db, room), now)
    await store.erase_room(tx.db, room)
    certificate = await store.add_certificate(tx.db, certify("room", room, now, deps.secrets.receipt_seed))
    tx.gone.append(Ended("room", room))
    tx.tell(people, "thread_deleted", ThreadDeleted(room))
    return certificate


def _told(one: Certificate) -> Deleted:
    return Deleted(one.kind, one.subject, one.deleted_at, one.final_at, one.certificate)
