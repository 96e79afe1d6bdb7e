"""Sealing what happened to promises, and showing the journal."""

from collections import Counter
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.deps import Asker, Deps, look
from chatserver.errors import NotFound
from chatserver.journal import store
from chatserver.journal.model import Happened, Head, journal_seed, link, sign_head, start_of
from chatserver.journal.tally import tallies
from chatserver.journal.wire import ExportedJournal, Journal, Opening, Openings, ReadJournal, ReadOpenings
from crypto import to_ms
from crypto.signing import signing_key

# Pages rely on it: they begin with a head that stands at most so many entries before their own.
AT_ONCE: Final = 500
PAGE: Final = 1_000


async def seal(db: AsyncConnection, deps: Deps, agency_id: str, now: datetime) -> None:
    """Everything that an agency's journal lacks, in the caller's transaction."""
    while await seal_some(db, deps, agency_id, now):
        pass


async def seal_some(db: AsyncConnection, deps: Deps, agency_id: str, now: datetime) -> bool:
    """The oldest of what an agency's journal lacks, under one signed head. False when it lacks nothing."""
    events = await store.unsealed(db, agency_id, AT_ONCE)
    if not events:
        return False
    number, at_link = await store.last_link(db, agency_id) or (0, start_of(agency_id))
    entries = []
    for event, happened in events:
        number += 1
        at_link = link(at_link, number, happened.commitment)
        entries.append((event, number, happened.commitment))
    await store.add_entries(db, agency_id, entries)
    head = Head(agency=bytes.fromhex(agency_id), number=number, link=at_link, sealed_at=to_ms(now))
    signed = sign_head(journal_seed(deps.secrets.receipt_seed), head)
    # With the seal or not at all, so that each event counts once, also when its thread is gone a moment later.
    counted = await store.counted(db, [event for event, _, _ in entries])
    await store.add_tallies(db, agency_id, Counter(tally for one in counted for tally in tallies(one)))
    await store.add_head(db, agency_id, number=number, link=at_link, at=now, head=signed)
    return True


async def read_journal(deps: Deps, asker: Asker | None, command: ReadJournal) -> Journal:
    """A page of an agency's journal. It is public: it says how much happened, and nothing else. Raises NotFound."""
    async with look(deps) as db:
        if not await store.is_agency(db, command.agency):
            raise NotFound
        entries = await store.entries_after(db, command.agency, command.after, PAGE)
        heads = await store.heads_between(db, command.agency, command.after, command.after + len(entries))
        last = await store.last_number(db, command.agency)
    return Journal(command.agency, command.after, last, entries, heads)


async def export_journal(deps: Deps, agency_id: str, *, openings: bool) -> ExportedJournal:
    """A whole journal as of one moment; with what opens its entries, for an auditor and nobody else.

    Raises NotFound.
    """
    async with look(deps) as db:
        if not await store.is_agency(db, agency_id):
            raise NotFound
        last = await store.last_number(db, agency_id)
        entries = await store.entries_after(db, agency_id, 0, last)
        heads = await store.heads_between(db, agency_id, 0, last)
        events = await store.events_sealed(db, agency_id) if openings else []
    key = signing_key(journal_seed(deps.secrets.receipt_seed))
    opened = [_opening(number, one) for number, one in events] if openings else None
    return ExportedJournal(agency_id, 0, last, entries, heads, key, opened)


async def read_openings(deps: Deps, asker: Asker, command: ReadOpenings) -> Openings:
    """What opens the entries of a thread, for its people. Raises NotFound."""
    async with look(deps) as db:
        agency_id = await store.agency_of_member(db, command.room, asker.account_id)
        if agency_id is None:
            raise NotFound
        events = await store.events_of_room(db, command.room)
    return Openings(agency_id, [_opening(number, one) for number, one in events])


def _opening(number: int | None, one: Happened) -> Opening:
    return Opening(
        number=number,
        kind=one.kind,  # type: ignore[arg-type]  # the store gives no other
        promise=one.promise,
        at=one.at,
        due_at=one.due_at,
        policy=one.policy,
        because=one.because,
        salt=one.salt,
    )
