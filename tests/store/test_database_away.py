"""A PostgreSQL that is away, or goes away in the middle: told as what it is, and over when it is back."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from chatserver import database as database_module
from chatserver.config import Config, ConfigInvalid
from chatserver.database import Database, DatabaseAway, is_passing
from chatserver.gathering import Gathering, Outcome
from chatserver.main import running
from chatserver.transport.answers import refusal_for
from tests.frame import StandingClock
from tests.ports import free_port
from tests.postgres import new_database, own_server

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


async def test_where_nobody_says_anything_the_refusal_comes_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind a network that is cut."""
    monkeypatch.setattr(database_module, "CONNECTED_WITHIN_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgresql+asyncpg://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing")
        async with asyncio.timeout(20):
            with pytest.raises(DatabaseAway):
                async with database.read():
                    pass
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


async def test_a_group_of_writes_is_refused_as_a_whole() -> None:
    """Each of them would knock at the same door, and wait as long for the same answer."""
    knocks: list[str] = []

    async def shut(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.append("")
        writer.close()

    door = await asyncio.start_server(shut, "127.0.0.1", 0)
    port = door.sockets[0].getsockname()[1]
    database = Database(f"postgresql+asyncpg://tests@127.0.0.1:{port}/nothing")
    gathering: Gathering[int, None] = Gathering(database, StandingClock(), tell, write)
    with pytest.raises(DatabaseAway):
        await gathering.add(0)
    for_one = len(knocks)
    answers = await asyncio.gather(*(gathering.add(number) for number in range(9)), return_exceptions=True)
    assert [type(one) for one in answers] == [DatabaseAway] * 9
    assert len(knocks) == 2 * for_one
    door.close()
    await database.close()


def write(_db: Connection, _now: datetime, items: Sequence[int]) -> list[Outcome[None]]:
    return [Outcome() for _ in items]


async def tell(_news: object) -> None:
    return None


async def test_a_start_without_it_ends_with_one_sentence(tmp_path: Path) -> None:
    """And without the password in it."""
    address = f"postgresql+asyncpg://somebody:geheim@127.0.0.1:{free_port()}/nothing"
    with pytest.raises(ConfigInvalid, match=r"The database .* cannot be used: .*\.$") as refused:
        async with running(Config(port=0, var=tmp_path / "var", database=address)):
            pass
    assert "geheim" not in str(refused.value)
