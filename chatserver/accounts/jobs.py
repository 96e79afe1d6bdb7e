"""What happens to sessions by the clock."""

from chatserver.accounts import store
from chatserver.deps import Deps, work


async def sweep_sessions(deps: Deps) -> None:
    """Removes sessions that have run out, and cuts whatever socket one of them still has."""
    async with work(deps) as tx:
        ended = await store.end_sessions_before(tx.db, deps.now())
    for session_id in ended:
        await deps.announce.disconnect(session_id)
