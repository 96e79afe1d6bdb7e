"""What happens to sessions by the clock, and to the pages of those that ended elsewhere."""

from chatserver.accounts import store
from chatserver.deps import Deps, look, work


async def sweep_sessions(deps: Deps) -> None:
    """Removes sessions that have run out, and cuts whatever socket one of them still has."""
    async with work(deps) as tx:
        ended = await store.end_sessions_before(tx.db, deps.now())
    for session_id in ended:
        await deps.announce.disconnect(session_id)


async def keep_use(deps: Deps) -> None:
    """Writes down which sessions were used in the last minute: by a request, or by a page that is open."""
    used = deps.used | deps.announce.sessions()
    deps.used.clear()
    if used:
        async with work(deps) as tx:
            await store.keep_use(tx.db, used, deps.now(), deps.config.session_idle)


async def cut_ended_sessions(deps: Deps) -> None:
    """Another process may have ended a session, or its time is over: its pages here lose their sockets."""
    open_here = deps.announce.sessions()
    if not open_here:
        return
    async with look(deps) as db:
        going_on = await store.sessions_going_on(db, open_here, deps.now())
    for session_id in open_here - going_on:
        await deps.announce.disconnect(session_id)
