"""Standing in line for an earlier time, and being asked when one has become free."""

from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from booking import waiting
from booking.errors import KindNotOffered
from booking.model import Kind, Reservation, Span
from booking.timetable import kind_of, places_of
from booking.wishes import Wish
from chatserver.agencies import store as agencies
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.due_work import plan
from chatserver.notices.actions import tell_notice
from chatserver.opened import pass_on_key
from chatserver.threads import store as threads
from chatserver.threads.model import Thread
from chatserver.waiting import store
from chatserver.waiting.wire import Line, LineKind, ReadLine, SlotOffered, StopWaiting, WaitForEarlier, Waits

NEAREST_WITHIN: Final = timedelta(days=7)


async def wait_for_earlier(deps: Deps, asker: Asker, command: WaitForEarlier) -> Line:
    """Puts the client in line for the thread's counsellor. A repeat keeps their place, with the new wish.

    Raises NotFound, KindNotOffered (also while nobody has the thread).
    """
    now = deps.now()
    async with work(deps) as tx:
        thread = await threads.thread_for_member(tx.db, command.room, asker.account_id)
        if thread.counsellor_id is None:
            raise KindNotOffered("kind")
        await kind_of(tx.db, name=command.kind, owners=[thread.counsellor_id, thread.agency_id])
        await waiting.wait_for_earlier(
            tx.db,
            counsellor=thread.counsellor_id,
            client=asker.account_id,
            thread=thread.room,
            kind=command.kind,
            earlier_than=command.earlier_than,
            now=now,
        )
        return await _line(tx.db, asker, thread.room, now)


async def stop_waiting(deps: Deps, asker: Asker, command: StopWaiting) -> Line:
    """Leaves the line; what was kept for the client goes to the next. A repeat changes nothing. Raises NotFound."""
    now = deps.now()
    async with work(deps) as tx:
        thread = await threads.thread_for_member(tx.db, command.room, asker.account_id)
        for one in await waiting.stop_waiting(tx.db, client=asker.account_id, thread=thread.room):
            await offer_to_line(tx, one.counsellor, one.reserved, now)
        return Line(thread.room, [])


async def read_line(deps: Deps, asker: Asker, command: ReadLine) -> Line:
    """What the client waits for in that thread, and what is kept for them. Raises NotFound."""
    async with look(deps) as db:
        thread = await threads.thread_for_member(db, command.room, asker.account_id)
        return await _line(db, asker, thread.room, deps.now())


async def offer_to_line(tx: Work, counsellor: str, freed: Span, now: datetime) -> None:
    """Keeps what has become free for the first in line, tells them, and asks the next when they do not want it.

    For an action or a job by which it became free.
    """
    names = await waiting.kinds_awaited(tx.db, counsellor=counsellor)
    agency = await store.agency_of(tx.db, counsellor) if names else None
    if agency is None:
        return
    kinds = {name: kind for name in sorted(names) if (kind := await _kind(tx.db, name, counsellor, agency))}
    places = await places_of(tx.db, owner=agency) if any(kind.needs_place for kind in kinds.values()) else ()
    closed = await agencies.closed_days_of(tx.db, agency, now)
    made = await waiting.offer_freed(
        tx.db, counsellor=counsellor, freed=freed, kinds=kinds, now=now, places=places, closed=closed
    )
    for one in made:
        await _tell_offered(tx, one, now)


async def offer_nearest_chat(tx: Work, thread: Thread, now: datetime) -> None:
    """Keeps the nearest live chat with the thread's counsellor for a client who waits for an answer. It ends no wait.

    For a job. Nothing where nobody has the thread, nothing is free within a week, or the client has a time already.
    """
    if thread.counsellor_id is None:
        return
    kind = await _kind(tx.db, "chat", thread.counsellor_id, thread.agency_id)
    if kind is None:
        return
    wish = Wish(
        counsellor=thread.counsellor_id,
        client=thread.client_id,
        thread=thread.room,
        kind=kind,
        starts_at=now,
        places=(),
        closed=await agencies.closed_days_of(tx.db, thread.agency_id, now),
    )
    made = await waiting.offer_nearest(tx.db, wish, client=thread.client_id, until=now + NEAREST_WITHIN, now=now)
    if made is not None:
        await _tell_offered(tx, made, now)


async def _tell_offered(tx: Work, one: Reservation, now: datetime) -> None:
    offer = _offer(one)
    await plan(tx.db, "pass_on", pass_on_key(one.counsellor, one.reserved, offer.expires_at), offer.expires_at)
    await tell_notice(tx, one.clients, "slot_offered", now=now, room=one.thread)
    tx.tell(one.clients, "slot_offered", offer)


async def _kind(db: AsyncConnection, name: str, counsellor: str, agency: str) -> Kind | None:
    try:
        return await kind_of(db, name=name, owners=[counsellor, agency])
    except KindNotOffered:
        return None


async def _line(db: AsyncConnection, asker: Asker, room: str, now: datetime) -> Line:
    found = await waiting.waiting_in(db, client=asker.account_id, thread=room)
    held = await store.holds_among(db, [one.offered for one in found if one.offered])
    lasting = {key: _offer(one) for key, one in held.items() if one.expires_at and one.expires_at > now}
    return Line(
        room,
        [Waits(cast("LineKind", one.kind), one.earlier_than, lasting.get(one.offered or "")) for one in found],
    )


def _offer(one: Reservation) -> SlotOffered:
    ends_at = one.expires_at or one.appointment.starts_at
    return SlotOffered(one.thread, cast("LineKind", one.kind), one.id, *one.appointment, ends_at)
