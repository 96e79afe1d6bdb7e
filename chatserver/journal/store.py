"""The journal in the database. Its entries name nothing, so they may stay when a thread is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.journal.model import KINDS, Happened
from chatserver.journal.tally import Counted, Tally
from chatserver.tables import (
    UNSEALED,
    agencies,
    clock_events,
    clocks,
    inheritances,
    journal_entries,
    journal_heads,
    live_chats,
    room_members,
    tallies,
    threads,
    waivers,
)

_COLUMNS: Final = {
    "kind": clock_events.c.kind,
    "at": clock_events.c.at,
    "due_at": clocks.c.due_at,
    "policy": clocks.c.policy,
    "because": clocks.c.stopped_because,
    "clock_salt": clocks.c.salt,
}
_WAIVED: Final = select(waivers.c.reason).where(waivers.c.clock_id == clocks.c.id).scalar_subquery()
_HAPPENED: Final = [
    *(_COLUMNS[one.name].label(one.name) for one in fields(Happened)),
    _WAIVED.label("waived_because"),
]
# In the words of the index, or neither database uses it.
_UNSEALED: Final = text(UNSEALED)


def _happened(row: Row[Any]) -> Happened:
    values = {one.name: getattr(row, one.name) for one in fields(Happened)}
    # A promise that has ended since: its opening knew nothing of it. Why it was waived stays when it was put back.
    because = {"stopped": values["because"], "waived": row.waived_because}.get(values["kind"]) or ""
    return Happened(**{**values, "because": because})


async def agencies_with_unsealed(db: AsyncConnection) -> list[str]:
    """Whose journals lag behind."""
    query = (
        select(threads.c.agency_id)
        .distinct()
        .join(clocks, clocks.c.room == threads.c.room)
        .join(clock_events, clock_events.c.clock_id == clocks.c.id)
        .where(_UNSEALED)
    )
    return list((await db.execute(query)).scalars())


async def unsealed(db: AsyncConnection, agency_id: str, at_most: int) -> list[tuple[int, Happened]]:
    """What is not in the agency's journal yet, the oldest first; locked against whoever else seals."""
    await db.execute(select(agencies.c.id).where(agencies.c.id == agency_id).with_for_update(key_share=True))
    query = (
        select(clock_events.c.id, *_HAPPENED)
        .join(clocks, clocks.c.id == clock_events.c.clock_id)
        .join(threads, threads.c.room == clocks.c.room)
        .where(threads.c.agency_id == agency_id, _UNSEALED)
        .order_by(clock_events.c.at, clock_events.c.id)
        .limit(at_most)
    )
    return [(row.id, _happened(row)) for row in await db.execute(query)]


async def last_link(db: AsyncConnection, agency_id: str) -> tuple[int, bytes] | None:
    """The number and link of the newest head."""
    query = (
        select(journal_heads.c.number, journal_heads.c.link)
        .where(journal_heads.c.agency_id == agency_id)
        .order_by(journal_heads.c.number.desc())
        .limit(1)
    )
    row = (await db.execute(query)).first()
    return (row.number, row.link) if row else None


async def add_entries(db: AsyncConnection, agency_id: str, entries: Sequence[tuple[int, int, bytes]]) -> None:
    """Each as (event, number, commitment)."""
    rows = [{"agency_id": agency_id, "number": number, "entry": entry} for _, number, entry in entries]
    await db.execute(insert(journal_entries), rows)
    sealed = update(clock_events).where(clock_events.c.id == bindparam("event")).values(sealed_as=bindparam("as"))
    await db.execute(sealed, [{"event": event, "as": number} for event, number, _ in entries])


async def add_head(db: AsyncConnection, agency_id: str, *, number: int, link: bytes, at: datetime, head: bytes) -> None:
    """The signed word on how far the journal goes."""
    values = {"agency_id": agency_id, "number": number, "link": link, "sealed_at": at, "head": head}
    await db.execute(insert(journal_heads).values(**values))


async def counted(db: AsyncConnection, events: Sequence[int]) -> list[Counted]:
    """Events that are about to be sealed, with what is counted of them."""
    chat = live_chats
    live = exists().where(
        chat.c.room == clocks.c.room,
        chat.c.began_at <= clocks.c.waiting_since,
        or_(chat.c.ended_at.is_(None), chat.c.ended_at >= clocks.c.stopped_at),
    )
    came = clock_events.alias("came")
    came_along = exists().where(came.c.clock_id == clocks.c.id, came.c.kind == "inherited")
    columns: dict[str, ColumnElement[Any]] = {
        "kind": clock_events.c.kind,
        "at": clock_events.c.at,
        "waiting_since": clocks.c.waiting_since,
        "due_at": clocks.c.due_at,
        "because": func.coalesce(clocks.c.stopped_because, ""),
        "topic": threads.c.topic,
        "zone": agencies.c.zone,
        # A room begins with its genesis and a message that asks.
        "first": clocks.c.opened_after_position == 1,
        "live": live,
        "breached": clocks.c.breached_at.is_not(None),
        # Whose first conversation was deleted has written a first enquiry all the same; what is answered counts here.
        "inherited": or_(
            exists().where(inheritances.c.clock_id == clocks.c.id), and_(clock_events.c.kind == "opened", came_along)
        ),
    }
    query = (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(clock_events)
        .join(clocks, clocks.c.id == clock_events.c.clock_id)
        .join(threads, threads.c.room == clocks.c.room)
        .join(agencies, agencies.c.id == threads.c.agency_id)
        .where(clock_events.c.id.in_(events))
    )
    return [Counted(**row._asdict()) for row in await db.execute(query)]


async def add_tallies(db: AsyncConnection, agency_id: str, found: Mapping[Tally, int]) -> None:
    """Adds to what was counted before."""
    if not found:
        return
    into = (sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert)(tallies)
    more = into.on_conflict_do_update(
        index_elements=[one.name for one in tallies.primary_key],
        set_={"count": tallies.c.count + into.excluded.count},
    )
    rows = [{"agency_id": agency_id, **asdict(one), "count": count} for one, count in found.items()]
    await db.execute(more, rows)


async def events_sealed(db: AsyncConnection, agency_id: str) -> list[tuple[int | None, Happened]]:
    """What an agency's journal commits to, as far as its threads are still there; with the numbers of the entries."""
    query = (
        select(clock_events.c.sealed_as, *_HAPPENED)
        .join(clocks, clocks.c.id == clock_events.c.clock_id)
        .join(threads, threads.c.room == clocks.c.room)
        .where(threads.c.agency_id == agency_id, clock_events.c.sealed_as.is_not(None))
        .order_by(clock_events.c.sealed_as)
    )
    return [(row.sealed_as, _happened(row)) for row in await db.execute(query)]


async def is_agency(db: AsyncConnection, agency_id: str) -> bool:
    """Whether there is one of that id."""
    return bool((await db.execute(select(exists().where(agencies.c.id == agency_id)))).scalar())


async def last_number(db: AsyncConnection, agency_id: str) -> int:
    """How many entries the journal has."""
    query = select(func.max(journal_entries.c.number)).where(journal_entries.c.agency_id == agency_id)
    return (await db.execute(query)).scalar() or 0


async def entries_after(db: AsyncConnection, agency_id: str, number: int, at_most: int) -> list[bytes]:
    """In their order."""
    table = journal_entries
    query = select(table.c.entry).where(table.c.agency_id == agency_id, table.c.number > number)
    return list((await db.execute(query.order_by(table.c.number).limit(at_most))).scalars())


async def heads_between(db: AsyncConnection, agency_id: str, after: int, until: int) -> list[bytes]:
    """In their order; those that vouch for entries after the first number, up to the second."""
    table = journal_heads
    between = (table.c.agency_id == agency_id, table.c.number > after, table.c.number <= until)
    return list((await db.execute(select(table.c.head).where(*between).order_by(table.c.number))).scalars())


async def agency_of_member(db: AsyncConnection, room_id: str, account_id: str) -> str | None:
    """The agency of a thread in which this person has a seat."""
    seated = exists().where(room_members.c.room == threads.c.room, room_members.c.account_id == account_id)
    row = (await db.execute(select(threads.c.agency_id).where(threads.c.room == room_id, seated))).first()
    return row.agency_id if row else None


async def events_of_room(db: AsyncConnection, room_id: str) -> list[tuple[int | None, Happened]]:
    """What happened to a thread's promises, with the numbers of its entries. The caller has seen whose it is."""
    query = (
        select(clock_events.c.sealed_as, *_HAPPENED)
        .join(clocks, clocks.c.id == clock_events.c.clock_id)
        .where(clocks.c.room == room_id, clock_events.c.kind.in_(KINDS))
        .order_by(clock_events.c.at, clock_events.c.id)
    )
    return [(row.sealed_as, _happened(row)) for row in await db.execute(query)]
