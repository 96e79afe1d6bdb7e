"""A small practice with a calendar, in real databases: who is in the tests of reservations, and where they write."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from booking import store, timetable
from booking.model import Kind, Reservation, minutes_of
from booking.model import WeeklyRule as Rule
from booking.tables import metadata, places
from booking.wishes import Wish

# Miriam sees people on Mondays to Fridays from 9 to 12 in Münster; Jonas, too.
MIRIAM, JONAS = "miriam", "jonas"
ALEX, BIRGIT, CARLA = "alex", "birgit", "carla"
AGENCY, ROOM_7 = "agency", "room-7"
SUNDAY = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NINE, TEN, ELEVEN = (
    datetime(2026, 3, 2, hour, 0, tzinfo=UTC) for hour in (8, 9, 10)
)  # wall time in Münster is one more
MINUTE = timedelta(minutes=1)
CHAT = Kind(
    name="chat",
    length=50 * MINUTE,
    step=60 * MINUTE,
    buffer_after=10 * MINUTE,
    notice=2 * 60 * MINUTE,
    cancel_notice=12 * 60 * MINUTE,
)
_requests = count(1)


def new_request() -> str:
    """An id that no request had before."""
    return f"{next(_requests):032x}"


def wish(starts_at: datetime = NINE, client: str = ALEX, counsellor: str = MIRIAM, place: str | None = None) -> Wish:
    return Wish(
        counsellor=counsellor, client=client, thread=f"thread-{client}", kind=CHAT, starts_at=starts_at, place=place
    )


def sqlite_engine(path: Path) -> AsyncEngine:
    """An engine on a file, as the server has one: every transaction begins as a writer, and foreign keys hold."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=OFF")  # what a test writes need not outlive a power cut
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


async def open_practice(engine: AsyncEngine) -> None:
    """Tables with their guards, two calendars, one kind for the whole agency, one place."""
    hours = [Rule(weekday, minutes_of("09:00"), minutes_of("12:00")) for weekday in range(5)]
    async with engine.begin() as db:
        await db.run_sync(metadata.create_all)
        for counsellor in (MIRIAM, JONAS):
            await timetable.keep_weekly_hours(db, counsellor=counsellor, zone="Europe/Berlin", rules=hours)
        await timetable.keep_kind(db, owner=AGENCY, kind=CHAT)
        await db.execute(places.insert().values(id=ROOM_7, owner=AGENCY, name="Room 7"))


async def book(db: AsyncConnection, starts_at: datetime = NINE, client: str = ALEX, **where: str) -> Reservation:
    """Books without a hold, on the Sunday before."""
    return await store.book_slot(db, wish(starts_at, client, **where), request_id=new_request(), now=SUNDAY)


async def hold(db: AsyncConnection, starts_at: datetime = NINE, client: str = ALEX, now: datetime = SUNDAY) -> str:
    """The id of a new hold of Miriam's time."""
    held = await store.hold_slot(db, wish(starts_at, client), request_id=new_request(), now=now)
    return held.id


async def listed(db: AsyncConnection, now: datetime = SUNDAY, asker: tuple[str, str] | None = None) -> list[datetime]:
    """The starts that Miriam has on that Monday."""
    monday = NINE - timedelta(hours=9)
    found = await store.free_slots(
        db, counsellor=MIRIAM, kind=CHAT, since=monday, until=monday + timedelta(days=1), now=now, asker=asker
    )
    return [slot.starts_at for slot in found]
