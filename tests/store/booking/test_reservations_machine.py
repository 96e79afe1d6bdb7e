"""Many clients, also several at once: as if each had come alone, in some order, to a naive calendar."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from booking import store
from booking.errors import BookingRefusal
from booking.tables import reservations, seats, waiting
from booking.waiting import offer_freed, stop_waiting, wait_for_earlier
from tests.postgres import new_database
from tests.store.booking.conftest import DATABASES
from tests.store.booking.naive import MORNING, MOST_PER_DAY, Deed, Naive
from tests.store.booking.practice import (
    CHAT,
    JONAS,
    MINUTE,
    MIRIAM,
    NINE,
    SUNDAY,
    new_request,
    open_practice,
    sqlite_engine,
    wish,
)

KIND = replace(CHAT, most_per_day=MOST_PER_DAY)
# And one on no step, and one beyond the end of the morning.
STARTS = [*MORNING, *MORNING, NINE + 30 * MINUTE, NINE + 180 * MINUTE]
VERBS = ["hold", "hold", "book", "book", "book_hold", "extend", "move", "cancel", "release", "wait", "offer", "leave"]
NOBODYS = "0" * 32

verbs, starts = st.sampled_from(VERBS), st.sampled_from(STARTS)
clients, counsellors = st.sampled_from(["alex", "birgit", "carla", "dana"]), st.sampled_from([MIRIAM, MIRIAM, JONAS])
deeds = st.tuples(verbs, clients, counsellors, starts, st.integers(0, 3))


async def do(db: AsyncConnection, deed: Deed, now: datetime) -> dict[str, str]:
    """The ids of what is new, by the names that the naive calendar has for them."""
    request = new_request()
    wanted = replace(wish(deed.starts_at, deed.client, deed.counsellor), kind=KIND)
    match deed.verb:
        case "hold":
            return {deed.name: (await store.hold_slot(db, wanted, request_id=request, now=now)).id}
        case "book":
            return {deed.name: (await store.book_slot(db, wanted, request_id=request, now=now)).id}
        case "offer":
            freed, kinds = KIND.reserved_at(deed.starts_at), {"chat": KIND}
            made = await offer_freed(db, counsellor=deed.counsellor, freed=freed, kinds=kinds, now=now)
            return {f"{deed.name} {one.clients[0]}": one.id for one in made}
        case "wait":
            line: dict[str, Any] = {"counsellor": deed.counsellor, "kind": KIND.name, "earlier_than": None}
            await wait_for_earlier(db, client=deed.client, thread=wanted.thread, now=now, **line)
        case "leave":
            await stop_waiting(db, client=deed.client, thread=wanted.thread)
        case "sweep":
            await store.remove_expired_holds(db, now=now)
        case _:
            await change(db, deed, now)
    return {}


async def change(db: AsyncConnection, deed: Deed, now: datetime) -> None:
    """What is about something that is there, or was."""
    request = new_request()
    mine: dict[str, Any] = {"client": deed.client, "now": now}
    match deed.verb:
        case "book_hold":
            await store.book_hold(db, hold=deed.target, request_id=request, **mine)
        case "extend":
            await store.extend_hold(db, hold=deed.target, **mine)
        case "move":
            to: dict[str, Any] = {"kind": KIND, "starts_at": deed.starts_at, "request_id": request}
            await store.reschedule_by_client(db, appointment=deed.target, **to, **mine)
        case "cancel":
            await store.cancel_by_client(db, appointment=deed.target, **mine)
        case _:
            await store.release_hold(db, hold=deed.target, client=deed.client)


class Practice(RuleBasedStateMachine):
    """The real calendar beside the naive one."""

    engine: AsyncEngine
    loop: asyncio.AbstractEventLoop

    @initialize()
    def empty(self) -> None:
        """Nobody has anything."""
        self.now, self.naive, self.known, self.count = SUNDAY, Naive(), list[str](), 0
        self.loop.run_until_complete(self._emptied())

    @rule(deed=deeds)
    def one(self, deed: tuple[str, str, str, datetime, int]) -> None:
        """Somebody comes alone."""
        self._together([self._named(deed)])

    @rule(at_once=st.lists(deeds, min_size=2, max_size=3))
    def several(self, at_once: list[tuple[str, str, str, datetime, int]]) -> None:
        """Some come at the same moment, each in a transaction of their own."""
        self._together([self._named(one) for one in at_once])

    @rule(minutes=st.sampled_from([1, 10, 11, 31, 240]))
    def later(self, minutes: int) -> None:
        """Holds run out, and it becomes too late to change something."""
        self.now += timedelta(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        """What has run out is removed."""
        self._together([self._named(("sweep", "alex", MIRIAM, NINE, 0))])

    @invariant()
    def same(self) -> None:
        """Both have the same rows, and both list the same slots."""
        if not hasattr(self, "naive"):
            return
        there, listed = self.loop.run_until_complete(self._there())
        assert there == self.naive.shown(self.now, {})
        assert listed == {name: self.naive.offered(name, self.now) for name in (MIRIAM, JONAS)}

    def _named(self, deed: tuple[str, str, str, datetime, int]) -> Deed:
        verb, client, counsellor, start, back = deed
        self.count += 1
        target = self.known[-1 - back] if back < len(self.known) else NOBODYS
        return Deed(verb, client, counsellor, start, target, f"new {self.count}")

    def _together(self, at_once: Sequence[Deed]) -> None:
        told = self.loop.run_until_complete(self._done(at_once))
        there, _ = self.loop.run_until_complete(self._there())
        new = {name: key for one in told if one for name, key in one.items()}
        for order in permutations(range(len(at_once))):
            then, fits = self.naive, True
            for number in order:
                fine, then = then.after(at_once[number], self.now)
                fits = fits and fine == (told[number] is not None)
            if fits and then.shown(self.now, new) == there:
                self._keep(then, new)
                return
        raise AssertionError(f"in no order one after the other: {at_once}, {told}, {there}")

    def _keep(self, then: Naive, new: dict[str, str]) -> None:
        self.naive = then
        for row in then.rows:
            row.name = new.get(row.name, row.name)
        for one in then.line:
            one.offered = new.get(one.offered, one.offered) if one.offered else None
        self.known += new.values()

    async def _done(self, at_once: Sequence[Deed]) -> list[dict[str, str] | None]:
        async def tried(deed: Deed) -> dict[str, str] | None:
            try:
                async with self.engine.begin() as db:
                    return await do(db, deed, self.now)
            except BookingRefusal:
                return None

        return await asyncio.gather(*(tried(one) for one in at_once))

    async def _there(self) -> tuple[tuple[list[Any], list[Any]], dict[str, list[datetime]]]:
        row, line = reservations.c, waiting.c
        columns = (row.appointment_starts_at, row.state, row.expires_at, row.extended)
        rows = select(row.id, row.counsellor, seats.c.client, *columns).join(seats, seats.c.reservation == row.id)
        lasts = row.expires_at.is_(None) | (row.expires_at > self.now)
        waits = select(line.client, line.counsellor, line.offered, line.offered_starts_at, line.offered_at)
        window: dict[str, Any] = {
            "since": NINE - timedelta(hours=9),
            "until": NINE + timedelta(hours=9),
            "now": self.now,
        }
        async with self.engine.connect() as db:
            found = await db.execute(rows.where(row.state.in_(("held", "booked")), lasts).order_by(row.id))
            waiting_now = await db.execute(waits.order_by(line.created_at, line.id))
            there = [tuple(one) for one in found], [tuple(one) for one in waiting_now]
            listed = {
                name: [one.starts_at for one in await store.free_slots(db, counsellor=name, kind=KIND, **window)]
                for name in (MIRIAM, JONAS)
            }
        return there, listed

    async def _emptied(self) -> None:
        async with self.engine.begin() as db:
            await db.execute(delete(waiting))
            await db.execute(delete(reservations))


@pytest.mark.parametrize("database", DATABASES)
def test_whoever_comes_at_once_is_served_as_if_one_after_the_other(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """In some order, by a calendar that knows nothing of transactions; and what is listed is what it would give."""
    loop = asyncio.new_event_loop()
    if database == "sqlite":
        engine = sqlite_engine(tmp_path / "practice.db")
    else:
        engine = create_async_engine(new_database(request.getfixturevalue("postgres")), pool_size=5)
    loop.run_until_complete(open_practice(engine))

    class Opened(Practice):
        pass

    Opened.engine, Opened.loop = engine, loop
    # What several do at once does not happen twice in the same way: to make it smaller takes minutes and loses it.
    few = settings(
        max_examples=15,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
    try:
        run_state_machine_as_test(Opened, settings=few)
    finally:
        loop.run_until_complete(engine.dispose())
        loop.close()
