"""An offer that nobody has taken goes to the next in line."""

from typing import Final

from chatserver.deps import Deps, work
from chatserver.due_work import DueRow, Job, complete
from chatserver.opened import passed_on
from chatserver.waiting.actions import offer_to_line


async def pass_on(deps: Deps, due: DueRow) -> None:
    """Asks the next, if the time is free: whether it is, the rule of all slots says."""
    now = deps.now()
    async with work(deps) as tx:
        await complete(tx.db, due, now)
        await offer_to_line(tx, *passed_on(due.subject), now)


JOBS: Final[dict[str, Job]] = {"pass_on": pass_on}
