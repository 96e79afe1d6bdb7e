"""Live chats whose time has come, and those that nobody has ended."""

from typing import Final

from chatserver.appointments import store
from chatserver.appointments.actions import finish_live_chat, tell_it_opens
from chatserver.deps import Deps, work
from chatserver.due_work import DueRow, Job, complete


async def open_in_time(deps: Deps, due: DueRow) -> None:
    """Whoever has the page open sees that the live chat can begin; nobody has to reload it."""
    async with work(deps) as tx:
        await complete(tx.db, due, deps.now())
        await tell_it_opens(tx, due.subject)


async def end_forgotten(deps: Deps, due: DueRow) -> None:
    """The live chat is over although nobody has said so. Nothing, if somebody has."""
    now = deps.now()
    async with work(deps) as tx:
        await complete(tx.db, due, now)
        live = await store.live_chat_of(tx.db, due.subject)
        if live is not None and live.on:
            await finish_live_chat(tx, due.subject, now)


JOBS: Final[dict[str, Job]] = {"open_live": open_in_time, "end_live": end_forgotten}
