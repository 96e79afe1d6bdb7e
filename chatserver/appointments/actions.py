"""Agreeing on a time, and being live when it has come. The transaction is opened here; booking commits nothing."""

from datetime import datetime
from typing import cast

from sqlalchemy.ext.asyncio import AsyncConnection

from booking import store as booking
from booking.changing import cancel_by_client, cancel_by_counsellor, finish
from booking.errors import HoldExpired, KindNotOffered, NotFound, RequestReused, SlotNotOffered
from booking.model import Kind, KindName, Reservation, Span, State, clock_text
from booking.offers import listing_of
from booking.timetable import MINUTE, calendar_of, kind_of, kinds_offered, places_of
from booking.wishes import Wish
from chatserver.agencies import store as agencies
from chatserver.appointments import store
from chatserver.appointments.holding import Trial, hold_slots
from chatserver.appointments.listing import worked_out
from chatserver.appointments.model import (
    DEFAULT_RANGE,
    LISTED_AFTER_END,
    LIVE_KIND,
    check_may_begin,
    ends_itself_at,
    opens_at,
)
from chatserver.appointments.wire import (
    Appointment,
    AppointmentChanged,
    Appointments,
    BeginLiveChat,
    BookSlot,
    Calendar,
    CancelAppointment,
    EndLiveChat,
    HoldSlot,
    KindOffered,
    ListAppointments,
    ListSlots,
    ReadCalendar,
    Slot,
    SlotHeld,
    Slots,
    WeeklyHours,
)
from chatserver.deps import Asker, Deps, Work, look, together, work
from chatserver.due_work import Planned, plan, plan_again, withdraw
from chatserver.errors import NotOpenYet, WriterBlocked
from chatserver.notices.actions import tell_notice
from chatserver.places import store as places
from chatserver.threads import store as threads
from chatserver.threads.actions import promise_of, start_promise
from chatserver.threads.model import Thread
from chatserver.waiting.actions import offer_to_line
from chatserver.waivers import store as waivers

# -- finding a time


async def list_slots(deps: Deps, asker: Asker, command: ListSlots) -> Slots:
    """When the thread's counsellor is free, and when an answer comes otherwise. Raises NotFound."""
    now = deps.now()
    async with look(deps) as db:
        thread = await threads.thread_for_member(db, command.room, asker.account_id)
        kind = await _kind_offered(db, thread, command.kind)
        host = await store.host_of(db, thread.counsellor_id, thread.agency_id)
        return Slots(
            room=thread.room,
            kind=command.kind,
            minutes=int(kind.length.total_seconds()) // 60 if kind else 0,
            zone=host.zone,
            counsellor_name=host.name,
            slots=[Slot(one.starts_at, one.ends_at) for one in await _free(db, thread, kind, command, now)],
            otherwise_due_at=await _otherwise_due_at(db, thread, now),
            kinds=await _kinds_offered(db, thread),
            places=await places.open_places(db, thread.agency_id) if kind and kind.needs_place else [],
            languages=list((await agencies.terms_of(db, thread.agency_id)).languages),
        )


async def _kinds_offered(db: AsyncConnection, thread: Thread) -> list[KindOffered]:
    if thread.counsellor_id is None:
        return []
    offered = await kinds_offered(db, owners=[thread.counsellor_id, thread.agency_id])
    return [
        KindOffered(cast("KindName", one.name), one.length // MINUTE, one.cancel_notice // MINUTE) for one in offered
    ]


async def _free(
    db: AsyncConnection, thread: Thread, kind: Kind | None, command: ListSlots, now: datetime
) -> list[Span]:
    if kind is None or thread.counsellor_id is None:
        return []
    since = max(command.since or now, now)
    listing = await listing_of(
        db,
        counsellor=thread.counsellor_id,
        kind=kind,
        since=since,
        # What lies beyond is not offered anyway, and a sum beyond the calendar's end would overflow.
        until=command.until or min(since, now + kind.horizon) + DEFAULT_RANGE,
        now=now,
        places=await places_for(db, thread, kind, command.place),
        closed=await agencies.closed_days_of(db, thread.agency_id, now),
        asker=(thread.client_id, thread.room),
    )
    return await worked_out(listing)


async def _kind_offered(db: AsyncConnection, thread: Thread, name: str) -> Kind | None:
    try:
        return await kind_in(db, thread, name)
    except KindNotOffered:
        return None


async def kind_in(db: AsyncConnection, thread: Thread, name: str) -> Kind:
    """What the thread's counsellor or their agency offers under that name. Raises KindNotOffered."""
    owners = [one for one in (thread.counsellor_id, thread.agency_id) if one is not None]
    return await kind_of(db, name=name, owners=owners)


async def places_for(db: AsyncConnection, thread: Thread, kind: Kind, wanted: str | None = None) -> tuple[str, ...]:
    """The places of which one is to be free, or the one that is wanted; none where none is needed."""
    if not kind.needs_place:
        return ()
    found = await places_of(db, owner=thread.agency_id)
    return found if wanted is None else tuple(one for one in found if one == wanted)


async def _otherwise_due_at(db: AsyncConnection, thread: Thread, now: datetime) -> datetime:
    """The running promise, because writing again does not move it; else one that would start now."""
    running = await threads.running_clock(db, thread.room)
    return running.due_at if running else (await promise_of(db, thread)).due_at(now)


async def hold_slot(deps: Deps, asker: Asker, command: HoldSlot) -> SlotHeld:
    """Keeps a slot for ten minutes while the client decides. The same request id gets the same hold.

    Raises NotFound, WriterBlocked, KindNotOffered, SlotTaken, SlotNotOffered, RequestReused.
    """
    async with look(deps) as db:
        thread = await threads.thread_for_member(db, command.room, asker.account_id)
        await _check_may_book(db, thread, asker)
        if thread.counsellor_id is None:
            raise SlotNotOffered
        wish = Wish(
            counsellor=thread.counsellor_id,
            client=asker.account_id,
            thread=thread.room,
            kind=(kind := await kind_in(db, thread, command.kind)),
            starts_at=command.starts_at,
            places=await places_for(db, thread, kind, command.place),
            closed=await agencies.closed_days_of(db, thread.agency_id, deps.now()),
        )
    # Whoever loses their seat or their counsellor in between cannot book it: that is looked at once more.
    held = await together(deps, hold_slots, Trial(wish, command.request_id))
    if held.expires_at is None:
        raise HoldExpired
    return SlotHeld(held.id, held.appointment.starts_at, held.appointment.ends_at, held.expires_at)


async def book_slot(deps: Deps, asker: Asker, command: BookSlot) -> Appointment:
    """Makes a hold an appointment, and tells both sides. The same request id gets the first answer.

    Raises NotFound, WriterBlocked, HoldExpired, RequestReused.
    """
    now = deps.now()
    async with work(deps) as tx:
        await _check_may_book(tx.db, await threads.thread_for_member(tx.db, command.room, asker.account_id), asker)
        before = await store.is_booked(tx.db, command.hold)
        booked = await booking.book_hold(
            tx.db, hold=command.hold, client=asker.account_id, request_id=command.request_id, now=now
        )
        if booked.thread != command.room:
            raise NotFound
        if booked.id != command.hold:
            raise RequestReused("request_id")
        appointment = await store.shown(tx.db, booked)
        if not before:
            await tell_notice(
                tx, both_sides(booked), "appointment_booked", now=now, room=booked.thread, appointment=booked.id
            )
            tx.tell(both_sides(booked), "appointment", AppointmentChanged(appointment))
            if booked.kind == LIVE_KIND:
                await plan_live_chat(tx, booked)
    return appointment


async def _check_may_book(db: AsyncConnection, thread: Thread, asker: Asker) -> None:
    """An appointment is no way around a block. Raises WriterBlocked."""
    if asker.account_id == thread.client_id and await waivers.is_blocked(db, thread.agency_id, thread.client_id):
        raise WriterBlocked


# -- calling it off


async def cancel_appointment(deps: Deps, asker: Asker, command: CancelAppointment) -> Appointment:
    """Frees the time. If the counsellor does so, a promise starts: nobody is left between the two ways of talking.

    A repeat gets the same answer. Raises NotFound, AppointmentOver, TooLate (clients, after the notice).
    """
    now = deps.now()
    async with work(deps) as tx:
        found = await store.appointment_for(tx.db, command.appointment, asker.account_id, asker.role)
        if found.state is State.CANCELLED:
            return await store.shown(tx.db, found)
        cancelled = await _tell_cancelled(tx, await _cancel(tx, asker, found, now), now)
        await offer_to_line(tx, found.counsellor, found.reserved, now)
        return cancelled


async def _tell_cancelled(tx: Work, cancelled: Reservation, now: datetime) -> Appointment:
    await store.end_live_chat(tx.db, cancelled.id, now)
    for key in (opening_key(cancelled), missing_key(cancelled)):
        await withdraw(tx.db, key)
    await tell_notice(
        tx, both_sides(cancelled), "appointment_cancelled", now=now, room=cancelled.thread, appointment=cancelled.id
    )
    return await tell_changed(tx, cancelled)


async def _cancel(tx: Work, asker: Asker, found: Reservation, now: datetime) -> Reservation:
    if asker.account_id in found.clients:
        return await cancel_by_client(tx.db, appointment=found.id, client=asker.account_id, now=now)
    return await _cancel_for(tx, asker.account_id, found, now)


async def _cancel_for(tx: Work, counsellor: str, found: Reservation, now: datetime) -> Reservation:
    cancelled = await cancel_by_counsellor(tx.db, appointment=found.id, counsellor=counsellor, now=now)
    await start_promise(tx, await threads.thread_of_room(tx.db, found.thread), now)
    return cancelled


async def coming_appointments(db: AsyncConnection, counsellor: str, now: datetime) -> list[Reservation]:
    """What a counsellor has promised to be there for and is not over; for an action that has checked who asks."""
    listed = await store.appointments_of(db, counsellor, "counsellor", now)
    return [one for one in listed if one.state is State.BOOKED]


async def close_calendar(tx: Work, counsellor: str, now: datetime) -> None:
    """Whoever leaves has no more appointments: those to come are cancelled, each with a promise in its place."""
    for one in await coming_appointments(tx.db, counsellor, now):
        await _tell_cancelled(tx, await _cancel_for(tx, counsellor, one, now), now)
    await booking.empty_calendar(tx.db, counsellor=counsellor)


# -- being live


async def begin_live_chat(deps: Deps, asker: Asker, command: BeginLiveChat) -> Appointment:
    """The room turns live, for both, from ten minutes before until the end. A repeat gets the same answer.

    Raises NotFound, NotOpenYet, AppointmentOver.
    """
    now = deps.now()
    async with work(deps) as tx:
        found = await store.appointment_for(tx.db, command.appointment, asker.account_id, asker.role)
        if found.kind != LIVE_KIND:
            raise NotFound
        live = await store.live_chat_of(tx.db, found.id)
        if live is not None and live.on:
            return await store.shown(tx.db, found)
        check_may_begin(booked=found.state is State.BOOKED and live is None, span=found.appointment, now=now)
        await store.begin_live_chat(tx.db, found, asker.account_id, now)
        await plan(tx.db, "end_live", f"end_live:{found.id}", ends_itself_at(found.appointment.ends_at))
        return await tell_changed(tx, found)


async def tell_it_opens(tx: Work, appointment: str) -> None:
    """Both sides' pages show from now on that the live chat can begin. For the job: a cancelled one has none."""
    await tell_changed(tx, await booking.appointment_of(tx.db, appointment))


async def end_live_chat(deps: Deps, asker: Asker, command: EndLiveChat) -> Appointment:
    """The live chat is over; whatever is written afterwards goes on in the thread. A repeat gets the same answer.

    Raises NotFound, NotOpenYet (it was never begun), AppointmentOver (it was cancelled).
    """
    async with work(deps) as tx:
        found = await store.appointment_for(tx.db, command.appointment, asker.account_id, asker.role)
        live = await store.live_chat_of(tx.db, found.id)
        if live is None:
            raise NotOpenYet
        if not live.on:
            return await store.shown(tx.db, found)
        return await finish_live_chat(tx, found.id, deps.now())


async def finish_live_chat(tx: Work, appointment: str, now: datetime) -> Appointment:
    """Live chat and appointment are over, and both sides are told."""
    await store.end_live_chat(tx.db, appointment, now)
    return await tell_changed(tx, await finish(tx.db, appointment=appointment, now=now))


# -- looking


async def list_appointments(deps: Deps, asker: Asker, command: ListAppointments) -> Appointments:
    """One's own, by start, until a day after their end."""
    now = deps.now()
    async with look(deps) as db:
        mine = await store.appointments_of(db, asker.account_id, asker.role, now - LISTED_AFTER_END)
        return Appointments(now, await store.all_shown(db, mine))


async def read_calendar(deps: Deps, asker: Asker, command: ReadCalendar) -> Calendar:
    """The counsellor's own weekly hours and appointments. Raises NotFound where there is no calendar."""
    async with look(deps) as db:
        calendar = await calendar_of(db, counsellor=asker.account_id)
        if calendar is None:
            raise NotFound
        mine = await store.appointments_of(db, asker.account_id, asker.role, deps.now() - LISTED_AFTER_END)
        hours = [WeeklyHours(one.weekday, clock_text(one.begins), clock_text(one.ends)) for one in calendar.weekly]
        return Calendar(calendar.zone, hours, await store.all_shown(db, mine))


async def plan_live_chat(tx: Work, of: Reservation) -> None:
    """What falls due by itself: the chat opens, and at its end somebody looks whether the client was left alone."""
    await plan_again(tx.db, Planned("open_live", opening_key(of), opens_at(of.appointment.starts_at)))
    await plan_again(tx.db, Planned("missed_live", missing_key(of), of.appointment.ends_at))


def opening_key(of: Reservation) -> str:
    """Names the work of opening its live chat."""
    return f"open_live:{of.id}"


def missing_key(of: Reservation) -> str:
    """Names the work of looking whether the counsellor came."""
    return f"missed_live:{of.id}"


def both_sides(of: Reservation) -> tuple[str, ...]:
    """All whom it concerns."""
    return (*of.clients, of.counsellor)


async def tell_changed(tx: Work, changed: Reservation) -> Appointment:
    """Both sides' pages show it as it is now."""
    appointment = await store.shown(tx.db, changed)
    tx.tell(both_sides(changed), "appointment", AppointmentChanged(appointment))
    return appointment
