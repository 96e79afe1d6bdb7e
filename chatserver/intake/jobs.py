"""Looking every 20 seconds whether more enquiries come than any ordinary day brings."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.agencies import store as agencies
from chatserver.deps import Deps, look, work
from chatserver.intake import store
from chatserver.intake.model import COMPARED, WITHIN, alarming, is_over
from chatserver.notices.actions import tell_notice


async def watch_intake(deps: Deps) -> None:
    """The coordinators of a flooded agency are told, once for each flood; when it is over, the alarm ends by itself."""
    now = deps.now()
    async with look(deps) as db:
        on = set(await store.alarmed(db))
        busy = [one for one in await store.busy_since(db, now - WITHIN) if one not in on]
        rising = [one for one in busy if await _is_far(db, one, now)]
        sinking = [one for one in sorted(on) if await _is_usual(db, one, now)]
    for agency_id in rising:
        async with work(deps) as tx:
            if await store.raise_alarm(tx.db, agency_id, now - WITHIN):
                await tell_notice(tx, await agencies.coordinators(tx.db, agency_id), "intake_alarm", now=now)
    for agency_id in sinking:
        async with work(deps) as tx:
            await store.end_alarm(tx.db, agency_id)


async def _is_far(db: AsyncConnection, agency_id: str, now: datetime) -> bool:
    came = await store.came_between(db, agency_id, now - WITHIN, now)
    return came >= alarming(await store.came_between(db, agency_id, now - COMPARED - WITHIN, now - WITHIN))


async def _is_usual(db: AsyncConnection, agency_id: str, now: datetime) -> bool:
    since = await store.alarm_of(db, agency_id) or now
    came = await store.came_between(db, agency_id, now - WITHIN, now)
    # Against what was usual before the flood: the flood itself is nothing usual.
    return is_over(came, await store.came_between(db, agency_id, since - COMPARED, since))
