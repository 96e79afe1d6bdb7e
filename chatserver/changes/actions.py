"""Changing what is held or booked, by people; and by states that change their clocks."""

from datetime import datetime
from typing import Any

from booking import store as booking
from booking.errors import AppointmentOver, NotBegun, NotFound
from booking.following import follow_the_wall
from booking.model import Reservation, State
from booking.waiting import is_offered
from chatserver.agencies import store as agencies
from chatserver.appointments import store
from chatserver.appointments.actions import both_sides, kind_in, places_for, plan_live_chat, tell_changed
from chatserver.appointments.model import (
    LISTED_AFTER_END,
    LIVE_KIND,
    LONGER_AT_MOST,
    PATIENCE,
    ends_itself_at,
    opens_at,
)
from chatserver.appointments.wire import Appointment, SlotHeld
from chatserver.changes.wire import (
    ExtendHold,
    HoldReleased,
    LengthenAppointment,
    MoveAppointment,
    RecordMissed,
    ReleaseHold,
    SayNobodyCame,
)
from chatserver.deps import Asker, Deps, Work, work
from chatserver.due_work import Planned, plan, plan_again
from chatserver.errors import Malformed
from chatserver.groups.actions import tell_group
from chatserver.notices.actions import tell_notice
from chatserver.notices.wire import NoticeKind
from chatserver.threads import store as threads
from chatserver.threads.actions import start_promise
from chatserver.threads.model import ThreadState
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


async def release_hold(deps: Deps, asker: Asker, command: ReleaseHold) -> HoldReleased:
    """Lets go of what is kept for the client. A repeat changes nothing. Raises NotFound.

    What was offered goes to the next in line; whoever passes it on stays there, behind those who have not been asked.
    What was chosen from the list is on the list again: everybody could have had it before.
    """
    now = deps.now()
    async with work(deps) as tx:
        await threads.thread_for_member(tx.db, command.room, asker.account_id)
        offered = await is_offered(tx.db, hold=command.hold)
        released = await booking.release_hold(tx.db, hold=command.hold, client=asker.account_id)
        if released is not None and offered:
            await offer_to_line(tx, released.counsellor, released.reserved, now)
        return HoldReleased(command.hold)


async def lengthen_appointment(deps: Deps, asker: Asker, command: LengthenAppointment) -> Appointment:
    """It goes on a little longer, if the calendar allows; both see until when. A repeat gets the same answer.

    Raises NotFound, NotBegun, AppointmentOver, SlotTaken, Malformed (no end to come, or more than an hour from now).
    """
    now = deps.now()
    if not now < command.ends_at <= now + LONGER_AT_MOST:
        raise Malformed("ends_at")
    async with work(deps) as tx:
        found = await store.appointment_for(tx.db, command.appointment, asker.account_id, asker.role)
        if now >= ends_itself_at(found.appointment.ends_at):
            raise AppointmentOver
        longer = await booking.lengthen(
            tx.db, appointment=found.id, counsellor=asker.account_id, ends_at=command.ends_at, now=now
        )
        if longer.kind == LIVE_KIND:
            await plan_live_chat(tx, longer)
            if await store.live_chat_of(tx.db, longer.id) is not None:
                ends_at = ends_itself_at(longer.appointment.ends_at)
                await plan_again(tx.db, Planned("end_live", f"end_live:{longer.id}", ends_at))
        return await tell_changed(tx, longer)


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


async def _tell_moved(
    tx: Work, moved: Reservation, now: datetime, kind: NoticeKind = "appointment_moved"
) -> Appointment:
    await tell_notice(tx, both_sides(moved), kind, now=now, room=moved.thread, appointment=moved.id)
    if moved.kind == LIVE_KIND:
        await plan_live_chat(tx, moved)
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
            if one.appointment.is_group and not one.stuck:
                await tell_group(tx, one.appointment, "clocks_changed", now)
            elif one.stuck:
                await plan(tx.db, "wall_stuck", f"wall_stuck:{one.appointment.id}", now)
            else:
                await _tell_moved(tx, one.appointment, now, "clocks_changed")


async def tell_stuck(tx: Work, appointment: str, now: datetime) -> None:
    """Both are to look: the clocks change, and something else is where it would have to go. For the job."""
    one = await booking.appointment_of(tx.db, appointment)
    if one.is_group:
        await tell_group(tx, one, "appointment_to_check", now)
    else:
        await tell_notice(tx, both_sides(one), "appointment_to_check", now=now, room=one.thread, appointment=one.id)


# -- nobody came


async def say_nobody_came(deps: Deps, asker: Asker, command: SayNobodyCame) -> Appointment:
    """The client's word, which is all there is of a call or a meeting. A promise starts, if none runs already.

    A repeat gets the same answer. Raises NotFound, NotBegun (until five minutes after the start), AppointmentOver
    (cancelled, or over for a day).
    """
    now = deps.now()
    async with work(deps) as tx:
        found = await store.appointment_for(tx.db, command.appointment, asker.account_id, asker.role)
        if found.state is State.CANCELLED or now >= found.appointment.ends_at + LISTED_AFTER_END:
            raise AppointmentOver
        if now < found.appointment.starts_at + PATIENCE:
            raise NotBegun
        return await _left_alone(tx, found, now)


async def leave_nobody_alone(tx: Work, appointment: str, now: datetime) -> None:
    """The time of a live chat is over: where nobody on the counsellor's side began it or wrote in it, a promise starts.

    Where it was recorded that the client did not come, somebody was there. For the job. Raises NotFound.
    """
    found = await booking.appointment_of(tx.db, appointment, for_change=True)
    over = found.state is not State.CANCELLED and now >= found.appointment.ends_at
    if over and found.missed_at is None and not await _somebody_came(tx, found):
        await _left_alone(tx, found, now)


async def _somebody_came(tx: Work, found: Reservation) -> bool:
    live = await store.live_chat_of(tx.db, found.id)
    if live is not None and live.began_by not in found.clients:
        return True
    return await store.answered_since(tx.db, found.thread, opens_at(found.appointment.starts_at))


async def _left_alone(tx: Work, found: Reservation, now: datetime) -> Appointment:
    if found.counsellor_missed_at is not None:
        return await store.shown(tx.db, found)
    missed = await booking.record_counsellor_missed(tx.db, appointment=found.id, now=now)
    thread = await threads.thread_of_room(tx.db, missed.thread)
    if thread.state is not ThreadState.CLOSED:
        await start_promise(tx, thread, now)
    people = both_sides(missed)
    await tell_notice(tx, people, "counsellor_missed", now=now, room=missed.thread, appointment=missed.id)
    return await tell_changed(tx, missed)
