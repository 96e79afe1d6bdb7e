"""The database: writers in turns, readers beside them, and nothing half done."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from chatserver.database import Database
from chatserver.deps import look, work
from chatserver.gathering import FEW, Gathering, Outcome
from tests.frame import MORNING, Frame, StandingClock, frame


class News(msgspec.Struct):
    word: str


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite3'}")
    async with database.write() as db:
        await db.execute(text("CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)"))
        await db.execute(text("CREATE TABLE letter (word INTEGER NOT NULL REFERENCES word (id), letter TEXT NOT NULL)"))
    yield database
    await database.close()


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[Frame]:
    async with frame(tmp_path) as opened:
        async with work(opened.deps) as tx:
            await tx.db.execute(text("CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE)"))
        yield opened


async def say(database: Database, word: str) -> None:
    async with database.write() as db:
        await db.execute(text("INSERT INTO word (word) VALUES (:word)"), {"word": word})


async def words(database: Database) -> list[str]:
    async with database.read() as db:
        return list((await db.execute(text("SELECT word FROM word ORDER BY id"))).scalars())


async def test_acknowledged_means_on_disk(database: Database) -> None:
    """WAL with FULL; with NORMAL a power cut takes what was already acknowledged."""
    async with database.write() as db:
        pragmas = {
            name: (await db.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_writers_take_turns_in_the_order_in_which_they_came(database: Database) -> None:
    """One connection, first come first served: nobody starves."""
    expected = [f"word {number}" for number in range(50)]
    await asyncio.gather(*(say(database, word) for word in expected))
    assert await words(database) == expected


async def test_a_reader_does_not_wait_for_a_writer_and_sees_only_what_is_committed(database: Database) -> None:
    """Half a transaction is nobody's business."""
    async with database.write() as db:
        await db.execute(text("INSERT INTO word (word) VALUES ('half')"))
        assert await words(database) == []
    assert await words(database) == ["half"]


async def test_all_queries_of_a_reader_see_the_same_moment(database: Database) -> None:
    """A page and its count fit together."""
    await say(database, "before")
    async with database.read() as db:
        first = (await db.execute(text("SELECT count(*) FROM word"))).scalar()
        await say(database, "meanwhile")
        assert (await db.execute(text("SELECT count(*) FROM word"))).scalar() == first


async def test_a_reader_cannot_write(database: Database) -> None:
    """Even a mistake of ours keeps to the one write connection."""
    with pytest.raises(OperationalError):
        async with database.read() as db:
            await db.execute(text("INSERT INTO word (word) VALUES ('sneaked in')"))
    assert await words(database) == []


async def test_an_exception_takes_everything_back(database: Database) -> None:
    """All or nothing, and the next one in line is not kept waiting."""

    async def failing() -> None:
        async with database.write() as db:
            await db.execute(text("INSERT INTO word (word) VALUES ('lost')"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    await say(database, "next")
    assert await words(database) == ["next"]


async def test_references_hold(database: Database) -> None:
    """SQLite checks them only when it is told to, on each connection anew."""
    with pytest.raises(IntegrityError):
        async with database.write() as db:
            await db.execute(text("INSERT INTO letter (word, letter) VALUES (99, 'a')"))


async def test_whoever_is_cancelled_in_the_middle_leaves_nothing_open(database: Database) -> None:
    """At whatever step it happens: the transaction is gone, and the next writer gets its turn."""
    for steps in range(40):
        begun = asyncio.create_task(_hang(database, f"never {steps}"))
        for _ in range(steps):
            await asyncio.sleep(0)
        begun.cancel()
        with pytest.raises(asyncio.CancelledError):
            await begun
        async with asyncio.timeout(10):
            await say(database, f"after {steps}")
    assert await words(database) == [f"after {steps}" for steps in range(40)]


async def _hang(database: Database, word: str) -> None:
    async with database.write() as db:
        await db.execute(text("INSERT INTO word (word) VALUES (:word)"), {"word": word})
        await asyncio.Event().wait()


async def test_whoever_is_cancelled_within_a_statement_leaves_no_lock(database: Database) -> None:
    """What is still held of it, a traceback with its statements, must not make the next writer wait in vain."""

    async def working() -> None:
        async with database.write() as db:
            for n in range(3):
                asked = await db.execute(
                    text("INSERT INTO word (word) VALUES (:word) RETURNING word"), {"word": f"never {n}"}
                )
                assert len(asked.all()) == 1
            await asyncio.Event().wait()

    held = []
    for steps in range(0, 150, 2):
        begun = asyncio.create_task(working())
        for _ in range(steps):
            await asyncio.sleep(0)
        begun.cancel()
        with pytest.raises(asyncio.CancelledError) as cancelled:
            await begun
        held.append(cancelled)
        async with asyncio.timeout(10):
            await say(database, f"after {steps}")
    assert not any(word.startswith("never") for word in await words(database))


async def test_a_commit_on_its_way_arrives_although_whoever_asked_is_gone(database: Database) -> None:
    """What the disk may already have is not taken back: it would be announced as failed and exist."""
    leaving = asyncio.Event()

    async def committing() -> None:
        async with database.write() as db:
            await db.execute(text("INSERT INTO word (word) VALUES ('arrived')"))
            leaving.set()

    begun = asyncio.create_task(committing())
    await leaving.wait()
    await asyncio.sleep(0)
    begun.cancel()
    await asyncio.wait([begun])
    await say(database, "next")
    assert await words(database) == ["arrived", "next"]


async def test_a_transaction_that_is_one_function_waits_in_the_same_line(database: Database) -> None:
    """Neither does it pass a writer that came first, nor do later ones pass it."""
    order: list[str] = []

    async def write(word: str) -> None:
        async with database.write():
            order.append(word)

    async def run_whole(word: str) -> None:
        async with database.turn() as run:
            await run(lambda _: order.append(word))

    await asyncio.gather(write("one"), run_whole("two"), write("three"), run_whole("four"))
    assert order == ["one", "two", "three", "four"]


async def test_a_function_that_fails_takes_everything_back(database: Database) -> None:
    """And leaves the connection to whoever comes next, in the same turn or in another."""

    def half(db: Connection) -> None:
        db.execute(text("INSERT INTO word (word) VALUES ('half')"))
        raise ZeroDivisionError

    async with database.turn() as run:
        with pytest.raises(ZeroDivisionError):
            await run(half)
        await run(lambda db: db.execute(text("INSERT INTO word (word) VALUES ('whole')")))
    await say(database, "next")
    assert await words(database) == ["whole", "next"]


async def test_a_function_whose_commit_is_refused_leaves_nothing_open(database: Database) -> None:
    """A constraint may speak as late as at the end."""

    def dangling(db: Connection) -> None:
        db.execute(text("PRAGMA defer_foreign_keys=ON"))
        db.execute(text("INSERT INTO letter (word, letter) VALUES (99, 'a')"))

    async with database.turn() as run:
        with pytest.raises(IntegrityError):
            await run(dangling)
    await say(database, "next")
    assert await words(database) == ["next"]


async def test_a_checkpoint_takes_its_turn_and_keeps_everything(database: Database, tmp_path: Path) -> None:
    """The log of writes is copied into the database by the connection that writes."""
    for number in range(20):
        await say(database, f"word {number}")
    before = (tmp_path / "test.sqlite3").stat().st_size
    await database.checkpoint()
    assert (tmp_path / "test.sqlite3").stat().st_size >= before
    assert len(await words(database)) == 20


async def test_where_there_is_no_quiet_a_checkpoint_comes_all_the_same(database: Database, tmp_path: Path) -> None:
    """A log that only grows would be copied within a commit at last, and everybody would wait for that."""
    await say(database, "first")
    database._written_since = float("-inf")
    await say(database, "last")
    await asyncio.wait(database._steps)
    assert b"last" in (tmp_path / "test.sqlite3").read_bytes()


async def test_closing_waits_for_what_is_being_written(tmp_path: Path) -> None:
    """A server that is told to stop finishes its sentence."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'closing.sqlite3'}"
    database = Database(url)
    async with database.write() as db:
        await db.execute(text("CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT)"))
    saying = asyncio.create_task(say(database, "last"))
    await saying
    await database.close()
    again = Database(url)
    assert await words(again) == ["last"]
    await again.close()


async def test_news_is_told_only_when_it_is_true(house: Frame) -> None:
    """Nobody hears of what was rolled back, nor of anything before it is stored."""

    async def failing() -> None:
        async with work(house.deps) as tx:
            tx.tell(["ana"], "said", News("lost"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    async with work(house.deps) as tx:
        await tx.db.execute(text("INSERT INTO word (word) VALUES ('kept')"))
        tx.tell(["ana", "ben"], "said", News("kept"))
        assert house.told.lines == []
    assert house.told.lines == [(("ana", "ben"), "said", News("kept"))]
    async with look(house.deps) as db:
        assert (await db.execute(text("SELECT word FROM word"))).scalar() == "kept"


async def test_nothing_is_told_when_the_commit_itself_fails(house: Frame) -> None:
    """A constraint may speak as late as at the end."""
    async with work(house.deps) as tx:
        await tx.db.execute(text("CREATE TABLE tail (word INTEGER REFERENCES word (id) DEFERRABLE INITIALLY DEFERRED)"))

    async def dangling() -> None:
        async with work(house.deps) as tx:
            await tx.db.execute(text("INSERT INTO tail VALUES (99)"))
            tx.tell(["ana"], "said", News("dangling"))

    with pytest.raises(IntegrityError):
        await dangling()
    assert house.told.lines == []
    async with work(house.deps) as tx:
        await tx.db.execute(text("INSERT INTO word (word) VALUES ('next')"))


async def test_a_failure_while_the_connection_is_prepared_is_over_with_it(database: Database) -> None:
    """The library closes such a connection, whoever owns it; the next write gets another."""
    raw = await database._writer.raw_connection()
    await raw.driver_connection.set_progress_handler(lambda: 1, 1)  # type: ignore[union-attr]
    raw.close()
    with pytest.raises(DBAPIError):
        async with database.turn() as run:
            await run(lambda db: db.execute(text("SELECT 1")))
    async with database.turn() as run:
        assert await run(lambda db: db.execute(text("SELECT 1")).scalar_one()) == 1


class Groups:
    """Writes nothing, and remembers how many came at once."""

    def __init__(self, database: Database) -> None:
        self.sizes: list[int] = []
        self.gathering = Gathering(database, StandingClock(MORNING), self._tell, self._write)

    async def _tell(self, news: object) -> None:
        """There is none."""

    def _write(self, _db: Connection, _now: datetime, items: Sequence[str]) -> list[Outcome[str]]:
        self.sizes.append(len(items))
        return [Outcome(answer=one) for one in items]

    async def add(self, count: int) -> None:
        """So many, one of them a little after the others."""
        others = [asyncio.ensure_future(self.gathering.add("word")) for _ in range(count - 1)]
        for _ in range(20):
            await asyncio.sleep(0)
        await asyncio.gather(self.gathering.add("late"), *others)


async def test_under_load_small_groups_wait_for_more(database: Database) -> None:
    """Each costs as much as many rows, and a server that is busy with them alone cannot serve everybody."""
    groups = Groups(database)
    await asyncio.gather(*(groups.gathering.add("word") for _ in range(FEW + 1)))
    await groups.add(3)
    assert groups.sizes == [FEW + 1, 3]


async def test_without_load_nobody_waits(database: Database) -> None:
    """Whoever writes alone is written at once."""
    groups = Groups(database)
    await groups.add(2)
    await groups.add(2)
    assert groups.sizes == [1, 1, 1, 1]
