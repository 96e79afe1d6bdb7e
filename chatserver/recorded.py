"""What people who work here have done, in a chain for each agency that the database only lets grow (decision 39).

An entry names staff, the act and the time: no client, no conversation, nothing that was written.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.tables import audit_entries, counsellors
from chatserver.wire.types import Act
from crypto.encoding import lp, u64, utf8

# Before the first entry of an agency.
NO_LINK: Final = bytes(32)
_LABEL: Final = b"sprechraum/1 audit entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One act. `by`: empty for the operator at the server. `about`: the colleague whom it concerns.

    `agency_id`: where it happened; without it, where `by` works or else `about`.
    """

    act: Act
    at: datetime
    by: str = ""
    about: str = ""
    agency_id: str = ""


def link_of(before: bytes, agency_id: str, number: int, one: Recorded) -> bytes:
    """What chains an entry to the one before it."""
    at = one.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = (utf8(agency_id), u64(number), utf8(at), utf8(one.by), utf8(one.act), utf8(one.about))
    return hashlib.sha256(lp(_LABEL, before, *said)).digest()


async def write_recorded(db: AsyncConnection, entries: Sequence[Recorded]) -> None:
    """Within the transaction of the act, as its last step: the lock of the chain is waited for by nobody who holds it.

    What somebody does who works nowhere stands in no chain: clients use some of the same addresses.
    """
    for one in entries:
        agency_id = one.agency_id or await _works_at(db, one.by or one.about)
        if agency_id is not None:
            await _append(db, agency_id, one)


async def _works_at(db: AsyncConnection, account_id: str) -> str | None:
    query = select(counsellors.c.agency_id).where(counsellors.c.account_id == account_id)
    return (await db.execute(query)).scalar_one_or_none()


async def _append(db: AsyncConnection, agency_id: str, one: Recorded) -> None:
    if db.dialect.name == "postgresql":
        # Of two at once the second reads what the first has written; SQLite has one writer.
        await db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:chain, 0))"), {"chain": agency_id})
    mine = audit_entries.c.agency_id == agency_id
    newest = select(func.max(audit_entries.c.number)).where(mine).scalar_subquery()
    query = select(audit_entries.c.number, audit_entries.c.link).where(mine, audit_entries.c.number == newest)
    last = (await db.execute(query)).first()
    number, before = (last.number + 1, last.link) if last else (1, NO_LINK)
    await db.execute(
        insert(audit_entries).values(
            agency_id=agency_id,
            number=number,
            at=one.at,
            by_id=one.by,
            act=one.act,
            about_id=one.about,
            link=link_of(before, agency_id, number, one),
        )
    )
