"""Promises in the database: one that runs at most, an event for each change, once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chatserver.agencies.model import PROMISE
from chatserver.database import Database
from chatserver.errors import NotFound
from chatserver.guarantee.policy import Calendar
from chatserver.ladders.model import Rung
from chatserver.tables import clock_events
from chatserver.threads import overdue, store
from chatserver.threads.clock import Act, Opens, StoppedBecause, Stops, move, opened_at
from chatserver.threads.receipts import Promised
from tests.store.rooms.furnished import CLIENT, COUNSELLOR, NOW, ROOM, STRANGER

POLICY = Calendar(int(PROMISE.total_seconds()))


async def test_the_database_itself_refuses_a_second_promise(database: Database) -> None:
    """Two could run out at different times, and one of them would be a lie."""
    async with database.write() as db:
        await store.open_clock(db, ROOM, opened_at(NOW, POLICY, after_position=1))
    with pytest.raises(IntegrityError):
        async with database.write() as db:
            await store.open_clock(db, ROOM, opened_at(NOW, POLICY, after_position=2))


async def test_a_due_time_survives_the_database_across_a_change_of_the_clocks(database: Database) -> None:
    """Saturday ten o'clock summer time is due on Monday at nine."""
    written = datetime(2026, 10, 24, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    async with database.write() as db:
        await store.open_clock(db, ROOM, opened_at(written, POLICY, after_position=1))
    async with database.read() as db:
        clock = await store.running_clock(db, ROOM)
    assert clock is not None
    assert clock.waiting_since == written
    assert clock.due_at == datetime(2026, 10, 26, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))


async def test_an_event_is_written_once(database: Database) -> None:
    """The second time it is known to be there."""
    async with database.write() as db:
        clock = await store.open_clock(db, ROOM, opened_at(NOW, POLICY, after_position=1))
        step = (clock.id, Rung.REMIND)
        assert await overdue.climbed(db, [step], NOW) == {step}
        assert await overdue.climbed(db, [step], NOW) == set()
        kinds = (await db.execute(select(clock_events.c.kind).order_by(clock_events.c.id))).scalars().all()
    assert kinds == ["opened", "reminded"]


async def test_a_stopped_promise_is_no_longer_found_by_the_jobs(database: Database) -> None:
    """There is nothing to remind of."""
    async with database.write() as db:
        clock = await store.open_clock(db, ROOM, opened_at(NOW, POLICY, after_position=1))
        found = await overdue.running(db, [clock.id])
        assert found[clock.id].thread.room == ROOM
        await store.stop_clock(db, clock, Stops(StoppedBecause.ANSWERED, NOW, 3))
        assert await overdue.running(db, [clock.id]) == {}
        assert await store.running_clock(db, ROOM) is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from([*Act, "cancels"]), min_size=1, max_size=12))
async def test_a_message_is_known_by_the_promise_that_it_started(database: Database, acts: list[Act | str]) -> None:
    """Though all happens in the same instant, and appointments are cancelled in between."""
    started: dict[int, Promised | None] = {}
    with pytest.raises(ZeroDivisionError):
        async with database.write() as db:
            for number, act in enumerate(acts):
                at, position = NOW + number // 3 * timedelta(hours=1), len(started) + 1
                running = await store.running_clock(db, ROOM)
                if isinstance(act, Act):
                    change = move(running is not None, act, position=position, at=at, policy=POLICY)
                elif running is None:
                    change = opened_at(at, POLICY, after_position=position - 1)
                else:
                    change = None
                if isinstance(change, Opens):
                    running = await store.open_clock(db, ROOM, change)
                elif isinstance(change, Stops) and running is not None:
                    await store.stop_clock(db, running, change)
                    running = None
                if isinstance(act, Act):
                    started[position] = change.promised if isinstance(change, Opens) else None
            assert {one: await store.promised_by(db, ROOM, one) for one in started} == started
            # Each example starts from the same room: nothing of it is kept.
            raise ZeroDivisionError


async def test_a_thread_is_found_by_its_people_and_by_its_agencys_duty(database: Database) -> None:
    """And by nobody else."""
    async with database.read() as db:
        assert (await store.thread_for_member(db, ROOM, CLIENT)).room == ROOM
        assert (await store.thread_for_duty(db, ROOM, COUNSELLOR)).room == ROOM
        for getter, account in (
            (store.thread_for_member, COUNSELLOR),
            (store.thread_for_member, STRANGER),
            (store.thread_for_duty, CLIENT),
        ):
            with pytest.raises(NotFound):
                await getter(db, ROOM, account)
