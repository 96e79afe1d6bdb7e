"""Messages in groups: one transaction for many, and yet each as if it were alone."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from chatserver.database import Database
from chatserver.errors import NotFound, SessionExpired
from chatserver.gathering import Gathering, News, Outcome
from chatserver.messages.actions import write_messages
from chatserver.messages.model import Placed, Posting
from chatserver.rooms import store as rooms
from chatserver.tables import clock_events, clocks, due_work, room_items, sessions, threads
from chatserver.tables import rooms as stored_rooms
from chatserver.threads import store as stored_threads
from chatserver.threads.wire import ClockChanged, MessagePosted
from crypto.errors import CryptoRefusal, EpochOver, TranscriptMismatch
from tests.frame import StandingClock
from tests.store.rooms.furnished import CLIENT, COUNSELLOR, NOW, ROOM, STRANGER
from tests.store.rooms.pens import Pen, pen_of


class Office:
    """One room with its two people, and the way to it that the server uses."""

    def __init__(self, database: Database, client: Pen, counsellor: Pen) -> None:
        self.database, self.client, self.counsellor = database, client, counsellor
        self.news: list[News] = []
        self.gathering = Gathering(database, StandingClock(NOW), self._tell, write_messages)

    async def _tell(self, news: Sequence[News]) -> None:
        self.news += news

    async def post(self, *postings: Posting) -> list[Placed | BaseException]:
        """All of them at once: as long as somebody else has the turn, they gather."""
        return await asyncio.gather(*(self.gathering.add(one) for one in postings), return_exceptions=True)

    async def items(self) -> list[tuple[int, bytes]]:
        """What lies in the room after its genesis."""
        async with self.database.read() as db:
            found = await rooms.items_after(db, ROOM, 1, 1000)
        return [(one.position, one.envelope) for one in found]

    async def told(self, event: str) -> list[tuple[tuple[str, ...], Any]]:
        """Who was told what by that name, once nothing is under way any more."""
        await self.database.close()
        return [(to, body) for to, name, body, _ in self.news if name == event]

    async def rows(self, query: Any) -> list[Any]:
        """What the database says."""
        async with self.database.read() as db:
            return list((await db.execute(query)).all())


async def office_in(database: Database) -> Office:
    """Both are seated and signed in."""
    async with database.write() as db:
        await rooms.keep_members(db, ROOM, {CLIENT: "client", COUNSELLOR: "counsellor"}, 1)
        return Office(database, await pen_of(db, CLIENT), await pen_of(db, COUNSELLOR))


def positions(answers: Sequence[Placed | BaseException]) -> list[int]:
    """The places that were given."""
    return [one.posted.position for one in answers if isinstance(one, Placed)]


async def test_a_bad_message_never_fails_its_neighbours(database: Database) -> None:
    """Each gets its own refusal, and those between them their places without a gap."""
    office = await office_in(database)
    client = office.client
    position, _ = client.seen
    async with database.write() as db:
        stranger = await pen_of(db, STRANGER)
    answers = await office.post(
        client.says("eins"),
        client.posting(client.message("vorbei", epoch=0)),
        client.says("zwei"),
        client.posting(client.message("falsch", seen=(position, bytes(32)))),
        stranger.says("fremd"),
        client.posting(client.message("anderswo"), room="ff" * 16),
        Pen(CLIENT, client.fingerprint, client.seen).says("ohne Anmeldung"),
        client.says("drei"),
    )
    kinds = [type(one) for one in answers if not isinstance(one, Placed)]
    assert kinds == [EpochOver, TranscriptMismatch, NotFound, NotFound, SessionExpired]
    assert positions(answers) == [2, 3, 4]
    assert [at for at, _ in await office.items()] == [2, 3, 4]


async def test_each_message_of_a_group_follows_on_the_one_before(database: Database) -> None:
    """The transcript is the one that they would have had alone: the next sender may name any of it."""
    office = await office_in(database)
    answers = await office.post(*(office.client.says(str(number)) for number in range(7)))
    assert positions(answers) == list(range(2, 9))
    async with database.read() as db:
        assert (await rooms.seat_of(db, ROOM, CLIENT)).room.last_position == 8
        th = await rooms.th_at(db, ROOM, 5)
    assert th is not None
    named = office.counsellor.message("gelesen bis 5", seen=(5, th))
    assert positions(await office.post(office.counsellor.posting(named))) == [9]


async def test_a_repeat_gets_the_first_answer_in_its_group_and_in_every_later_one(database: Database) -> None:
    """Position, time and promise as they were, whatever happened since; and it lies there once."""
    office = await office_in(database)
    asked = office.client.message("Hilfe", "asks")
    again = [office.client.posting(asked) for _ in range(3)]
    first = await office.post(*again, office.counsellor.says("ja", "answers"))
    due_at = NOW + timedelta(hours=48)
    # What it did to the promise is said once; later it may not be so any more.
    assert isinstance(first[0], Placed)
    promised = first[0].promised
    assert promised is not None
    assert first[0].posted == MessagePosted(2, NOW, due_at, ClockChanged(ROOM, NOW, due_at, breached=False))
    assert first[1:3] == [Placed(MessagePosted(2, NOW, due_at), promised)] * 2
    assert first[3] == Placed(MessagePosted(3, NOW, None, ClockChanged(ROOM, None, None, breached=False)))
    async with database.write() as db:
        await db.execute(update(stored_rooms).values(epoch=2))
    *repeated, lost = await office.post(*again, office.client.says("zu spät"))
    assert repeated == [first[1]] * 3
    assert isinstance(lost, EpochOver)
    assert [at for at, _ in await office.items()] == [2, 3]


async def test_a_promise_that_opens_and_ends_within_one_group_has_its_whole_history(database: Database) -> None:
    """Each with its events and its ladder; what runs at the end is the last question."""
    office = await office_in(database)
    answers = await office.post(
        office.client.says("erste Frage", "asks"),
        office.client.says("noch einmal", "asks"),
        office.counsellor.says("Antwort", "answers"),
        office.client.says("zweite Frage", "asks"),
    )
    assert [one.posted.due_at is not None for one in answers if isinstance(one, Placed)] == [True, True, False, True]
    kept = await office.rows(
        select(clocks.c.opened_by_position, clocks.c.stopped_by_position, clocks.c.stopped_because).order_by(
            clocks.c.id
        )
    )
    assert [tuple(one) for one in kept] == [(2, 4, "answered"), (5, None, None)]
    assert (await office.rows(select(func.count()).select_from(due_work)))[0][0] == 2
    kinds = await office.rows(select(clock_events.c.kind).order_by(clock_events.c.id))
    assert sorted(one.kind for one in kinds) == ["opened", "opened", "stopped"]
    async with database.read() as db:
        running = await stored_threads.running_clock(db, ROOM)
    assert running is not None
    assert running.due_at == NOW + timedelta(hours=48)
    assert [body.due_at is not None for _, body in await office.told("clock")] == [True, False, True]


async def test_a_question_opens_a_closed_thread_for_those_on_duty(database: Database) -> None:
    """Nobody has taken it, so all of them hear of the promise."""
    office = await office_in(database)
    async with database.write() as db:
        await db.execute(update(threads).values(state="closed", closed_at=NOW))
        await rooms.keep_members(db, ROOM, {CLIENT: "client"}, 1)
    await office.post(office.client.says("Noch da?", "asks"))
    ((state, closed_at),) = await office.rows(select(threads.c.state, threads.c.closed_at))
    assert (state, closed_at) == ("new", None)
    assert [to for to, _ in await office.told("clock")] == [(CLIENT, COUNSELLOR)]


async def test_a_session_that_ended_meanwhile_sends_nothing_more(database: Database) -> None:
    """Looked up in the transaction of the message, so that no node can miss it."""
    office = await office_in(database)
    async with database.write() as db:
        await db.execute(delete(sessions).where(sessions.c.id == office.client.session_id))
    answers = await office.post(office.client.says("nach dem Abmelden"), office.counsellor.says("weiter"))
    assert [type(one) for one in answers] == [SessionExpired, Placed]


async def test_what_fails_a_whole_group_fails_only_the_one_that_causes_it(database: Database) -> None:
    """Planted: one message brings the database to refuse the transaction that it is in."""
    office = await office_in(database)
    sizes: list[int] = []

    def planted(db: Connection, now: datetime, postings: Sequence[Posting]) -> list[Outcome[Placed]]:
        sizes.append(len(postings))
        outcomes = write_messages(db, now, postings)
        if any(one.message.envelope.endswith(b"giftig") for one in postings):
            # A second genesis: the primary key says no, after everything else has been written.
            db.execute(room_items.insert().from_select(["room"], select(room_items.c.room)))
        return outcomes

    office.gathering = Gathering(database, StandingClock(NOW), office._tell, planted)
    words = ["eins", "zwei", "giftig", "drei"]
    answers = await office.post(*(office.client.says(one) for one in words))
    assert (positions(answers), sizes) == ([2, 3, 4], [4, 1, 1, 1, 1])
    assert not isinstance(answers[2], CryptoRefusal | Placed)
    assert [body.position for _, body in await office.told("posted")] == [2, 3, 4]


async def test_whoever_is_cancelled_before_the_group_begins_leaves_nothing(database: Database) -> None:
    """And afterwards the message arrives, and is told, although nobody waits for the answer."""
    office = await office_in(database)
    async with database.turn():
        gone = asyncio.create_task(office.gathering.add(office.client.says("doch nicht")))
        stays = asyncio.create_task(office.gathering.add(office.client.says("bleibt")))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
    assert (await stays).posted.position == 2

    def leaving(db: Connection, now: datetime, postings: Sequence[Posting]) -> list[Outcome[Placed]]:
        loop.call_soon_threadsafe(late.cancel)
        return write_messages(db, now, postings)

    loop = asyncio.get_running_loop()
    office.gathering = Gathering(database, StandingClock(NOW), office._tell, leaving)
    late = asyncio.create_task(office.gathering.add(office.client.says("unterwegs")))
    await asyncio.wait([late])
    await office.post(office.client.says("danach"))
    assert late.cancelled()
    assert [(at, envelope.rsplit(b"\x00", 1)[1][1:]) for at, envelope in await office.items()] == [
        (2, b"bleibt"),
        (3, b"unterwegs"),
        (4, b"danach"),
    ]


class Word(msgspec.Struct):
    text: str


async def test_what_was_committed_is_told_in_the_order_of_the_commits(database: Database) -> None:
    """Also when telling one group takes longer than writing the next."""
    heard: list[str] = []
    hold = asyncio.Event()

    async def tell(news: Sequence[News]) -> None:
        if not heard:
            await hold.wait()
        heard.extend(event for _, event, _, _ in news)

    def write(db: Connection, now: datetime, items: Sequence[str]) -> list[Outcome[str]]:
        return [Outcome(one, news=[(("all",), one, Word(one), "")]) for one in items]

    gathering = Gathering(database, StandingClock(NOW), tell, write)
    assert [await gathering.add(one) for one in ("first", "second", "third")] == ["first", "second", "third"]
    assert heard == []
    hold.set()
    await database.close()
    assert heard == ["first", "second", "third"]
