"""Asking other agencies before a promise is broken: only if the client wants it, and without a word of theirs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.agencies import store as agencies
from chatserver.agencies.actions import shown_agency
from chatserver.agencies.model import Agency
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import HandedOnBefore, NotFound
from chatserver.neighbours import store
from chatserver.neighbours.model import neighbours_among, regions_of
from chatserver.neighbours.wire import Help, HelpCalls, ListHelpCalls, Neighbour, ReadHelp, Ready, SayReady, WishForHelp
from chatserver.notices.actions import tell_notice
from chatserver.referrals import store as referrals
from chatserver.rooms import store as rooms
from chatserver.threads import store as threads
from chatserver.threads.clock import HELP_OFFERED, Clock
from chatserver.threads.model import Thread, ThreadState

# -- the client's side


async def read_help(deps: Deps, asker: Asker, command: ReadHelp) -> Help:
    """Who would be asked or is, in one's own conversation. Raises NotFound."""
    async with look(deps) as db:
        return await _help(db, await _own(db, command.room, asker), deps.now())


async def wish_for_help(deps: Deps, asker: Asker, command: WishForHelp) -> Help:
    """Beforehand, or when the hour has come: then they are asked at once. It may be taken back. A repeat is quiet.

    Raises NotFound, HandedOnBefore.
    """
    now = deps.now()
    async with work(deps) as tx:
        await rooms.seat_of(tx.db, command.room, asker.account_id, for_change=True)
        thread = await _own(tx.db, command.room, asker)
        if await referrals.is_referred(tx.db, thread.room):
            raise HandedOnBefore
        if command.wished:
            await store.wish(tx.db, thread.room, now)
            clock = await threads.running_clock(tx.db, thread.room)
            if clock is not None and await store.is_offered(tx.db, clock.id):
                await _call(tx, clock, await neighbours_of(tx.db, thread), now)
        else:
            await store.unwish(tx.db, thread.room)
        return await _help(tx.db, thread, now)


async def _own(db: AsyncConnection, room: str, asker: Asker) -> Thread:
    thread = await threads.thread_for_member(db, room, asker.account_id)
    if thread.client_id != asker.account_id:
        raise NotFound
    return thread


async def _help(db: AsyncConnection, thread: Thread, now: datetime) -> Help:
    clock = await threads.running_clock(db, thread.room)
    due = clock is not None and await store.is_offered(db, clock.id)
    ready = await store.ready_for(db, clock.id) if clock else set()
    found = await neighbours_of(db, thread)
    listed = [Neighbour(await shown_agency(db, one, now), one.id in ready) for one in found]
    return Help(thread.room, await store.is_wished(db, thread.room), due, listed)


async def neighbours_of(db: AsyncConnection, thread: Thread) -> list[Agency]:
    """Other agencies that are there for the topic in the region, and somebody on duty at each."""
    regions = regions_of(await store.areas_for(db, thread.agency_id, thread.topic))
    found = [one for region in regions for one in await agencies.candidates(db, thread.topic, region)]
    return neighbours_among(found, of=thread.agency_id, rest=await agencies.fallback_agency(db))


# -- the ladder's side


async def offer_help(tx: Work, thread: Thread, clock: Clock, now: datetime) -> None:
    """The hour has come: the client is asked, and the agencies at once if the client has wished so beforehand.

    For the job, which holds the lock of the room. Nothing for whoever has gone elsewhere, or where there is nobody.
    """
    found = await neighbours_of(tx.db, thread)
    if thread.state is ThreadState.CLOSED or not found:
        return
    await threads.record(tx.db, clock.id, HELP_OFFERED, now)
    await tell_notice(tx, [thread.client_id], "help_offered", now=now, room=thread.room)
    if await store.is_wished(tx.db, thread.room):
        await _call(tx, clock, found, now)


async def _call(tx: Work, clock: Clock, found: Sequence[Agency], now: datetime) -> None:
    fresh = [one.id for one in found if await store.call(tx.db, clock.id, one.id, now)]
    if fresh:
        await threads.record(tx.db, clock.id, store.CALLED, now)
        # Without the room: it is not theirs.
        await tell_notice(tx, await store.on_duty_at(tx.db, fresh), "help_called", now=now)


# -- the neighbours' side


async def list_help_calls(deps: Deps, asker: Asker, command: ListHelpCalls) -> HelpCalls:
    """What one's own agency is asked, for those on duty: topic and due time."""
    async with look(deps) as db:
        return HelpCalls(deps.now(), await store.calls_for(db, asker.account_id))


async def say_ready(deps: Deps, asker: Asker, command: SayReady) -> Ready:
    """The client hears that somebody there can answer in time; whether they write is theirs. A repeat is quiet.

    Raises NotFound, also when nobody waits any more.
    """
    now = deps.now()
    async with work(deps) as tx:
        room = await store.room_of_call(tx.db, command.call, asker.account_id)
        if room is None:
            raise NotFound
        if await store.note_ready(tx.db, command.call, now):
            thread = await threads.thread_of_room(tx.db, room)
            await tell_notice(tx, [thread.client_id], "help_ready", now=now, room=room)
    return Ready(command.call)
