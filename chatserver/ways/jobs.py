"""What is forgotten about ways by the clock."""

from chatserver.deliveries.actions import forget_ways
from chatserver.deliveries.codes import CODE_LASTS
from chatserver.deps import Deps, work
from chatserver.ways import store


async def sweep_ways(deps: Deps) -> None:
    """Addresses that nobody has confirmed in time, and what was counted about codes a day ago."""
    now = deps.now()
    async with work(deps) as tx:
        await forget_ways(tx, await store.unconfirmed_before(tx.db, now - 2 * CODE_LASTS))
        await store.forget_codes(tx.db, now)
