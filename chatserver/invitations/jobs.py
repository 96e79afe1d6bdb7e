"""What happens to invitations by the clock."""

from chatserver.deps import Deps, work
from chatserver.invitations import store
from chatserver.invitations.model import KEPT_EXPIRED


async def sweep_invitations(deps: Deps) -> None:
    """Removes invitations whose link ran out a week ago, with the names in them; who waits for a roster stays."""
    async with work(deps) as tx:
        await store.remove_expired(tx.db, deps.now() - KEPT_EXPIRED)
