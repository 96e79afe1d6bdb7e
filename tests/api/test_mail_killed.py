"""A server that is killed at the worst moment: its mail was taken, and it does not know."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from chatserver.deps import work
from chatserver.notices.actions import tell_notice
from chatserver.tables import due_work
from tests.api.house import visited
from tests.mail_server import MailServer
from tests.places import Place
from tests.ports import free_port
from tests.shell import started
from tests.ways import wants_mail


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_it_is_sent_again_under_the_same_message_id(founded: Place, post: MailServer) -> None:
    """Real processes and SIGKILL, between the last byte of the mail and the answer that it was taken."""
    async with visited(founded.config(**post.settings)) as house:
        nachtfalter = await house.signed_up("nachtfalter")
        await wants_mail(house, post, nachtfalter)
        async with work(house.deps) as tx:
            await tell_notice(tx, [nachtfalter.account_id], "enquiry_taken", now=house.now())
    settings = {name: str(value) for name, value in post.settings.items()}
    serve = ("serve", "--port", str(free_port()))
    async with started(founded.var.parent, *serve, var=str(founded.var), **settings) as process:

        async def kill() -> None:
            process.kill()
            await process.wait()

        post.when_taken = kill
        await post.arrived()
        await process.wait()
    post.when_taken = None
    # As if a minute had passed on the database's own clock.
    async with visited(founded.config()) as house, work(house.deps) as tx:
        await tx.db.execute(update(due_work).values(lease_until=datetime(2016, 1, 1, tzinfo=UTC)))
    post._arrived.clear()
    async with started(founded.var.parent, *serve, var=str(founded.var), **settings):
        await post.arrived()
    assert len(post.ids) == 2
    assert len(set(post.ids)) == 1
