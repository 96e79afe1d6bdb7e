"""Giving a conversation back, and going on with somebody else: the promise goes on, nobody has to explain."""

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.agencies import store as agencies
from chatserver.declines import store as declines
from chatserver.deliveries.actions import tell_outside
from chatserver.deps import Asker, Deps, Work, work
from chatserver.errors import NotFound, WriterBlocked
from chatserver.notices.actions import tell_notice
from chatserver.partings.model import check_another, check_found, check_given_back
from chatserver.partings.wire import GiveBack, Parted, WishForAnother
from chatserver.rooms import store as rooms
from chatserver.rooms.actions import Entered, accept_commit
from chatserver.rooms.model import people_in
from chatserver.threads import store as threads
from chatserver.threads.actions import start_promise, tell_clock
from chatserver.threads.model import Thread, ThreadState
from chatserver.waivers import store as waivers
from crypto import item_id
from crypto.errors import CommitNotAllowed


async def give_back(deps: Deps, asker: Asker, command: GiveBack) -> Parted:
    """It stands with the new enquiries again, and is offered to the colleagues first. A repeat gets the first answer.

    Raises NotFound, NobodyMayStepIn, and what the protocol refuses.
    """
    now = deps.now()
    async with work(deps) as tx:
        first = await _given_before(tx.db, asker, command)
        if first is not None:
            return first
        seat = await rooms.seat_of(tx.db, command.room, asker.account_id)
        thread = await _open_thread(tx.db, command.room, asker)
        if seat.role != "counsellor":
            raise NotFound
        check_found((), standby=seat.room.standby)
        entered = await accept_commit(tx, seat.room, seat.sender, command.commit, now)
        given = await _keep(tx, thread, entered)
        check_given_back(given.state, by=asker.account_id, joined=entered.joined, dismissed=entered.dismissed)
        await declines.decline(tx.db, thread.room, asker.account_id, command.reason, now)
        to = [thread.client_id, *await agencies.coordinators(tx.db, thread.agency_id)]
        await tell_notice(tx, to, "given_back", now=now, room=thread.room)
        await tell_outside(tx, await agencies.on_duty(tx.db, thread.agency_id), now=now)
    return Parted(thread.room, entered.item.position, entered.item.stored_at)


async def _given_before(db: AsyncConnection, asker: Asker, command: GiveBack) -> Parted | None:
    """Whoever has stepped out has no seat any more to ask by. Locks the room. Raises NotFound."""
    worker = await agencies.counsellor_by_account(db, asker.account_id)
    if worker is None:
        raise NotFound
    room = await rooms.room_of_agency(db, command.room, worker.agency_id)
    first = await rooms.item_with_id(db, room.id, item_id(command.commit))
    if first is None or first.sender_id != asker.account_id:
        return None
    return Parted(room.id, first.position, first.stored_at)


async def wish_for_another(deps: Deps, asker: Asker, command: WishForAnother) -> Parted:
    """Those who counselled go, whom the client has chosen comes, or whoever of those on duty takes it.

    The promise that runs goes on; where none ran one begins, so that nobody is left between two counsellors. A repeat
    gets the first answer. Raises NotFound, WriterBlocked, NobodyMayStepIn, and what the protocol refuses.
    """
    now = deps.now()
    async with work(deps) as tx:
        seat = await rooms.seat_of(tx.db, command.room, asker.account_id, for_change=True)
        first = await rooms.item_with_id(tx.db, command.room, item_id(command.commit))
        if first is not None:
            return Parted(command.room, first.position, first.stored_at)
        thread = await _open_thread(tx.db, command.room, asker)
        if seat.role != "client":
            raise NotFound
        if await waivers.is_blocked(tx.db, thread.agency_id, thread.client_id):
            raise WriterBlocked
        entered = await accept_commit(tx, seat.room, seat.sender, command.commit, now)
        there = _counsellors(entered)
        check_another(there, joined=entered.joined, dismissed=entered.dismissed)
        check_found(there, standby=entered.room.standby)
        changed = await _keep(tx, thread, entered)
        await start_promise(tx, changed, now)
        to = [*sorted(entered.dismissed), *await agencies.coordinators(tx.db, thread.agency_id)]
        await tell_notice(tx, to, "another_wished", now=now, room=thread.room)
        await tell_notice(tx, sorted(entered.joined), "brought_in", now=now, room=thread.room)
    return Parted(thread.room, entered.item.position, entered.item.stored_at)


async def _open_thread(db: AsyncConnection, room: str, asker: Asker) -> Thread:
    thread = await threads.thread_for_member(db, room, asker.account_id)
    if thread.state is not ThreadState.OPEN:
        raise NotFound
    return thread


def _counsellors(entered: Entered) -> list[str]:
    return [one for one, role in people_in(entered.log).items() if role == "counsellor"]


async def _keep(tx: Work, thread: Thread, entered: Entered) -> Thread:
    if entered.log.closed:
        # A conversation that ends has nobody to be found for it.
        raise CommitNotAllowed
    at = entered.item.stored_at
    changed = thread.after_commit(_counsellors(entered), standby=entered.room.standby, closed=False, now=at)
    await threads.keep_thread(tx.db, changed)
    await tell_clock(tx, changed, await threads.running_clock(tx.db, thread.room))
    return changed
