"""Somebody leaves: revoked, keys changed, account shut, conversations handed over. All of it, or nothing."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.accounts import store as accounts
from chatserver.agencies import store as agencies
from chatserver.agencies.model import Counsellor
from chatserver.appointments.actions import close_calendar, coming_appointments
from chatserver.departures import store
from chatserver.departures.model import check_revokes, heirs_of
from chatserver.departures.wire import AppointmentToCancel, Departed, Departure, LetGo, ReadDeparture
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import NeedsAnotherCoordinator, NotFound
from chatserver.notices.actions import tell_notice
from chatserver.rosters import store as rosters
from chatserver.rosters.actions import coordinated_agency, publish, published_before, tell_changed, tell_colleagues
from crypto import fingerprint_of


async def read_departure(deps: Deps, asker: Asker, command: ReadDeparture) -> Departure:
    """What would have to be handed over if a colleague left: topics and times, no names. Raises NotFound."""
    async with look(deps) as db:
        agency = await coordinated_agency(db, asker)
        who = await _colleague(db, command.account, agency.id)
        listed = await store.threads_of(db, who.account_id)
        coming = await coming_appointments(db, who.account_id, deps.now())
    return Departure(
        account=who.account_id,
        display_name=who.display_name,
        duty=who.duty,
        threads=listed,
        appointments=[AppointmentToCancel(one.id, one.thread, one.appointment.starts_at) for one in coming],
    )


async def let_go(deps: Deps, asker: Asker, command: LetGo) -> Departed:
    """Ends somebody's work at the agency. From the answer on they are logged in nowhere. A repeat gets the answer.

    Raises NotFound, NeedsAnotherCoordinator (nobody lets themselves go), Malformed, RosterInconsistent, RosterStale
    and what the protocol refuses.
    """
    if command.account == asker.account_id:
        raise NeedsAnotherCoordinator
    now = deps.now()
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        gone = await agencies.counsellor_by_account(tx.db, command.account)
        number = await published_before(tx.db, agency, command.roster)
        if gone and gone.left_at and gone.agency_id == agency.id and number is not None:
            return Departed(command.account, number, gone.left_at)
        who = await _colleague(tx.db, command.account, agency.id)
        account = await accounts.account_by_id(tx.db, who.account_id)
        if account is None:
            raise NotFound
        done = await publish(tx, asker, agency, command, now)
        check_revokes(done.roster, done.before, fingerprint_of(account.signing_key))
        await rosters.mark_left(tx.db, who.account_id, now)
        left_behind = [one.room for one in await store.threads_of(tx.db, who.account_id)]
        heirs = heirs_of(command.hand_over, left_behind, await agencies.on_duty(tx.db, agency.id))
        await store.hand_over(tx.db, who.account_id, heirs)
        for room, to in heirs.items():
            await tell_notice(tx, [to], "thread_handed", now=now, room=room)
        await store.withdraw_invitations(tx.db, who.account_id)
        await close_calendar(tx, who.account_id, now)
        ended = await accounts.disable(tx.db, who.account_id, now)
        await tell_colleagues(tx, asker, done, "colleague_left", now)
        await tell_changed(tx, done)
    for session_id in ended:
        await deps.announce.disconnect(session_id)
    return Departed(who.account_id, done.roster.number, now)


async def _colleague(db: AsyncConnection, account_id: str, agency_id: str) -> Counsellor:
    found = await agencies.counsellor_by_account(db, account_id)
    if found is None or found.agency_id != agency_id or found.left_at is not None:
        raise NotFound
    return found
