"""What happens to journeys by the clock."""

from chatserver.deps import Deps, work
from chatserver.providers import store


async def sweep_journeys(deps: Deps) -> None:
    """Removes those from which nobody comes back any more."""
    async with work(deps) as tx:
        await store.remove_old_journeys(tx.db, deps.now())
