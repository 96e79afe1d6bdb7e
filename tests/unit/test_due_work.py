"""Work that falls due is done once, late rather than never, by one node at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from chatserver.deps import Deps, look, work
from chatserver.due_work import (
    DueRow,
    Grouped,
    LeaseLost,
    claim,
    complete,
    complete_all,
    do_due,
    plan,
    sweep_done,
    withdraw,
)
from chatserver.tables import due_work
from tests.frame import MORNING, Frame, frame

HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[Frame]:
    async with frame(tmp_path) as opened:
        yield opened


class Diary:
    """A job that notes what it was called for, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.entries: list[str] = []
        self.failures = failures

    async def __call__(self, _deps: Deps, row: DueRow) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not today")
        self.entries.append(row.key)


async def planned(deps: Deps, *keys: str, in_hours: int = 1) -> None:
    async with work(deps) as tx:
        for key in keys:
            await plan(tx.db, "remind", key, MORNING + in_hours * HOUR)


async def rows(deps: Deps) -> list[Any]:
    async with look(deps) as db:
        return list(await db.execute(select(due_work).order_by(due_work.c.id)))


async def end_leases(deps: Deps) -> None:
    """As if a minute had passed on the database's own clock."""
    async with work(deps) as tx:
        await tx.db.execute(update(due_work).values(lease_until=MORNING - timedelta(days=3650)))


async def test_nothing_is_done_before_it_is_due(house: Frame) -> None:
    """Dueness is the server's clock, which the test moves."""
    diary = Diary()
    await planned(house.deps, "remind:1")
    assert await do_due(house.deps, {"remind": diary}) == 0
    house.clock.advance(HOUR)
    assert await do_due(house.deps, {"remind": diary}) == 1
    assert diary.entries == ["remind:1"]


async def test_while_nothing_is_due_nobody_waits_for_a_look_at_it(house: Frame) -> None:
    """It takes no turn of the one connection that writes: whoever has it keeps it."""
    await planned(house.deps, "remind:1")
    async with house.deps.database.write():
        assert await asyncio.wait_for(do_due(house.deps, {"remind": Diary()}), 15) == 0


async def test_what_is_done_is_not_done_again(house: Frame) -> None:
    """A row has one effect, however often somebody looks."""
    diary = Diary()
    await planned(house.deps, "remind:1")
    house.clock.advance(HOUR)
    await do_due(house.deps, {"remind": diary})
    await end_leases(house.deps)
    await do_due(house.deps, {"remind": diary})
    assert diary.entries == ["remind:1"]
    assert (await rows(house.deps))[0].done_at == MORNING + HOUR


async def test_after_a_long_outage_everything_overdue_is_done_in_order(house: Frame) -> None:
    """Late rather than never, the oldest first, however much there is."""
    diary = Diary()
    for hour in (3, 1, 2):
        await planned(house.deps, *(f"remind:{hour}-{number}" for number in range(40)), in_hours=hour)
    house.clock.advance(timedelta(days=30))
    assert await do_due(house.deps, {"remind": diary}) == 120
    assert [key[7] for key in diary.entries] == ["1"] * 40 + ["2"] * 40 + ["3"] * 40


async def test_the_same_key_is_the_same_work(house: Frame) -> None:
    """Planning twice does nothing the second time, not even move the time."""
    await planned(house.deps, "remind:1", in_hours=1)
    await planned(house.deps, "remind:1", in_hours=9)
    assert [row.due_at for row in await rows(house.deps)] == [MORNING + HOUR]


async def test_work_is_planned_with_its_reason_or_not_at_all(house: Frame) -> None:
    """A transaction that is rolled back leaves nothing to do."""

    async def failing() -> None:
        async with work(house.deps) as tx:
            await plan(tx.db, "remind", "remind:1", MORNING)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert await rows(house.deps) == []


async def test_what_was_withdrawn_is_not_done(house: Frame) -> None:
    """A promise that was kept needs no reminder."""
    diary = Diary()
    await planned(house.deps, "remind:1", "remind:2")
    async with work(house.deps) as tx:
        await withdraw(tx.db, "remind:1")
    house.clock.advance(HOUR)
    await do_due(house.deps, {"remind": diary})
    assert diary.entries == ["remind:2"]


async def test_a_lease_that_was_taken_while_the_database_s_clock_was_ahead_keeps_nobody_waiting(house: Frame) -> None:
    """Its holder died, and the clock was set right: until that time has really come would be months."""
    diary = Diary()
    await planned(house.deps, "remind:1")
    house.clock.advance(HOUR)
    async with work(house.deps) as tx:
        await claim(tx.db, house.deps.now())
        await tx.db.execute(update(due_work).values(lease_until=datetime.now(UTC) + timedelta(days=90)))
    await do_due(house.deps, {"remind": diary})
    assert diary.entries == ["remind:1"]


async def test_of_a_group_whatever_is_still_ours_is_done_and_one_bad_row_keeps_nobody_else_waiting(
    house: Frame,
) -> None:
    """A group shares a transaction; if it fails, each row is tried alone."""
    done: list[list[str]] = []

    async def together(deps: Deps, rows: Sequence[DueRow]) -> None:
        async with work(deps) as tx:
            ours = await complete_all(tx.db, rows, deps.now())
            if any(row.key == "remind:2" for row in ours):
                raise RuntimeError("not this one")
        done.append([row.key for row in ours])

    await planned(house.deps, "remind:1", "remind:2", "remind:3")
    house.clock.advance(HOUR)
    await do_due(house.deps, {"remind": Grouped(together)})
    assert done == [["remind:1"], ["remind:3"]]
    assert [row.done_at is None for row in await rows(house.deps)] == [False, True, False]


async def test_a_group_leaves_what_another_node_has_claimed_meanwhile_to_it(house: Frame) -> None:
    """The fence has risen: only the rest is done, and the rest of the group does not suffer."""
    await planned(house.deps, "remind:1", "remind:2")
    house.clock.advance(HOUR)
    async with work(house.deps) as tx:
        mine = await claim(tx.db, house.deps.now())
        await tx.db.execute(update(due_work).where(due_work.c.key == "remind:1").values(fence=due_work.c.fence + 1))
        kept = await complete_all(tx.db, mine, house.deps.now())
    assert [row.key for row in kept] == ["remind:2"]
    assert [row.done_at is None for row in await rows(house.deps)] == [True, False]


async def test_two_nodes_never_hold_the_same_row(house: Frame) -> None:
    """A claim is a lease: nobody else gets the row while it runs."""
    await planned(house.deps, "remind:1")
    now = MORNING + HOUR
    async with work(house.deps) as tx:
        assert [row.key for row in await claim(tx.db, now, "one")] == ["remind:1"]
    async with work(house.deps) as tx:
        assert await claim(tx.db, now, "other") == []


async def test_a_lease_runs_by_the_clock_of_the_database(house: Frame) -> None:
    """Moving the demonstration's clock by years frees no row that a node is working on."""
    await planned(house.deps, "remind:1")
    async with work(house.deps) as tx:
        await claim(tx.db, MORNING + HOUR, "one")
    async with work(house.deps) as tx:
        assert await claim(tx.db, MORNING + timedelta(days=36500), "other") == []


async def test_a_node_that_was_stopped_finds_its_row_taken(house: Frame) -> None:
    """The fence: whoever wakes up after its lease cannot finish what another has begun."""
    await planned(house.deps, "remind:1")
    now = MORNING + HOUR
    async with work(house.deps) as tx:
        (stopped,) = await claim(tx.db, now, "one")
    await end_leases(house.deps)
    async with work(house.deps) as tx:
        (taken,) = await claim(tx.db, now, "other")
    with pytest.raises(LeaseLost):
        async with work(house.deps) as tx:
            await complete(tx.db, stopped, now)
    async with work(house.deps) as tx:
        await complete(tx.db, taken, now)
    assert taken.fence > stopped.fence


async def test_an_effect_and_its_completion_commit_together(house: Frame) -> None:
    """A job that completes its row itself has its effect exactly once, even when it crashes right afterwards."""
    await planned(house.deps, "remind:1")
    house.clock.advance(HOUR)
    calls: list[str] = []

    async def job(deps: Deps, row: DueRow) -> None:
        calls.append(row.subject)
        async with work(deps) as tx:
            await plan(tx.db, "escalate", f"escalate:{row.subject}", deps.now() + HOUR)
            await complete(tx.db, row, deps.now())
        raise RuntimeError("the process ends here")

    await do_due(house.deps, {"remind": job})
    await end_leases(house.deps)
    await do_due(house.deps, {"remind": job})
    assert calls == ["1"]
    assert [row.kind for row in await rows(house.deps)] == ["remind", "escalate"]


async def test_what_fails_is_tried_again_after_a_pause(house: Frame) -> None:
    """A failure loses nothing, and is not repeated without a breath."""
    diary = Diary(failures=1)
    await planned(house.deps, "remind:1")
    house.clock.advance(HOUR)
    assert await do_due(house.deps, {"remind": diary}) == 1
    assert await do_due(house.deps, {"remind": diary}) == 0
    await end_leases(house.deps)
    assert await do_due(house.deps, {"remind": diary}) == 1
    assert diary.entries == ["remind:1"]
    assert (await rows(house.deps))[0].attempts == 2


async def test_one_bad_row_does_not_stop_the_others(house: Frame) -> None:
    """Nobody misses a reminder because of somebody else's."""
    diary = Diary()
    async with work(house.deps) as tx:
        await plan(tx.db, "unheard_of", "unheard_of:1", MORNING)
        await plan(tx.db, "remind", "remind:2", MORNING)
    await do_due(house.deps, {"remind": diary})
    assert diary.entries == ["remind:2"]


async def test_what_was_done_a_week_ago_is_forgotten_and_nothing_else(
    house: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most rows are of promises that were kept; more of them than go in one transaction go all the same."""
    monkeypatch.setattr("chatserver.due_work.SWEPT_AT_ONCE", 2)
    await planned(house.deps, *(f"remind:{number}" for number in range(5)))
    await planned(house.deps, "remind:later", in_hours=24 * 30)
    house.clock.advance(HOUR)
    await do_due(house.deps, {"remind": Diary()})
    await sweep_done(house.deps)
    assert len(await rows(house.deps)) == 6
    house.clock.advance(24 * 7 * HOUR)
    await sweep_done(house.deps)
    assert [row.key for row in await rows(house.deps)] == ["remind:later"]
