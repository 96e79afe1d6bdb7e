"""Announcing and deleting by the clock. Each room in a transaction of its own, whose end is the work's end as well."""

from typing import Final

from chatserver.deletions.actions import erase_room
from chatserver.deps import Deps, look, work
from chatserver.due_work import DueRow, Job, Planned, complete, plan_again
from chatserver.notices.actions import tell_notice
from chatserver.retention import store
from chatserver.retention.model import NOTICE

KIND: Final = "expire"


async def announce_expiries(deps: Deps) -> None:
    """Tells clients, once, on however many nodes; and plans what follows."""
    async with look(deps) as db:
        decided = await store.agencies_that_decided(db)
    for agency_id, months in decided:
        announced = store.AT_ONCE
        while announced == store.AT_ONCE:
            announced = await _announce_some(deps, agency_id, months)


async def _announce_some(deps: Deps, agency_id: str, months: int) -> int:
    now = deps.now()
    async with work(deps) as tx:
        found = await store.to_announce(tx.db, agency_id, months, now)
        for room, client in found:
            if await store.announce(tx.db, room, now):
                await plan_again(tx.db, Planned(KIND, f"{KIND}:{room}", now + NOTICE))
                await tell_notice(tx, [client], "thread_expires", now=now, room=room)
    return len(found)


async def expire(deps: Deps, due: DueRow) -> None:
    """Two weeks later: if all of it still holds the room goes as if its client had deleted it, with a certificate."""
    now = deps.now()
    async with work(deps) as tx:
        # The room first, as whoever deletes it themselves does: nobody waits for each other.
        agency_id = await store.expires_now(tx.db, due.subject, now)
        await complete(tx.db, due, now)
        if agency_id is None:
            await store.take_back(tx.db, due.subject)
        else:
            await erase_room(tx, deps, due.subject, now)
            # Which one it was stands nowhere: the log only grows, and must not name what is gone.
            tx.record("thread_expired", now, agency_id=agency_id)


JOBS: Final[dict[str, Job]] = {KIND: expire}
