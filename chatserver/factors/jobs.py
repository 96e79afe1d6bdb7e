"""What happens to tickets by the clock."""

from chatserver.deps import Deps, work
from chatserver.factors import store


async def sweep_tickets(deps: Deps) -> None:
    """Removes what nobody can use any more."""
    async with work(deps) as tx:
        await store.remove_old_tickets(tx.db, deps.now())
