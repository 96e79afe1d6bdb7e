"""Due work that waits for others' machines: claimed like all other, but some at a time, and beside the rest.

In one line with it, a mail server that takes half a minute to say no would hold up promises, and outlive their lease.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.deps import Deps
from chatserver.due_work import DueRow, Job, LeaseLost, Which, claimed, do_alone, still_ours
from chatserver.tables import due_work

# All of a claim at the same time, so that no lease runs out in a line.
AT_ONCE: Final = 8


async def do_beside(deps: Deps, jobs: Mapping[str, Job]) -> int:
    """Does everything of these kinds that is due now, and tells how many rows there were."""
    count = 0
    which = Which(only=tuple(jobs), at_once=AT_ONCE)
    while rows := await claimed(deps, which):
        await asyncio.gather(*(do_alone(deps, jobs, row) for row in rows))
        count += len(rows)
    return count


def key_of(kind: str, subject: str) -> str:
    """The key of the work of that kind about that subject."""
    return f"{kind}:{subject}"


def plan_now(db: Connection, kind: str, key: str, due_at: datetime) -> None:
    """As `plan`, within a transaction that is one whole function."""
    insert = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    db.execute(insert(due_work).values(kind=kind, key=key, due_at=due_at).on_conflict_do_nothing())


def pull_forward(db: Connection, key: str, due_at: datetime) -> None:
    """Work that is planned falls due at that time at the latest."""
    later = (due_work.c.key == key, due_work.c.done_at.is_(None), due_work.c.due_at > due_at)
    db.execute(update(due_work).where(*later).values(due_at=due_at))


async def defer(db: AsyncConnection, row: DueRow, due_at: datetime) -> None:
    """Free again, and due at that time: for a job that decides itself when it tries again. Raises LeaseLost."""
    values = {"due_at": due_at, "lease_owner": None, "lease_until": None}
    if (await db.execute(update(due_work).where(*still_ours(row)).values(**values))).rowcount != 1:
        raise LeaseLost
