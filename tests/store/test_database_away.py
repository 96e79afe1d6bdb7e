"""A PostgreSQL that is away, or goes away in the middle: told as what it is, and over when it is back."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chatserver.database import Database, DatabaseAway, is_passing
from chatserver.transport.answers import refusal_for
from tests.ports import free_port
from tests.postgres import new_database, own_server, programs

pytestmark = pytest.mark.skipif(programs() is None, reason="no PostgreSQL is installed here")

TERMINATE = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of our own."""
    with own_server() as address:
        yield address


async def test_where_nobody_answers_the_refusal_says_to_come_again() -> None:
    """And is no broken connection to the browser, which would end without an answer."""
    database = Database(f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/nothing")
    with pytest.raises(DatabaseAway) as reason:
        async with database.write():
            pass
    assert not isinstance(reason.value, ConnectionError)
    assert refusal_for(reason.value).code == "unavailable"
    await database.close()


async def test_a_connection_that_was_cut_is_a_passing_fault_and_the_next_one_stands(server: str) -> None:
    """Whoever asks again is answered; a question that was wrong stays the server's own fault."""
    database, other = Database(new_database(server)), Database(f"{server}/postgres")
    with pytest.raises(DBAPIError) as reason:
        async with database.write() as db:
            async with other.write() as admin:
                await admin.execute(TERMINATE)
            await db.execute(text("SELECT 1"))
    assert refusal_for(reason.value).code == "unavailable"
    async with database.write() as db:
        assert await db.scalar(text("SELECT 1")) == 1
    with pytest.raises(DBAPIError) as wrong:
        async with database.write() as db:
            await db.execute(text("SELECT nothing"))
    assert not is_passing(wrong.value)
    for one in (database, other):
        await one.close()
