"""Proposing another agency, staying, and what going there does to the conversation that is left behind."""

from chatserver.agencies import store as agencies
from chatserver.deps import Asker, Deps, Work, work
from chatserver.enquiries.wire import EnquiryGone
from chatserver.errors import HandedOnBefore, NotFound
from chatserver.notices.actions import tell_notice
from chatserver.referrals import store
from chatserver.referrals.wire import Propose, Proposed, Stay
from chatserver.rooms import store as rooms
from chatserver.rooms.model import StoredItem
from chatserver.threads import store as threads
from chatserver.threads.actions import tell_clock
from chatserver.threads.clock import Clock
from chatserver.threads.model import Thread, ThreadState


async def propose(deps: Deps, asker: Asker, command: Propose) -> Proposed:
    """By whoever is on duty while it is new, then by those who counsel in it. Nothing moves until the client decides.

    A repeat is quiet. Raises NotFound, HandedOnBefore.
    """
    now = deps.now()
    async with work(deps) as tx:
        thread = await _counselled(tx, command.room, asker)
        if await store.is_referred(tx.db, thread.room):
            raise HandedOnBefore
        if await store.propose(tx.db, thread.room, asker.account_id, command.reason, now):
            await tell_notice(tx, [thread.client_id], "handing_proposed", now=now, room=thread.room)
    return Proposed(command.room)


async def _counselled(tx: Work, room_id: str, asker: Asker) -> Thread:
    if await rooms.is_member(tx.db, room_id, asker.account_id):
        thread = await threads.thread_for_member(tx.db, room_id, asker.account_id)
        await rooms.room_of_agency(tx.db, room_id, thread.agency_id)
        return thread
    agency_id = (await threads.thread_for_duty(tx.db, room_id, asker.account_id)).agency_id
    await rooms.room_of_agency(tx.db, room_id, agency_id)
    # Read under the lock of the room, for which a colleague may have come first.
    thread = await threads.thread_for_duty(tx.db, room_id, asker.account_id)
    if thread.state is not ThreadState.NEW:
        raise NotFound
    return thread


async def stay(deps: Deps, asker: Asker, command: Stay) -> Proposed:
    """Whoever proposed it hears so. A repeat is quiet. Raises NotFound."""
    now = deps.now()
    async with work(deps) as tx:
        await rooms.seat_of(tx.db, command.room, asker.account_id, for_change=True)
        proposed_by = await store.decide(tx.db, command.room)
        if proposed_by is not None:
            await tell_notice(tx, [proposed_by], "handing_refused", now=now, room=command.room)
    return Proposed(command.room)


async def left_behind(tx: Work, asker: Asker, room_id: str, to_agency: str) -> tuple[Thread, Clock | None]:
    """The client's own conversation, from which they go, and the promise that runs there; locked until the commit.

    Raises NotFound (also where they would go to the agency at which they are), HandedOnBefore.
    """
    seat = await rooms.seat_of(tx.db, room_id, asker.account_id, for_change=True)
    thread = await threads.thread_for_member(tx.db, room_id, asker.account_id)
    if seat.role != "client" or thread.agency_id == to_agency:
        raise NotFound("onward_from")
    if await store.is_referred(tx.db, room_id):
        raise HandedOnBefore
    return thread, await threads.running_clock(tx.db, room_id)


async def go_on(tx: Work, thread: Thread, first: StoredItem) -> None:
    """The conversation leads to the one that begins with that message. Its own promise goes on until somebody answers.

    Those who counselled in it hear where the client went, and those on duty see a new enquiry no more.
    """
    now, people = first.stored_at, set(await rooms.members_of(tx.db, thread.room)) - {thread.client_id}
    await store.decide(tx.db, thread.room)
    await store.refer(tx.db, thread.room, first.room, now)
    if thread.state is ThreadState.NEW:
        tx.tell(await agencies.on_duty(tx.db, thread.agency_id), "enquiry_gone", EnquiryGone(thread.room))
    people.update(await agencies.coordinators(tx.db, thread.agency_id))
    await tell_notice(tx, sorted(people), "handed_on", now=now, room=thread.room)
    gone = thread.handed_on(now)
    await threads.keep_thread(tx.db, gone)
    await tell_clock(tx, gone, await threads.running_clock(tx.db, thread.room))
