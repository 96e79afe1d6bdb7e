"""Many clients at once, on connections of their own, in any order: nothing overlaps, and the list tells the truth."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from booking import store, timetable
from booking.errors import BookingRefusal
from booking.model import Calendar, Span
from booking.tables import places, reservations, waiting
from booking.waiting import offer_freed, stop_waiting, wait_for_earlier
from tests.postgres import new_database
from tests.store.booking.conftest import DATABASES
from tests.store.booking.practice import (
    AGENCY,
    CHAT,
    JONAS,
    MINUTE,
    MIRIAM,
    NINE,
    ROOM_7,
    SUNDAY,
    new_request,
    open_practice,
    sqlite_engine,
    wish,
)
from tests.unit.booking.oracle import slots_of

ROOM_8 = "room-8"
ROOMS = (ROOM_7, ROOM_8)
# Twice a day at most; and meetings for which there are two rooms.
KINDS = {"chat": replace(CHAT, most_per_day=2), "on_site": replace(CHAT, name="on_site")}
STARTS = [NINE + minutes * MINUTE for minutes in (0, 60, 120, 30)]
WINDOW = (NINE - timedelta(hours=9), NINE + timedelta(hours=9))


class Deed(NamedTuple):
    verb: str
    client: str
    counsellor: str
    kind: str
    starts_at: datetime


deeds = st.builds(
    Deed,
    st.sampled_from(["hold", "book", "book", "book_hold", "extend", "move", "cancel", "wait", "offer", "leave"]),
    st.sampled_from(["alex", "birgit", "carla", "dana"]),
    st.sampled_from([MIRIAM, MIRIAM, JONAS]),
    st.sampled_from(["chat", "chat", "on_site"]),
    st.sampled_from(STARTS),
)
# What is done at once in each round, and how much later that is.
rounds = st.lists(
    st.tuples(st.sampled_from([0, 1, 11, 31]), st.lists(deeds, min_size=2, max_size=5)), min_size=2, max_size=6
)


async def done(engine: AsyncEngine, deed: Deed, known: list[str], now: datetime) -> None:
    """In a transaction of its own; a refusal rolls it back. Anything else that goes wrong is an error of ours."""
    try:
        async with engine.begin() as db:
            await do(db, deed, known, now)
    except BookingRefusal:
        pass


async def do(db: AsyncConnection, deed: Deed, known: list[str], now: datetime) -> None:
    kind, client, request = KINDS[deed.kind], deed.client, new_request()
    wanted = replace(wish(deed.starts_at, client, deed.counsellor), kind=kind, places=ROOMS)
    latest, thread = known[-1] if known else "0" * 32, f"thread-{client}"
    match deed.verb:
        case "hold":
            known.append((await store.hold_slot(db, wanted, request_id=request, now=now)).id)
        case "book":
            known.append((await store.book_slot(db, wanted, request_id=request, now=now)).id)
        case "book_hold":
            await store.book_hold(db, hold=latest, client=client, request_id=request, now=now)
        case "extend":
            await store.extend_hold(db, hold=latest, client=client, now=now)
        case "move":
            moving: dict[str, Any] = {"appointment": latest, "kind": kind, "starts_at": deed.starts_at, "places": ROOMS}
            await store.reschedule_by_client(db, client=client, request_id=request, now=now, **moving)
        case "cancel":
            await store.cancel_by_client(db, appointment=latest, client=client, now=now)
        case "wait":
            line: dict[str, Any] = {"counsellor": deed.counsellor, "kind": deed.kind, "earlier_than": None}
            await wait_for_earlier(db, client=client, thread=thread, now=now, **line)
        case "offer":
            freed = kind.reserved_at(deed.starts_at)
            made = await offer_freed(db, counsellor=deed.counsellor, freed=freed, kinds=KINDS, now=now, places=ROOMS)
            known.extend(one.id for one in made)
        case _:
            await stop_waiting(db, client=client, thread=thread)


async def holds_true(db: AsyncConnection, calendar: Calendar, now: datetime) -> None:
    """Whatever has happened: no overlap, no day too full, and the list is what a naive reading gives."""
    rows = (await db.execute(select(reservations).where(reservations.c.state != "cancelled"))).all()
    for column in ("counsellor", "place"):
        for key in {getattr(row, column) for row in rows} - {None}:
            mine = sorted((row.starts_at, row.ends_at) for row in rows if getattr(row, column) == key)
            assert all(before[1] <= after[0] for before, after in pairwise(mine)), key
    lasting = [row for row in rows if row.expires_at is None or row.expires_at > now]
    assert all(count <= 2 for count in Counter(row.counsellor for row in lasting if row.kind == "chat").values())
    assert all((row.place is not None) == (row.kind == "on_site") for row in rows)
    for name in (MIRIAM, JONAS):
        there = [row.appointment_starts_at for row in lasting if row.counsellor == name and row.kind == "chat"]
        for kind in KINDS.values():
            expected: set[datetime] = set()
            for place in ROOMS if kind.needs_place else (None,):
                theirs = [row for row in lasting if row.counsellor == name or (place and row.place == place)]
                busy = [Span(row.starts_at, row.ends_at) for row in theirs]
                expected.update(slots_of(calendar, kind, busy, *WINDOW, now=now, given=there))
            found = await store.free_slots(
                db, counsellor=name, kind=kind, since=WINDOW[0], until=WINDOW[1], now=now, places=ROOMS
            )
            assert [slot.starts_at for slot in found] == sorted(expected), (name, kind.name)


async def live_through(address: str, story: list[tuple[int, list[Deed]]]) -> None:
    sqlite = address.startswith("sqlite")
    engine = sqlite_engine(Path(address.partition(":")[2])) if sqlite else create_async_engine(address, pool_size=5)
    now, known = SUNDAY, list[str]()
    try:
        async with engine.begin() as db:
            await db.execute(delete(waiting))
            await db.execute(delete(reservations))
            calendar = await timetable.calendar_of(db, counsellor=MIRIAM)
            assert calendar is not None
        for later, at_once in story:
            now += later * MINUTE
            await asyncio.gather(*(done(engine, deed, known, now) for deed in at_once))
            async with engine.connect() as db:
                await holds_true(db, calendar, now)
    finally:
        await engine.dispose()


async def opened(address: str) -> None:
    """The practice, with a second room."""
    sqlite = address.startswith("sqlite")
    engine = sqlite_engine(Path(address.partition(":")[2])) if sqlite else create_async_engine(address)
    await open_practice(engine)
    async with engine.begin() as db:
        await db.execute(places.insert().values(id=ROOM_8, owner=AGENCY, name="Room 8"))
    await engine.dispose()


@pytest.mark.parametrize("kind", DATABASES)
def test_whatever_happens_at_once_nothing_overlaps_and_the_list_is_true(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Holds, bookings, moves, cancellations, offers to those who wait: in rounds of several at the same time."""
    sqlite = kind == "sqlite"
    address = f"sqlite:{tmp_path / 'db'}" if sqlite else new_database(request.getfixturevalue("postgres"))
    asyncio.run(opened(address))

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rounds)
    def lived(story: list[tuple[int, list[Deed]]]) -> None:
        asyncio.run(live_through(address, story))

    lived()
