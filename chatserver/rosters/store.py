"""The people of an agency as a roster sees them, in the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.agencies.model import Counsellor
from chatserver.first_come import added
from chatserver.rosters.model import Employee, Seed
from chatserver.tables import accounts, agencies, counsellors, duty_seeds, invitations


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works or worked at an agency, with what their account shows."""

    account_id: str
    name: str
    display_name: str
    duty: bool
    coordinates: bool
    left_at: datetime | None
    signing_key: bytes
    kem_statement: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has accepted and is not certified yet. `capabilities`: words with commas."""

    agency_id: str
    display_name: str
    capabilities: str


async def workers(db: AsyncConnection, agency_id: str) -> list[Worker]:
    """Everybody who works or worked there, by name."""
    query = (
        select(
            counsellors.c.account_id,
            accounts.c.name,
            counsellors.c.display_name,
            counsellors.c.duty,
            counsellors.c.coordinates,
            counsellors.c.left_at,
            accounts.c.signing_key,
            accounts.c.kem_statement,
        )
        .join(accounts, accounts.c.id == counsellors.c.account_id)
        .where(counsellors.c.agency_id == agency_id)
        .order_by(counsellors.c.display_name, counsellors.c.account_id)
    )
    return [Worker(**row._asdict()) for row in await db.execute(query)]


async def employees(db: AsyncConnection, agency_id: str) -> list[Employee]:
    """Whom the agency may certify: those who work or worked there, and those who have accepted an invitation."""
    keys = (accounts.c.id, accounts.c.signing_key, accounts.c.kem_statement)
    works = exists().where(counsellors.c.account_id == accounts.c.id, counsellors.c.agency_id == agency_id)
    accepted = exists().where(invitations.c.account_id == accounts.c.id, invitations.c.agency_id == agency_id)
    query = select(*keys).where(works | accepted)
    return [Employee(*row) for row in await db.execute(query)]


async def keep_counsellor(db: AsyncConnection, counsellor: Counsellor, role: str) -> None:
    """What a roster says of somebody, for the first time or anew. The role follows from it."""
    values = {"display_name": counsellor.display_name, "duty": counsellor.duty, "coordinates": counsellor.coordinates}
    theirs = (counsellors.c.account_id == counsellor.account_id) & (counsellors.c.agency_id == counsellor.agency_id)
    changed = await db.execute(update(counsellors).where(theirs).values(**values))
    if changed.rowcount == 0:
        new = {"account_id": counsellor.account_id, "agency_id": counsellor.agency_id, **values}
        await db.execute(insert(counsellors).values(**new))
    await db.execute(update(accounts).where(accounts.c.id == counsellor.account_id).values(role=role))


async def mark_left(db: AsyncConnection, account_id: str, now: datetime) -> None:
    """Works there no more: no duty, no coordination, and the name stays for what they wrote."""
    gone = {"duty": False, "coordinates": False, "left_at": now}
    await db.execute(update(counsellors).where(counsellors.c.account_id == account_id).values(**gone))


async def mark_certified(db: AsyncConnection, account_id: str, now: datetime) -> None:
    """The invitation of a person whom a roster names has done its work."""
    waits = (invitations.c.account_id == account_id) & invitations.c.certified_at.is_(None)
    await db.execute(update(invitations).where(waits).values(certified_at=now))


async def sealed_generations(db: AsyncConnection, agency_id: str) -> dict[str, set[int]]:
    """Which generations of the duty key are sealed to whom."""
    query = select(duty_seeds.c.holder_id, duty_seeds.c.generation).where(duty_seeds.c.agency_id == agency_id)
    found: dict[str, set[int]] = {}
    for row in await db.execute(query):
        found.setdefault(row.holder_id, set()).add(row.generation)
    return found


async def keep_seed(db: AsyncConnection, agency_id: str, seed: Seed) -> None:
    """A seed for a holder. The first stays: nobody can shut a colleague out by sealing them another one."""
    values = {"agency_id": agency_id, "generation": seed.generation, "holder_id": seed.holder}
    await added(db, duty_seeds, **values, sealed=seed.sealed)


async def waiting_at(db: AsyncConnection, account_id: str) -> Waiting | None:
    """Where somebody has accepted to work, until a roster names them."""
    query = select(invitations.c.agency_id, invitations.c.display_name, invitations.c.capabilities)
    mine = (invitations.c.account_id == account_id) & invitations.c.certified_at.is_(None)
    row = (await db.execute(query.where(mine))).first()
    return Waiting(*row) if row else None


async def everybody(db: AsyncConnection, agency_id: str) -> list[str]:
    """The accounts of all who work there now."""
    query = select(counsellors.c.account_id).where(
        counsellors.c.agency_id == agency_id, counsellors.c.left_at.is_(None)
    )
    return list((await db.execute(query)).scalars())


async def lock_agency(db: AsyncConnection, agency_id: str) -> None:
    """Nobody else publishes for this agency until the commit; on SQLite the write connection sees to that."""
    await db.execute(select(agencies.c.id).where(agencies.c.id == agency_id).with_for_update())
