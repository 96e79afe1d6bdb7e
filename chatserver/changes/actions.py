"""Changing what is held or booked, by people; and by states that change their clocks."""

from datetime import datetime
from typing import Any

from booking import store as booking
from booking.errors import AppointmentOver, NotFound
from booking.following import follow_the_wall
from booking.model import Reservation
from chatserver.agencies import store as agencies
from chatserver.appointments import store
from chatserver.appointments.actions import both_sides, kind_in, opening_key, places_for, tell_changed
from chatserver.appointments.model import LIVE_KIND, opens_at
from chatserver.appointments.wire import Appointment, SlotHeld
from chatserver.changes.wire import ExtendHold, MoveAppointment, RecordMissed
from chatserver.deps import Asker, Deps, Work, work
from chatserver.due_work import Planned, plan, plan_again
from chatserver.notices.actions import tell_notice
from chatserver.threads import store as threads
from chatserver.waiting.actions import offer_to_line


async def extend_hold(deps: Deps, asker: Asker, command: ExtendHold) -> SlotHeld:
    """Keeps the slot ten minutes longer, once: some people need longer to read.

    Raises NotFound, HoldExpired, HoldExtended, AppointmentOver.
    """
    async with work(deps) as tx:
        await threads.thread_for_member(tx.db, command.room, asker.account_id)
        held = await booking.extend_hold(tx.db, hold=command.hold, client=asker.account_id, now=deps.now())
        if held.thread != command.room or held.expires_at is None:
            raise NotFound
        return SlotHeld(held.id, *held.appointment, held.expires_at)


async def move_appointment(deps: Deps, asker: Asker, command: MoveAppointment) -> Appointment:
    """Another time, in one step: what was is free and the new one taken, or nothing has changed. Both are told.

    A repeat gets the same answer. Raises NotFound, AppointmentOver (also while its live chat is on), TooLate (clients,
    after the notice), SlotTaken, SlotNotOffered, KindNotOffered, RequestReused, GroupFixed.
    """
    now = deps.now()
    async with work(deps) as tx:
        found = await store.appointment_for(tx.db, command.appointment, asker.account_id, asker.role)
        if await store.live_chat_of(tx.db, found.id) is not None:
            raise AppointmentOver
        moved = await _move(tx, asker, found, command, now)
        if moved.sequence == found.sequence:
            return await store.shown(tx.db, moved)
        shown = await _tell_moved(tx, moved, now)
        await offer_to_line(tx, found.counsellor, found.reserved, now)
        return shown


async def _move(tx: Work, asker: Asker, found: Reservation, command: MoveAppointment, now: datetime) -> Reservation:
    thread = await threads.thread_of_room(tx.db, found.thread)
    kind = await kind_in(tx.db, thread, found.kind)
    wanted: dict[str, Any] = {
        "appointment": found.id,
        "kind": kind,
        "starts_at": command.starts_at,
        "request_id": command.request_id,
        "places": await places_for(tx.db, thread, kind),
        "closed": await agencies.closed_days_of(tx.db, thread.agency_id, now),
        "now": now,
    }
    if asker.account_id in found.clients:
        return await booking.reschedule_by_client(tx.db, client=asker.account_id, **wanted)
    return await booking.reschedule_by_counsellor(tx.db, counsellor=asker.account_id, **wanted)


async def _tell_moved(tx: Work, moved: Reservation, now: datetime) -> Appointment:
    await tell_notice(tx, both_sides(moved), "appointment_moved", now=now, room=moved.thread, appointment=moved.id)
    if moved.kind == LIVE_KIND:
        await plan_again(tx.db, Planned("open_live", opening_key(moved), opens_at(moved.appointment.starts_at)))
    return await tell_changed(tx, moved)


async def record_missed(deps: Deps, asker: Asker, command: RecordMissed) -> Appointment:
    """The client did not come, or did after all. A repeat gets the same answer.

    Nothing follows from it: the thread and its promise go on. Raises NotFound, NotBegun, AppointmentOver.
    """
    now = deps.now()
    async with work(deps) as tx:
        found = await store.appointment_for(tx.db, command.appointment, asker.account_id, asker.role)
        if command.missed:
            after = await booking.record_missed(tx.db, appointment=found.id, counsellor=asker.account_id, now=now)
            await store.end_live_chat(tx.db, found.id, now)
        else:
            after = await booking.take_missed_back(tx.db, appointment=found.id, counsellor=asker.account_id)
        return await tell_changed(tx, after)


async def follow_walls(deps: Deps) -> None:
    """After new tz data: appointments keep the time on the wall that was agreed on, and both are told."""
    now = deps.now()
    async with work(deps) as tx:
        for one in await follow_the_wall(tx.db, now=now):
            if one.stuck:
                await plan(tx.db, "wall_stuck", f"wall_stuck:{one.appointment.id}", now)
            else:
                await _tell_moved(tx, one.appointment, now)


async def tell_stuck(tx: Work, appointment: str, now: datetime) -> None:
    """Both are to look: the clocks change, and something else is where it would have to go. For the job."""
    one = await booking.appointment_of(tx.db, appointment)
    await tell_notice(tx, both_sides(one), "appointment_to_check", now=now, room=one.thread, appointment=one.id)
