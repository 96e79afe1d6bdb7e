"""What falls due is done by one of the nodes, whoever looks first, and told to pages of both."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from chatserver.notices.wire import Notice
from chatserver.tables import due_work
from tests.api.story import enquire
from tests.nodes.conftest import Nodes

CLIENTS = ("nachtfalter", "luisa7", "stiller_bach")
RUNG = timedelta(hours=12)
# For everybody on duty, while nobody has taken the enquiry.
LADDER = ["reply_reminder", "reply_escalated"]


async def test_both_look_at_once_and_everything_is_done_once(nodes: Nodes) -> None:
    """Nobody is told twice, and nothing is left."""
    berger = await nodes.right.counsellor("berger")
    for name in CLIENTS:
        await enquire(nodes.left, name)
    await berger.connect()
    for _ in range(3):
        await asyncio.gather(*(house.pass_time(RUNG) for house in (nodes.left, nodes.right)))
    assert sorted(one.kind for one in await berger.notices()) == sorted(LADDER * len(CLIENTS))
    for _ in LADDER * len(CLIENTS):
        assert (await berger.browser.heard("notice", Notice)).kind in LADDER
    async with nodes.left.deps.database.read() as db:
        query = select(func.count()).where(due_work.c.due_at <= nodes.left.now(), due_work.c.done_at.is_(None))
        assert (await db.execute(query)).scalar_one() == 0
