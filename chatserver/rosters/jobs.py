"""What happens to rosters by the clock: the coordinators are warned before theirs expires."""

from typing import Final

from chatserver.agencies import store as agencies
from chatserver.deps import Deps, work
from chatserver.due_work import DueRow, Job, complete
from chatserver.notices.actions import tell_notice


async def warn_of_expiry(deps: Deps, due: DueRow) -> None:
    """Once for each of the days; nothing, if another roster has come meanwhile."""
    agency_id, number, _days = due.subject.split(":")
    now = deps.now()
    async with work(deps) as tx:
        await complete(tx.db, due, now)
        newest = await agencies.newest_roster(tx.db, agency_id)
        if newest is not None and newest.number == int(number):
            await tell_notice(tx, await agencies.coordinators(tx.db, agency_id), "roster_expires", now=now)


JOBS: Final[dict[str, Job]] = {"roster_expires": warn_of_expiry}
