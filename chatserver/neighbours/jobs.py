"""The step of the ladder at which other agencies are asked."""

from typing import Final

from chatserver.deps import Deps, work
from chatserver.due_work import DueRow, Job, complete
from chatserver.neighbours.actions import offer_help
from chatserver.threads import overdue
from chatserver.threads.clock import ASK_NEIGHBOURS
from chatserver.threads.model import ThreadState
from chatserver.waiting.actions import offer_nearest_chat


async def ask_neighbours(deps: Deps, due: DueRow) -> None:
    """Once for each promise, on however many nodes. Nothing when it was answered meanwhile."""
    now = deps.now()
    async with work(deps) as tx:
        await complete(tx.db, due, now)
        for one in (await overdue.running(tx.db, [int(due.subject)])).values():
            if one.thread.state is ThreadState.OPEN:
                await offer_nearest_chat(tx, one.thread, now)
            await offer_help(tx, one.thread, one.clock, now)


JOBS: Final[dict[str, Job]] = {ASK_NEIGHBOURS: ask_neighbours}
