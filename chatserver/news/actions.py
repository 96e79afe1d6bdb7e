"""Waiting for news. Positions in the database decide what is new; an event only wakes whoever waits."""

import asyncio
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.deps import Asker, Deps, look
from chatserver.news.wire import AwaitNews, News
from chatserver.rooms import store
from chatserver.rooms.actions import LARGEST_ANSWER, shown, that_fit
from chatserver.rooms.wire import Items

PAGE: Final = 200


async def await_news(deps: Deps, asker: Asker, command: AwaitNews) -> News:
    """What is new for this page: at once where something is, else when something happens or the wait is over."""
    line, new = deps.announce.line(asker.account_id, asker.session_id, command.line, deps.now())
    turn = line.ask(command.heard, deps.now())
    seen = {one.room: one.after for one in command.rooms}
    until = asyncio.get_running_loop().time() + command.wait
    while True:
        # Before the look: what is stored while it lasts must end the wait that follows, and what is told must not
        # come ahead of the item that it was told of.
        line.looks()
        line.leave_out(seen)
        told = list(line.told)
        rooms = await _behind(deps, asker, seen)
        if rooms or told or new or line.over or not await line.waits(turn, until):
            return News(line.id, new or line.over, rooms, told)


async def _behind(deps: Deps, asker: Asker, seen: dict[str, int]) -> list[Items]:
    async with look(deps) as db:
        last = await store.last_positions(db, asker.account_id, seen)
        behind = [room for room in seen if last.get(room, 0) > seen[room]]
        return await _items(db, behind, seen, last)


async def _items(db: AsyncConnection, behind: list[str], seen: dict[str, int], last: dict[str, int]) -> list[Items]:
    found: list[Items] = []
    left = LARGEST_ANSWER
    for room in behind:
        items = that_fit(await store.items_after(db, room, seen[room], PAGE), left)
        found.append(Items(room, last[room], [shown(item) for item in items]))
        left -= sum(len(item.envelope) for item in items)
        if left <= 0:
            # The rest at the next asking, which will not have to wait.
            break
    return found
