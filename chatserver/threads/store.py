"""Threads and their clocks in the database. A thread is reached as one of its people, or as its agency's standby."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.errors import NotFound
from chatserver.first_come import added
from chatserver.tables import (
    accounts,
    agencies,
    clock_events,
    clocks,
    counsellors,
    dangers,
    proposals,
    referrals,
    room_barred,
    room_members,
    room_shares,
    rooms,
    rosters,
    threads,
)
from chatserver.threads.clock import HELP_OFFERED, Clock, Opens, Stops
from chatserver.threads.inheriting import end_inherited
from chatserver.threads.model import Thread, ThreadState
from chatserver.threads.receipts import Promised
from chatserver.threads.standby import may_step_in
from chatserver.threads.waived import WAIVED, is_blocked
from chatserver.threads.wire import Thread as ShownThread

_CLOCK = tuple(clocks.c[one.name] for one in fields(Clock))
_RUNS = and_(clocks.c.room == threads.c.room, clocks.c.stopped_at.is_(None))


def thread_in(row: Row[Any]) -> Thread:
    """The thread in a row that has its columns."""
    values = {one.name: getattr(row, one.name) for one in fields(Thread)}
    return Thread(**{**values, "state": ThreadState(values["state"])})


def _clock(row: Row[Any]) -> Clock:
    return Clock(**row._asdict())


CLOCK_LABELLED: Final = tuple(one.label(f"clock_{one.name}") for one in _CLOCK)


def clock_in(row: Row[Any]) -> Clock:
    """The clock in a row that has its columns, labelled, among others."""
    return Clock(**{one.name: getattr(row, f"clock_{one.name}") for one in _CLOCK})


# -- threads


async def thread_for_member(db: AsyncConnection, room_id: str, account_id: str) -> Thread:
    """The thread of a room in which the person has a seat. Raises NotFound."""
    seated = exists().where(room_members.c.room == threads.c.room, room_members.c.account_id == account_id)
    return await _one(db, select(threads).where(threads.c.room == room_id, seated))


async def thread_for_duty(db: AsyncConnection, room_id: str, account_id: str) -> Thread:
    """The thread as a colleague who holds its agency's duty key reaches it. Raises NotFound."""
    return await _one(db, select(threads).where(threads.c.room == room_id, may_step_in(account_id)))


@dataclass(frozen=True, slots=True)
class Unseated:
    """An open thread as a colleague on duty finds it. `clock`: while a promise runs."""

    thread: Thread
    counsellor_name: str | None
    counsellor_left: bool
    clock: Clock | None


async def to_step_in(db: AsyncConnection, account_id: str, room_id: str | None = None) -> list[Unseated]:
    """The threads into which this colleague on duty could step, or the one of that room, whether they may now or not.

    Only those with a standby, and in which they have no seat.
    """
    worker, seat = counsellors.alias("worker"), room_members
    seated = exists().where(seat.c.room == threads.c.room, seat.c.account_id == account_id)
    query = (
        select(threads, worker.c.display_name, worker.c.left_at, *CLOCK_LABELLED)
        .join(rooms, rooms.c.id == threads.c.room)
        .outerjoin(worker, worker.c.account_id == threads.c.counsellor_id)
        .outerjoin(clocks, _RUNS)
        .where(threads.c.state == ThreadState.OPEN.value, rooms.c.standby, may_step_in(account_id), ~seated)
    )
    if room_id is not None:
        query = query.where(threads.c.room == room_id)
    return [_unseated(row) for row in await db.execute(query)]


def _unseated(row: Row[Any]) -> Unseated:
    clock = clock_in(row) if row.clock_id is not None else None
    return Unseated(thread_in(row), row.display_name, row.left_at is not None, clock)


async def barred_at(db: AsyncConnection, agency_id: str) -> set[tuple[str, str]]:
    """Whom clients of the agency have removed, by room and account (T42)."""
    query = select(room_barred).join(threads, threads.c.room == room_barred.c.room)
    return {(row.room, row.account_id) for row in await db.execute(query.where(threads.c.agency_id == agency_id))}


async def thread_of_room(db: AsyncConnection, room_id: str) -> Thread:
    """For a caller who came to the room through something of the asker's own, such as an appointment."""
    return await _one(db, select(threads).where(threads.c.room == room_id))


async def thread_of_clock(db: AsyncConnection, clock_id: int) -> Thread | None:
    """For work that falls due: whose promise that is, unless it was deleted meanwhile."""
    query = select(threads).join(clocks, clocks.c.room == threads.c.room).where(clocks.c.id == clock_id)
    row = (await db.execute(query)).first()
    return thread_in(row) if row else None


async def _one(db: AsyncConnection, query: Select[Any]) -> Thread:
    row = (await db.execute(query)).first()
    if row is None:
        raise NotFound
    return thread_in(row)


async def add_thread(db: AsyncConnection, thread: Thread) -> None:
    """A new thread; its room is there already."""
    await db.execute(insert(threads).values(**_values(thread)))


async def keep_thread(db: AsyncConnection, thread: Thread) -> None:
    """What has changed of a thread."""
    await db.execute(update(threads).where(threads.c.room == thread.room).values(**_values(thread)))


def _values(thread: Thread) -> dict[str, Any]:
    values = {one.name: getattr(thread, one.name) for one in fields(Thread)}
    return {**values, "state": thread.state.value}


# -- as people see them


async def shown_threads(db: AsyncConnection, account_id: str, room_id: str | None = None) -> list[ShownThread]:
    """The person's threads, the one written in last first; or the one of that room."""
    query = (
        _shown_query()
        .join(room_members, room_members.c.room == threads.c.room)
        .where(room_members.c.account_id == account_id)
        .order_by(rooms.c.last_stored_at.desc(), threads.c.room)
    )
    if room_id is not None:
        query = query.where(threads.c.room == room_id)
    return [_shown(row, account_id) for row in await db.execute(query)]


def _shown_query() -> Select[Any]:
    client, counsellor = accounts.alias("client"), counsellors.alias("counsellor")
    onward, elsewhere = threads.alias("onward"), agencies.alias("elsewhere")
    newest = select(func.max(rosters.c.number)).where(rosters.c.agency_id == threads.c.agency_id).scalar_subquery()
    columns = (
        rooms.c.last_position,
        rooms.c.last_stored_at,
        room_shares.c.share.label("room_share"),
        agencies.c.name.label("agency_name"),
        client.c.name.label("client_name"),
        counsellor.c.display_name.label("counsellor_name"),
        clocks.c.waiting_since,
        clocks.c.due_at,
        clocks.c.breached_at,
        newest.label("roster_number"),
        WAIVED.label("waived"),
        is_blocked(threads.c.agency_id, threads.c.client_id).label("blocked"),
        dangers.c.marked_at.label("danger_at"),
        proposals.c.reason.label("proposed"),
        referrals.c.to_room,
        elsewhere.c.name.label("onward"),
        exists().where(clock_events.c.clock_id == clocks.c.id, clock_events.c.kind == HELP_OFFERED).label("helped"),
    )
    return (
        select(threads, *columns)
        .join(rooms, rooms.c.id == threads.c.room)
        .join(room_shares, room_shares.c.room == threads.c.room)
        .join(agencies, agencies.c.id == threads.c.agency_id)
        .join(client, client.c.id == threads.c.client_id)
        .outerjoin(counsellor, counsellor.c.account_id == threads.c.counsellor_id)
        .outerjoin(clocks, _RUNS)
        .outerjoin(dangers, dangers.c.room == threads.c.room)
        .outerjoin(proposals, proposals.c.room == threads.c.room)
        .outerjoin(referrals, referrals.c.room == threads.c.room)
        .outerjoin(onward, onward.c.room == referrals.c.to_room)
        .outerjoin(elsewhere, elsewhere.c.id == onward.c.agency_id)
    )


def _shown(row: Row[Any], account_id: str) -> ShownThread:
    return ShownThread(
        room=row.room,
        topic=row.topic,
        agency=row.agency_id,
        agency_name=row.agency_name,
        client=row.client_id,
        client_name=row.client_name,
        counsellor=row.counsellor_id,
        counsellor_name=row.counsellor_name,
        state=row.state,
        opened_at=row.opened_at,
        last_position=row.last_position,
        last_stored_at=row.last_stored_at,
        waiting_since=row.waiting_since,
        due_at=row.due_at,
        breached=row.breached_at is not None,
        waived=bool(row.waived),
        blocked=bool(row.blocked),
        danger=row.danger_at is not None and row.client_id != account_id,
        room_share=row.room_share,
        roster_number=row.roster_number,
        proposed=row.proposed,
        onward=row.onward,
        onward_room=row.to_room if row.client_id == account_id else None,
        help_offered=bool(row.helped) and row.client_id == account_id,
    )


# -- clocks


async def running_clock(db: AsyncConnection, room_id: str) -> Clock | None:
    """The promise that runs in a thread; the database allows one at most."""
    row = (await db.execute(select(*_CLOCK).where(clocks.c.room == room_id, clocks.c.stopped_at.is_(None)))).first()
    return _clock(row) if row else None


async def promised_by(db: AsyncConnection, room_id: str, position: int) -> Promised | None:
    """The promise that the message at that position started, if it did."""
    columns = (clocks.c[one.name] for one in fields(Promised))
    query = select(*columns).where(clocks.c.room == room_id, clocks.c.opened_by_position == position)
    row = (await db.execute(query)).first()
    return Promised(**row._asdict()) if row else None


async def open_clock(db: AsyncConnection, room_id: str, opens: Opens) -> Clock:
    """A promise from now on, with its event."""
    values = {
        "room": room_id,
        "waiting_since": opens.waiting_since,
        "due_at": opens.due_at,
        "policy": opens.snapshot,
        "salt": opens.salt,
        "opened_by_position": opens.by_position,
        "opened_after_position": opens.after_position,
        "contests_position": opens.contests,
    }
    row = (await db.execute(insert(clocks).values(**values).returning(*_CLOCK))).one()
    clock = _clock(row)
    await record(db, clock.id, "opened", opens.waiting_since)
    return clock


async def stop_clock(db: AsyncConnection, clock: Clock, stops: Stops, *, kind: str = "stopped") -> None:
    """The promise is over, with its event."""
    values = {"stopped_at": stops.at, "stopped_because": stops.because.value, "stopped_by_position": stops.position}
    await db.execute(update(clocks).where(clocks.c.id == clock.id).values(**values))
    await record(db, clock.id, kind, stops.at)
    await db.run_sync(end_inherited, {clock.id: (stops.because, stops.at)})


async def record(db: AsyncConnection, clock_id: int, kind: str, at: datetime) -> None:
    """An event of a promise, once."""
    await added(db, clock_events, clock_id=clock_id, kind=kind, at=at)
