"""What happens to uploads by the clock."""

from chatserver.attachments import store
from chatserver.attachments.model import KEPT_UNFINISHED
from chatserver.deps import Deps, work


async def sweep_uploads(deps: Deps) -> None:
    """Removes what was begun a day ago and never finished."""
    async with work(deps) as tx:
        await store.remove_unfinished(tx.db, deps.now() - KEPT_UNFINISHED)
