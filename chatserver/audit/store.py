"""The audit log in the database: coordinators reach that of their agency, an operator all. It is only read here."""

from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.audit.model import Chained, Wanted
from chatserver.audit.wire import AuditEntry, AuditPerson
from chatserver.recorded import NO_LINK, Recorded, link_of
from chatserver.tables import accounts, agencies, audit_entries, counsellors


async def entries_of(db: AsyncConnection, agency_id: str, wanted: Wanted, most: int) -> list[AuditEntry]:
    """Those that fit, the newest first, with names as they are today."""
    by, about = accounts.alias("by_account"), accounts.alias("about_account")
    by_staff, about_staff = counsellors.alias("by_staff"), counsellors.alias("about_staff")
    query = (
        select(
            audit_entries,
            by.c.name.label("by_login"),
            about.c.name.label("about_login"),
            by_staff.c.display_name.label("by_name"),
            about_staff.c.display_name.label("about_name"),
        )
        .outerjoin(by, by.c.id == audit_entries.c.by_id)
        .outerjoin(about, about.c.id == audit_entries.c.about_id)
        .outerjoin(by_staff, by_staff.c.account_id == audit_entries.c.by_id)
        .outerjoin(about_staff, about_staff.c.account_id == audit_entries.c.about_id)
        .where(audit_entries.c.agency_id == agency_id)
        .order_by(audit_entries.c.number.desc())
        .limit(most)
    )
    return [_entry(row) for row in await db.execute(_fitting(query, wanted))]


def _fitting(query: Select[Any], wanted: Wanted) -> Select[Any]:
    columns = audit_entries.c
    if wanted.before is not None:
        query = query.where(columns.number < wanted.before)
    if wanted.person is not None:
        query = query.where(or_(columns.by_id == wanted.person, columns.about_id == wanted.person))
    if wanted.act is not None:
        query = query.where(columns.act == wanted.act)
    if wanted.since is not None and wanted.until is not None:
        query = query.where(columns.at >= wanted.since, columns.at < wanted.until)
    return query


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=row.at,
        act=row.act,
        by=row.by_id or None,
        # Whoever has accepted an invitation and was never certified has only the name for logging in.
        by_name=row.by_name or row.by_login or "",
        about=row.about_id or None,
        about_name=row.about_name or row.about_login or "",
        link=row.link,
    )


async def people_of(db: AsyncConnection, agency_id: str) -> list[AuditPerson]:
    """Who works or worked there, by name."""
    query = (
        select(counsellors.c.account_id, counsellors.c.display_name)
        .where(counsellors.c.agency_id == agency_id)
        .order_by(counsellors.c.display_name, counsellors.c.account_id)
    )
    return [AuditPerson(*row) for row in await db.execute(query)]


async def names_of_agencies(db: AsyncConnection) -> dict[str, str]:
    """All of them, by id."""
    query = select(agencies.c.id, agencies.c.name).order_by(agencies.c.name)
    return {row.id: row.name for row in await db.execute(query)}


async def chain_of(db: AsyncConnection, agency_id: str) -> list[Chained]:
    """Every entry of an agency from the first, each with the link that follows from what stands there."""
    query = select(audit_entries).where(audit_entries.c.agency_id == agency_id).order_by(audit_entries.c.number)
    found, before = [], NO_LINK
    for row in await db.execute(query):
        found.append(Chained(row.number, row.link, link_of(before, agency_id, row.number, _recorded(row))))
        before = row.link
    return found


def _recorded(row: Row[Any]) -> Recorded:
    return Recorded(act=row.act, at=row.at, by=row.by_id, about=row.about_id)
