"""Work that falls due: rows that are written with their reason, claimed under a lease, and done once.

A row is due by the server's clock, which tests and demonstrations move; its lease runs by the clock of the database,
which all nodes share. Whoever claims a row gets a higher fence than everybody before: a node that was stopped in the
middle and wakes up later finds that the row is not its own any more.
"""

import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from booking.times import UtcDateTime
from chatserver.deps import Deps, work
from chatserver.logs import log
from chatserver.tables import due_work

LEASE: Final = timedelta(seconds=60)
# Some milliseconds of work each at most: all of them are done well within one lease.
AT_ONCE: Final = 200
LONGEST_PAUSE: Final = timedelta(minutes=10)
# What is done can be looked up for a while; a row for each promise would fill the table for ever.
KEPT_DONE: Final = timedelta(days=7)
SWEPT_AT_ONCE: Final = 1000
# This process among the nodes.
OWNER: Final = secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class DueRow:
    """Something that has fallen due, claimed for whoever holds this fence. `attempts` counts this one."""

    id: int
    kind: str
    key: str
    due_at: datetime
    fence: int
    attempts: int

    @property
    def subject(self) -> str:
        """What the key names after its kind: "17" in "remind:17"."""
        return self.key.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Which:
    """Kinds of work: `only` these, or all `but` those; and how many rows of them at most."""

    only: Collection[str] = ()
    but: Collection[str] = ()
    at_once: int = AT_ONCE


ALL: Final = Which()

# A job opens its own transaction, and is called again for a row after a crash: either repeating changes nothing, or it
# calls `complete` in the same transaction.
Job = Callable[[Deps, DueRow], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Grouped:
    """A job that does many rows in one transaction, which costs little more than one. It calls `complete_all` in it."""

    run: Callable[[Deps, Sequence[DueRow]], Awaitable[None]]

    async def __call__(self, deps: Deps, row: DueRow) -> None:
        """One row alone, after a group of which something failed."""
        await self.run(deps, [row])


@dataclass(frozen=True, slots=True)
class Planned:
    """Work that will be due."""

    kind: str
    key: str
    due_at: datetime


class LeaseLost(Exception):  # noqa: N818  named by what is the case
    """Another node has claimed the row in the meantime: whatever was begun for it must be rolled back."""


async def plan(db: AsyncConnection, kind: str, key: str, due_at: datetime) -> None:
    """Puts work into the caller's transaction. The same key is the same work: what was planned first stays."""
    await plan_all(db, [Planned(kind, key, due_at)])


async def plan_all(db: AsyncConnection, planned: Sequence[Planned]) -> None:
    """The same for many."""
    insert = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    rows = [{"kind": one.kind, "key": one.key, "due_at": one.due_at} for one in planned]
    if rows:
        await db.execute(insert(due_work).values(rows).on_conflict_do_nothing())


async def plan_again(db: AsyncConnection, planned: Planned) -> None:
    """The same, also when it was done before."""
    await db.execute(delete(due_work).where(due_work.c.key == planned.key))
    await plan_all(db, [planned])


async def withdraw(db: AsyncConnection, key: str) -> None:
    """Work that is not wanted any more. A node that is at it already finds its lease lost, if it asks."""
    await db.execute(delete(due_work).where(due_work.c.key == key, due_work.c.done_at.is_(None)))


async def claim(db: AsyncConnection, now: datetime, owner: str = OWNER, *, which: Which = ALL) -> list[DueRow]:
    """Takes what is due and nobody else's, the oldest first, for the length of a lease."""
    due = (
        select(due_work.c.id)
        .where(*_is_free(db, now, which))
        .order_by(due_work.c.due_at, due_work.c.id)
        .limit(which.at_once)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(due_work)
        .where(due_work.c.id.in_(due.scalar_subquery()))
        .values(
            lease_owner=owner,
            lease_until=_database_time(db, LEASE),
            fence=due_work.c.fence + 1,
            attempts=due_work.c.attempts + 1,
        )
        .returning(*(due_work.c[name] for name in ("id", "kind", "key", "due_at", "fence", "attempts")))
    )
    rows = [DueRow(*row) for row in await db.execute(taken)]
    return sorted(rows, key=lambda row: (row.due_at, row.id))


def anything_due(db: Connection, now: datetime, which: Which = ALL) -> bool:
    """Whether there is something to claim."""
    return db.execute(select(due_work.c.id).where(*_is_free(db, now, which)).limit(1)).first() is not None


async def complete(db: AsyncConnection, row: DueRow, now: datetime) -> None:
    """Marks the row as done, within the transaction of its effect if a job calls it there. Raises LeaseLost."""
    done = update(due_work).where(*still_ours(row)).values(done_at=now, lease_owner=None, lease_until=None)
    if (await db.execute(done)).rowcount != 1:
        raise LeaseLost


async def complete_all(db: AsyncConnection, rows: Sequence[DueRow], now: datetime) -> list[DueRow]:
    """Marks as done what is still ours, and gives it; what another node has claimed meanwhile is that one's."""
    named = due_work.c.id.in_([row.id for row in rows])
    held = select(due_work.c.id, due_work.c.fence).where(named, due_work.c.done_at.is_(None))
    ours = {tuple(row) for row in await db.execute(held.order_by(due_work.c.id).with_for_update())}
    kept = [row for row in rows if (row.id, row.fence) in ours]
    if len(kept) < len(rows):
        log.warning("lease_lost", kind=rows[0].kind)
    done = update(due_work).where(due_work.c.id.in_([row.id for row in kept]))
    await db.execute(done.values(done_at=now, lease_owner=None, lease_until=None))
    return kept


async def forget(db: AsyncConnection, rows: Sequence[DueRow]) -> None:
    """Makes room for the same work once more; the caller has completed it."""
    if rows:
        await db.execute(delete(due_work).where(due_work.c.id.in_([row.id for row in rows])))


async def postpone(db: AsyncConnection, row: DueRow) -> None:
    """After a failure: free again after a pause that doubles each time, so that one bad row does not busy everybody."""
    pause = min(timedelta(seconds=2 ** min(row.attempts, 20)), LONGEST_PAUSE)
    again = update(due_work).where(*still_ours(row)).values(lease_owner=None, lease_until=_database_time(db, pause))
    await db.execute(again)


async def do_due(deps: Deps, jobs: Mapping[str, Job], which: Which = ALL) -> int:
    """Does everything that is due now, and tells how many rows there were. What fails is tried again later."""
    count = 0
    while rows := await claimed(deps, which):
        for job, group in groupby(rows, lambda row: jobs.get(row.kind)):
            await _do_group(deps, jobs, job, list(group))
        count += len(rows)
    return count


async def sweep_done(deps: Deps) -> None:
    """Forgets what was done a week ago, some rows in each transaction. The same key would be new work from then on."""
    old = select(due_work.c.id).where(due_work.c.done_at <= deps.now() - KEPT_DONE).limit(SWEPT_AT_ONCE)
    swept = SWEPT_AT_ONCE
    while swept == SWEPT_AT_ONCE:
        async with work(deps) as tx:
            swept = (await tx.db.execute(delete(due_work).where(due_work.c.id.in_(old)))).rowcount


async def claimed(deps: Deps, which: Which) -> list[DueRow]:
    """What is due and nobody else's, for a lease."""
    now = deps.now()
    # Nearly always nothing is: nobody who writes is to wait for a turn that is taken each second to find that out.
    if not await deps.database.glance(lambda db: anything_due(db, now, which)):
        return []
    async with work(deps) as tx:
        return await claim(tx.db, now, which=which)


async def _do_group(deps: Deps, jobs: Mapping[str, Job], job: Job | None, rows: Sequence[DueRow]) -> None:
    if isinstance(job, Grouped) and len(rows) > 1:
        try:
            await job.run(deps, rows)
        except Exception as reason:  # noqa: BLE001  whichever it was, it is to keep nobody else waiting
            log.warning("job_group_failed", kind=rows[0].kind, error=reason)
        else:
            return
    for row in rows:
        await do_alone(deps, jobs, row)


async def do_alone(deps: Deps, jobs: Mapping[str, Job], row: DueRow) -> None:
    """One row. What fails is tried again later."""
    try:
        await jobs[row.kind](deps, row)
        await _complete_once(deps, row)
    except LeaseLost:
        log.warning("lease_lost", kind=row.kind)
    except Exception as reason:  # noqa: BLE001  the outermost: what nobody expected ends here
        log.error("job_failed", kind=row.kind, attempts=row.attempts, error=reason)
        async with work(deps) as tx:
            await postpone(tx.db, row)


async def _complete_once(deps: Deps, row: DueRow) -> None:
    async with work(deps) as tx:
        query = select(due_work.c.lease_owner).where(due_work.c.id == row.id, due_work.c.fence == row.fence)
        mine = (await tx.db.execute(query)).first()
        # Done by the job itself, put off or withdrawn by it: nothing is left to do.
        if mine is not None and mine.lease_owner is not None:
            await complete(tx.db, row, deps.now())


def _is_free(db: AsyncConnection | Connection, now: datetime, which: Which) -> tuple[ColumnElement[bool], ...]:
    until = due_work.c.lease_until
    # A lease that ends later than any does was taken while the database's clock was ahead: nobody would wait for it.
    free = or_(until.is_(None), until <= _database_time(db), until > _database_time(db, LONGEST_PAUSE + LEASE))
    kinds = due_work.c.kind.in_(which.only) if which.only else due_work.c.kind.not_in(which.but)
    return due_work.c.done_at.is_(None), due_work.c.due_at <= now, free, kinds


def still_ours(row: DueRow) -> tuple[ColumnElement[bool], ...]:
    """Where the row stands, as long as nobody else has claimed it."""
    return due_work.c.id == row.id, due_work.c.fence == row.fence, due_work.c.done_at.is_(None)


def _database_time(db: AsyncConnection | Connection, later: timedelta = timedelta(0)) -> ColumnElement[datetime]:
    """The database's own present, some time later, in the form of the column."""
    seconds = int(later.total_seconds())
    if db.dialect.name == "sqlite":
        return literal_column(f"strftime('%Y-%m-%dT%H:%M:%f', 'now', '+{seconds} seconds') || '000Z'", UtcDateTime())
    return literal_column(f"clock_timestamp() + interval '{seconds} seconds'", UtcDateTime())
