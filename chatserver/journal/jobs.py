"""The journal by the clock: what has happened is sealed within a minute, by one node for each agency."""

from typing import Final

from sqlalchemy import delete

from chatserver.deps import Deps, look, work
from chatserver.due_work import DueRow, Job, complete, plan
from chatserver.journal import store
from chatserver.journal.actions import seal_some
from chatserver.tables import due_work

KIND: Final = "seal_journal"


async def plan_sealing(deps: Deps) -> None:
    """For each agency whose journal lags behind, once, on however many nodes."""
    async with look(deps) as db:
        behind = await store.agencies_with_unsealed(db)
    if not behind:
        return
    now = deps.now()
    async with work(deps) as tx:
        for agency_id in behind:
            await plan(tx.db, KIND, f"{KIND}:{agency_id}", now)


async def seal_due(deps: Deps, due: DueRow) -> None:
    """Seals step by step, so that nobody waits long for the database; then makes room for being planned again."""
    more = True
    while more:
        now = deps.now()
        async with work(deps) as tx:
            more = await seal_some(tx.db, deps, due.subject, now)
            if not more:
                await complete(tx.db, due, now)
                await tx.db.execute(delete(due_work).where(due_work.c.id == due.id))


JOBS: Final[dict[str, Job]] = {KIND: seal_due}
