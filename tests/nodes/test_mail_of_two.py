"""Two nodes send mail from one outbox: each mail once, whoever looks first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest_asyncio

from chatserver.deps import work
from chatserver.notices.actions import tell_notice
from tests.api.house import visited
from tests.mail_server import MailServer, mail_server
from tests.nodes.conftest import Nodes
from tests.places import Place
from tests.redis_server import RedisServer
from tests.ways import wants_mail

PEOPLE = 12


@pytest_asyncio.fixture
async def post() -> AsyncIterator[MailServer]:
    """Who takes the mail of both."""
    async with mail_server() as server:
        yield server


@pytest_asyncio.fixture
async def mailing(founded: Place, redis: RedisServer, post: MailServer) -> AsyncIterator[Nodes]:
    """Two nodes that send mail."""
    async with AsyncExitStack() as stack:
        config = founded.config(redis_url=redis.url, **post.settings)
        left, right = [await stack.enter_async_context(visited(config)) for _ in range(2)]
        yield Nodes(left, right, redis)


async def test_both_look_at_once_and_each_mail_is_sent_once(mailing: Nodes, post: MailServer) -> None:
    """More mails than one node takes at a time; nobody gets two, nobody none."""
    left, right = mailing.left, mailing.right
    people = [await left.signed_up(f"jemand{number}") for number in range(PEOPLE)]
    addresses = [await wants_mail(left, post, one) for one in people]
    async with work(left.deps) as tx:
        await tell_notice(tx, [one.account_id for one in people], "enquiry_taken", now=left.now())
    for _ in range(2):
        await asyncio.gather(*(house.pass_time(timedelta(minutes=20)) for house in (left, right)))
    assert sorted(post.addresses) == sorted(addresses)
