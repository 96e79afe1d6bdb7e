"""Somebody leaves, or goes on under new keys: revoked, shut out, conversations handed over. All of it, or nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from booking import store as booking
from chatserver.accounts import store as accounts
from chatserver.agencies import store as agencies
from chatserver.agencies.model import Agency, Counsellor
from chatserver.appointments.actions import close_calendar, coming_appointments
from chatserver.departures import store
from chatserver.departures.model import check_renews, check_revokes, heirs_of
from chatserver.departures.wire import (
    AppointmentToCancel,
    Departed,
    Departure,
    LetGo,
    ReadDeparture,
    RenewColleague,
    Renewed,
)
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import NeedsAnotherCoordinator, NotFound
from chatserver.groups.actions import call_off_groups
from chatserver.imports import actions as imports
from chatserver.ledger import Ended
from chatserver.notices.actions import tell_notice
from chatserver.rosters import store as rosters
from chatserver.rosters.actions import coordinated_agency, publish, published_before, tell_changed, tell_colleagues
from chatserver.ways.actions import forget_all_ways
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
    now = deps.now()
    async with work(deps) as tx:
        agency, first = await _first_answer(tx.db, asker, command)
        if first is not None:
            return Departed(command.account, *first)
        who, fingerprint = await _leaving(tx.db, command.account, agency)
        done = await publish(tx, asker, agency, command, now)
        check_revokes(done.roster, done.before, fingerprint)
        # Before the heirs are looked at: whoever leaves is none.
        await rosters.mark_left(tx.db, who.account_id, now)
        left_behind = [one.room for one in await store.threads_of(tx.db, who.account_id)]
        heirs = heirs_of(command.hand_over, left_behind, await agencies.on_duty(tx.db, agency.id))
        await _hand_over(tx, who, heirs, now)
        await call_off_groups(tx, who.account_id, now)
        await close_calendar(tx, who.account_id, now)
        await imports.drop_all(tx, who.account_id)
        ended = await _shut_out(tx, who, now)
        await tell_colleagues(tx, asker, done, "colleague_left", now)
        tx.record("colleague_left", now, by=asker.account_id, about=who.account_id)
        await tell_changed(tx, done)
    await _cut(deps, ended)
    return Departed(who.account_id, done.roster.number, now)


async def renew(deps: Deps, asker: Asker, command: RenewColleague) -> Renewed:
    """Puts a colleague's new keys in the place of the old ones; conversations and calendar go on under the new account.

    The old account is logged in nowhere from the answer on. A repeat gets the answer. Raises what `let_go` raises.
    """
    now = deps.now()
    async with work(deps) as tx:
        agency, first = await _first_answer(tx.db, asker, command)
        if first is not None and await store.renewed_as(tx.db, command.account) == command.renewed_as:
            return await _renewed(tx.db, command, *first)
        who, old = await _leaving(tx.db, command.account, agency)
        fresh = await accounts.account_by_id(tx.db, command.renewed_as)
        if fresh is None or await store.accepts_for(tx.db, who.account_id, agency.id) != fresh.id:
            raise NotFound
        done = await publish(tx, asker, agency, command, now)
        check_renews(done.roster, done.before, old, fingerprint_of(fresh.signing_key))
        await rosters.mark_left(tx.db, who.account_id, now)
        rooms = [one.room for one in await store.threads_of(tx.db, who.account_id)]
        await store.renew(tx.db, who.account_id, fresh.id)
        await _hand_over(tx, who, dict.fromkeys(rooms, fresh.id), now)
        await booking.pass_on_calendar(tx.db, counsellor=who.account_id, to=fresh.id)
        await imports.pass_on(tx, who.account_id, fresh.id)
        ended = await _shut_out(tx, who, now)
        await tell_colleagues(tx, asker, done, "colleague_renewed", now)
        tx.record("colleague_renewed", now, by=asker.account_id, about=fresh.id)
        await tell_changed(tx, done)
        answer = await _renewed(tx.db, command, done.roster.number, now)
    await _cut(deps, ended)
    return answer


async def _renewed(db: AsyncConnection, command: RenewColleague, number: int, at: datetime) -> Renewed:
    handed = await store.handed_to(db, command.renewed_as)
    shut = sum(not one.standby for one in handed)
    return Renewed(command.renewed_as, number, at, handed=len(handed) - shut, unreachable=shut)


# -- the steps of both


async def _first_answer(
    db: AsyncConnection, asker: Asker, command: LetGo | RenewColleague
) -> tuple[Agency, tuple[int, datetime] | None]:
    """The asker's agency, and what a request with exactly this roster was answered before: its number, and when."""
    if command.account == asker.account_id:
        raise NeedsAnotherCoordinator
    agency = await coordinated_agency(db, asker)
    gone = await agencies.counsellor_by_account(db, command.account)
    number = await published_before(db, agency, command.roster)
    if gone is None or gone.left_at is None or gone.agency_id != agency.id or number is None:
        return agency, None
    return agency, (number, gone.left_at)


async def _leaving(db: AsyncConnection, account_id: str, agency: Agency) -> tuple[Counsellor, bytes]:
    """The colleague and the fingerprint of the key that is to end. Raises NotFound."""
    who = await _colleague(db, account_id, agency.id)
    account = await accounts.account_by_id(db, who.account_id)
    if account is None:
        raise NotFound
    return who, fingerprint_of(account.signing_key)


async def _hand_over(tx: Work, who: Counsellor, heirs: Mapping[str, str], now: datetime) -> None:
    await store.hand_over(tx.db, who.account_id, heirs)
    for room, to in heirs.items():
        await tell_notice(tx, [to], "thread_handed", now=now, room=room)


async def _shut_out(tx: Work, who: Counsellor, now: datetime) -> list[str]:
    """Links they have sent and sessions they have end; gives the sessions, whose sockets are to be cut."""
    await forget_all_ways(tx, who.account_id)
    tx.gone.append(Ended("left", who.account_id))
    await store.withdraw_invitations(tx.db, who.account_id)
    return list(await accounts.disable(tx.db, who.account_id, now))


async def _cut(deps: Deps, sessions: Iterable[str]) -> None:
    for session_id in sessions:
        await deps.announce.disconnect(session_id)


async def _colleague(db: AsyncConnection, account_id: str, agency_id: str) -> Counsellor:
    found = await agencies.counsellor_by_account(db, account_id)
    if found is None or found.agency_id != agency_id or found.left_at is not None:
        raise NotFound
    return found
