"""What has to be told once, although it is found again and again."""

from typing import Final

from booking.errors import NotFound
from chatserver.changes.actions import leave_nobody_alone, tell_stuck
from chatserver.deps import Deps, work
from chatserver.due_work import DueRow, Job, complete


async def tell_once(deps: Deps, due: DueRow) -> None:
    """An appointment could not follow the clocks. Nothing, if it is gone."""
    now = deps.now()
    async with work(deps) as tx:
        await complete(tx.db, due, now)
        try:
            await tell_stuck(tx, due.subject, now)
        except NotFound:
            return


async def look_whether_somebody_came(deps: Deps, due: DueRow) -> None:
    """A live chat was to be, and its time is over: nobody is to have waited in it alone. Nothing, if it is gone."""
    now = deps.now()
    async with work(deps) as tx:
        await complete(tx.db, due, now)
        try:
            await leave_nobody_alone(tx, due.subject, now)
        except NotFound:
            return


JOBS: Final[dict[str, Job]] = {"wall_stuck": tell_once, "missed_live": look_whether_somebody_came}
