"""Announcing groups, taking and leaving seats in them, and calling them off.

They meet in a room of the agency. A client knows of the groups of every agency to which they have written.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from booking.changing import cancel_by_counsellor
from booking.groups import groups_among, join_group, leave_group, open_group
from booking.model import NONE, Reservation, State
from booking.offers import listing_of
from booking.store import appointment_for_counsellor, appointments_of_counsellor
from booking.timetable import kinds_offered
from booking.wishes import Wish
from chatserver.agencies import store as agencies
from chatserver.appointments import store as appointments
from chatserver.appointments.listing import worked_out
from chatserver.appointments.model import LISTED_AFTER_END
from chatserver.appointments.wire import Slot
from chatserver.deps import Asker, Deps, Work, look, work
from chatserver.errors import GroupInvalid, GroupNameTaken, NotFound, WriterBlocked
from chatserver.groups import store
from chatserver.groups.model import group_kind, said_as, seat_name, written
from chatserver.groups.store import Announced, Seat
from chatserver.groups.wire import (
    AnnounceGroup,
    CallOffGroup,
    Group,
    Groups,
    GroupTimes,
    LeaveGroup,
    ListGroups,
    ListGroupTimes,
    ListOwnGroups,
    OwnGroup,
    OwnGroups,
    TakeSeat,
)
from chatserver.notices.actions import tell_notice
from chatserver.notices.wire import NoticeKind
from chatserver.places import store as places
from chatserver.rosters.actions import own_agency
from chatserver.waiting.actions import offer_to_line
from chatserver.waivers import store as waivers

# -- coming


async def list_groups(deps: Deps, asker: Asker, command: ListGroups) -> Groups:
    """Those to come at the client's agencies, by start, full ones, too."""
    async with look(deps) as db:
        found = await store.groups_for_client(db, asker.account_id, deps.now())
        return Groups(await _shown(db, found, asker.account_id))


async def take_seat(deps: Deps, asker: Asker, command: TakeSeat) -> Group:
    """A seat under a name of one's own choice. Whoever has one keeps it, with the name that they gave first.

    Raises NotFound, WriterBlocked, GroupNameInvalid, GroupNameTaken, GroupFull, AppointmentOver.
    """
    name = seat_name(command.name)
    async with work(deps) as tx:
        known, room = await store.group_for_client(tx.db, command.group, asker.account_id)
        if await waivers.is_blocked(tx.db, known.agency_id, asker.account_id):
            raise WriterBlocked
        taken = await join_group(tx.db, appointment=command.group, client=asker.account_id, now=deps.now())
        if said_as(name) == said_as((await appointments.host_of(tx.db, taken.counsellor, "")).name):
            raise GroupNameTaken("name")
        await store.keep_name(tx.db, Seat(command.group, asker.account_id, name, room))
        return (await _shown(tx.db, [known], asker.account_id))[0]


async def leave(deps: Deps, asker: Asker, command: LeaveGroup) -> Group:
    """The seat is free for others, and the name gone. A repeat changes nothing.

    Raises NotFound, AppointmentOver, TooLate after the notice.
    """
    async with work(deps) as tx:
        known, _ = await store.group_for_client(tx.db, command.group, asker.account_id)
        (found,) = await groups_among(tx.db, ids=[command.group])
        if asker.account_id in found.clients:
            await leave_group(tx.db, appointment=command.group, client=asker.account_id, now=deps.now())
        return (await _shown(tx.db, [known], asker.account_id))[0]


async def _shown(db: AsyncConnection, found: Sequence[Announced], client: str) -> list[Group]:
    said = {one.appointment: one for one in found}
    seats = await store.seats_in(db, said)
    groups = await groups_among(db, ids=said)
    hosts = await appointments.hosts_of(db, {one.counsellor for one in groups})
    rooms = await appointments.places_shown(db, {one.place for one in groups if one.place})
    shown = []
    for one in groups:
        own = next((seat.name for seat in seats[one.id] if seat.client == client), None)
        shown.append(
            Group(
                id=one.id,
                agency_name=said[one.id].agency_name,
                counsellor_name=hosts[one.counsellor].name,
                title=said[one.id].title,
                rules=said[one.id].rules,
                state=one.state.value,
                starts_at=one.appointment.starts_at,
                ends_at=one.appointment.ends_at,
                leave_until=one.cancel_until,
                zone=hosts[one.counsellor].zone,
                place=rooms.get(one.place or ""),
                seats=one.capacity,
                free=one.capacity - len(one.clients),
                own_name=own,
                names=[] if own is None else [seat.name for seat in seats[one.id]],
            )
        )
    return shown


# -- leading


async def list_own_groups(deps: Deps, asker: Asker, command: ListOwnGroups) -> OwnGroups:
    """The counsellor's own, by start, until a day after their end, with the names of who comes."""
    async with look(deps) as db:
        since = deps.now() - LISTED_AFTER_END
        mine = await appointments_of_counsellor(db, counsellor=asker.account_id, ends_after=since)
        return OwnGroups(await _own_shown(db, [one for one in mine if one.is_group]))


async def list_times(deps: Deps, asker: Asker, command: ListGroupTimes) -> GroupTimes:
    """When the counsellor and the place are both free, by the rule of all appointments. Raises NotFound."""
    now = deps.now()
    async with look(deps) as db:
        agency = (await own_agency(db, asker)).id
        await _require_place(db, agency, command.place)
        kind = group_kind(command.minutes, 2, NONE)
        listing = await listing_of(
            db,
            counsellor=asker.account_id,
            kind=kind,
            since=now,
            until=now + kind.horizon,
            now=now,
            place=command.place,
            closed=await agencies.closed_days_of(db, agency, now),
        )
        zone = (await appointments.host_of(db, asker.account_id, agency)).zone
    return GroupTimes(zone, [Slot(*one) for one in await worked_out(listing)])


async def announce_group(deps: Deps, asker: Asker, command: AnnounceGroup) -> OwnGroup:
    """Takes the counsellor's time and the place; from now on people can take seats. A repeat gets the first answer.

    Raises NotFound, GroupInvalid, SlotTaken, SlotNotOffered, RequestReused.
    """
    now = deps.now()
    title, rules = written(command.title, "title"), written(command.rules, "rules")
    async with work(deps) as tx:
        agency = (await own_agency(tx.db, asker)).id
        await _require_place(tx.db, agency, command.place)
        wish = Wish(
            counsellor=asker.account_id,
            client=None,
            # A group is in nobody's conversation.
            thread=command.request_id,
            kind=group_kind(command.minutes, command.seats, await _leave_notice(tx.db, asker.account_id, agency)),
            starts_at=command.starts_at,
            place=command.place,
            closed=await agencies.closed_days_of(tx.db, agency, now),
        )
        opened = await open_group(tx.db, wish, request_id=command.request_id, now=now)
        await store.keep_group(tx.db, opened.id, agency, title, rules)
        return (await _own_shown(tx.db, [opened]))[0]


async def call_off_group(deps: Deps, asker: Asker, command: CallOffGroup) -> OwnGroup:
    """The time is free again, and whoever had a seat is told. A repeat gets the same answer.

    Raises NotFound, AppointmentOver.
    """
    async with work(deps) as tx:
        found = await appointment_for_counsellor(
            tx.db, appointment=command.group, counsellor=asker.account_id, for_change=True
        )
        if not found.is_group:
            raise NotFound
        if found.state is not State.CANCELLED:
            found = await _call_off(tx, found, deps.now())
        return (await _own_shown(tx.db, [found]))[0]


async def call_off_groups(tx: Work, counsellor: str, now: datetime) -> None:
    """Whoever leaves leads no group any more."""
    for one in await appointments_of_counsellor(tx.db, counsellor=counsellor, ends_after=now):
        if one.is_group and one.state is State.BOOKED:
            await _call_off(tx, one, now)


async def _call_off(tx: Work, group: Reservation, now: datetime) -> Reservation:
    cancelled = await cancel_by_counsellor(tx.db, appointment=group.id, counsellor=group.counsellor, now=now)
    await tell_group(tx, cancelled, "group_cancelled", now)
    await offer_to_line(tx, group.counsellor, group.reserved, now)
    return cancelled


async def tell_group(tx: Work, group: Reservation, kind: NoticeKind, now: datetime) -> None:
    """Everybody in it and its counsellor; each client by the conversation that is theirs."""
    for seat in (await store.seats_in(tx.db, [group.id]))[group.id]:
        await tell_notice(tx, [seat.client], kind, now=now, room=seat.room, appointment=group.id)
    await tell_notice(tx, [group.counsellor], kind, now=now, appointment=group.id)


async def _require_place(db: AsyncConnection, agency: str, place: str) -> None:
    if place not in {one.id for one in await places.open_places(db, agency)}:
        raise GroupInvalid("place")


async def _leave_notice(db: AsyncConnection, counsellor: str, agency: str) -> timedelta:
    """As for other appointments with them: the longest, so that a seat that is left can still be somebody's."""
    offered = await kinds_offered(db, owners=[counsellor, agency])
    return max((one.cancel_notice for one in offered), default=NONE)


async def _own_shown(db: AsyncConnection, groups: Sequence[Reservation]) -> list[OwnGroup]:
    ids = [one.id for one in groups]
    said, seats = await store.announced_among(db, ids), await store.seats_in(db, ids)
    rooms = await appointments.places_shown(db, {one.place for one in groups if one.place})
    hosts = await appointments.hosts_of(db, {one.counsellor for one in groups})
    return [
        OwnGroup(
            id=one.id,
            title=said[one.id].title,
            rules=said[one.id].rules,
            state=one.state.value,
            starts_at=one.appointment.starts_at,
            ends_at=one.appointment.ends_at,
            zone=hosts[one.counsellor].zone,
            place=rooms.get(one.place or ""),
            seats=one.capacity,
            names=[seat.name for seat in seats[one.id]],
        )
        for one in groups
    ]
