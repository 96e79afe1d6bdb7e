"""Not having to answer, keeping somebody from writing, and a coordinator's look at both."""

from datetime import datetime

from chatserver.agencies import store as agencies
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import NotFound, NothingWaits, WaivedBefore
from chatserver.notices.actions import tell_notice
from chatserver.rooms import store as rooms
from chatserver.rooms.model import Seat
from chatserver.rosters.actions import coordinated_agency
from chatserver.threads import store as threads
from chatserver.threads.actions import resume_promise, tell_clock, waive_promise
from chatserver.threads.model import Thread
from chatserver.threads.wire import Thread as ShownThread
from chatserver.waivers import store
from chatserver.waivers.model import Waiver as Stored
from chatserver.waivers.wire import ListWaivers, ReviewWaiver, Waive, Waiver, Waivers


async def waive(deps: Deps, asker: Asker, command: Waive) -> ShownThread:
    """The running promise of a thread of one's own ends without an answer; the coordinators look at it.

    Once for each promise: what a coordinator has put back stays to be answered. Raises NotFound, NothingWaits (unless
    it blocks), WaivedBefore.
    """
    async with work(deps) as tx:
        # Under the room's lock: an answer that comes at the same moment is before it or after.
        seat = await rooms.seat_of(tx.db, command.room, asker.account_id, for_change=True)
        if seat.role != "counsellor":
            raise NotFound
        thread = await threads.thread_for_member(tx.db, command.room, asker.account_id)
        await _waive(tx, thread, command, seat, deps.now())
        (shown,) = await threads.shown_threads(tx.db, asker.account_id, command.room)
    return shown


async def _waive(tx: Work, thread: Thread, command: Waive, seat: Seat, now: datetime) -> None:
    behind = seat.room.last_position + 1
    clock = await threads.running_clock(tx.db, thread.room)
    blocks = command.block and not await store.is_blocked(tx.db, thread.agency_id, thread.client_id)
    if clock is None and not blocks:
        raise NothingWaits
    if clock is not None and await store.was_waived(tx.db, clock.id):
        raise WaivedBefore
    await store.add(
        tx.db,
        room=thread.room,
        agency_id=thread.agency_id,
        client_id=thread.client_id,
        clock_id=clock.id if clock else None,
        reason=command.reason,
        by=seat.sender.account_id,
        at=now,
        position=behind,
        blocks=blocks,
    )
    if blocks:
        tx.record("blocked", now, by=seat.sender.account_id)
    if clock is not None:
        tx.record("waived", now, by=seat.sender.account_id)
        await waive_promise(tx, thread, clock, now, behind=behind)
    else:
        await tell_clock(tx, thread, None)
    await tell_notice(tx, await agencies.coordinators(tx.db, thread.agency_id), "promise_waived", now=now)


async def list_waivers(deps: Deps, asker: Asker, command: ListWaivers) -> Waivers:
    """One's own agency's: who waived what and why, without a word of what was written. Raises NotFound."""
    async with look(deps) as db:
        agency = await coordinated_agency(db, asker)
        return Waivers(await store.shown_at(db, agency.id))


async def review_waiver(deps: Deps, asker: Asker, command: ReviewWaiver) -> Waiver:
    """A coordinator has looked at it: it stands, or the promise goes on, or the client may write again.

    A repeat changes nothing. Raises NotFound.
    """
    now = deps.now()
    async with work(deps) as tx:
        agency = await coordinated_agency(tx.db, asker)
        room = (await store.waiver_at(tx.db, agency.id, command.waiver)).room
        await rooms.room_of_agency(tx.db, room, agency.id)
        # Read under the lock of the room: two coordinators may be at it.
        waiver = await store.waiver_at(tx.db, agency.id, command.waiver)
        thread = await threads.thread_of_room(tx.db, room)
        puts_back = command.put_back and waiver.clock_id is not None and waiver.put_back_at is None
        lifts = command.lift and waiver.blocks and waiver.lifted_at is None
        if puts_back or lifts or waiver.reviewed_at is None:
            await store.note_review(tx.db, waiver, now, put_back=puts_back, lifted=lifts, by=asker.account_id)
            tx.record("waiver_reviewed", now, by=asker.account_id, about=waiver.waived_by)
        if puts_back and waiver.clock_id is not None:
            await resume_promise(tx, thread, waiver.clock_id, now)
        elif lifts:
            await tell_clock(tx, thread, await threads.running_clock(tx.db, room))
        (shown,) = await store.shown_at(tx.db, agency.id, waiver.id)
    return shown


async def put_back(tx: Work, seen: Stored, *, by: str, now: datetime) -> None:
    """The promise goes on with the due time that it had; nothing, where somebody was quicker."""
    await rooms.room_of_agency(tx.db, seen.room, seen.agency_id)
    # Read under the lock of the room: two coordinators may be at it.
    waiver = await store.waiver_at(tx.db, seen.agency_id, seen.id)
    if waiver.clock_id is None or waiver.put_back_at is not None:
        return
    thread = await threads.thread_of_room(tx.db, waiver.room)
    await store.note_review(tx.db, waiver, now, put_back=True, lifted=False, by=by)
    await resume_promise(tx, thread, waiver.clock_id, now)
