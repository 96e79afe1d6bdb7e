"""Live chats that nobody has ended."""

from typing import Final

from chatserver.appointments import store
from chatserver.appointments.actions import finish_live_chat
from chatserver.deps import Deps, work
from chatserver.due_work import DueRow, Job, complete


async def end_forgotten(deps: Deps, due: DueRow) -> None:
    """The live chat is over although nobody has said so. Nothing, if somebody has."""
    now = deps.now()
    async with work(deps) as tx:
        await complete(tx.db, due, now)
        live = await store.live_chat_of(tx.db, due.subject)
        if live is not None and live.on:
            await finish_live_chat(tx, due.subject, now)


JOBS: Final[dict[str, Job]] = {"end_live": end_forgotten}
