"""Sealed files in the database. A file is reached by somebody who may: its uploader, or a member once it is whole."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chatserver.attachments.model import DAY, Attachment, Load
from chatserver.errors import NotFound
from chatserver.first_come import added
from chatserver.tables import attachment_parts, attachments, room_members


def _attachment(row: Row[Any]) -> Attachment:
    return Attachment(**row._asdict())


def _seated(account_id: str) -> Any:
    """The person is in the room of the file now: whoever was removed reaches nothing any more."""
    return exists().where(room_members.c.room == attachments.c.room, room_members.c.account_id == account_id)


async def attachment_of(db: AsyncConnection, attachment_id: str, account_id: str) -> Attachment:
    """A file as its uploader reaches it, finished or not. Raises NotFound."""
    mine = attachments.c.account_id == account_id
    row = (
        await db.execute(select(attachments).where(attachments.c.id == attachment_id, mine, _seated(account_id)))
    ).first()
    if row is None:
        raise NotFound
    return _attachment(row)


async def attachment_for(db: AsyncConnection, attachment_id: str, account_id: str) -> Attachment:
    """A file as a member of its room reaches it: once it is whole, or if it is their own. Raises NotFound."""
    there = or_(attachments.c.completed_at.is_not(None), attachments.c.account_id == account_id)
    row = (
        await db.execute(select(attachments).where(attachments.c.id == attachment_id, there, _seated(account_id)))
    ).first()
    if row is None:
        raise NotFound
    return _attachment(row)


async def attachment_named(db: AsyncConnection, attachment_id: str) -> Attachment | None:
    """Whoever's it is; the caller tells nobody but them."""
    row = (await db.execute(select(attachments).where(attachments.c.id == attachment_id))).first()
    return _attachment(row) if row else None


async def load_of(db: AsyncConnection, room_id: str, account_id: str, now: datetime) -> Load:
    """What the person and the room have already."""
    size, count = func.coalesce(func.sum(attachments.c.size), 0), func.count()
    mine = attachments.c.account_id == account_id
    unfinished = select(count).select_from(attachments).where(mine, attachments.c.completed_at.is_(None))
    today = select(size).where(mine, attachments.c.created_at > now - DAY)
    in_room = (
        await db.execute(select(count, size).select_from(attachments).where(attachments.c.room == room_id))
    ).one()
    return Load(
        unfinished=(await db.execute(unfinished)).scalar_one(),
        bytes_today=int((await db.execute(today)).scalar_one()),
        in_room=in_room[0],
        bytes_in_room=int(in_room[1]),
    )


async def add_attachment(db: AsyncConnection, new: Attachment) -> bool:
    """A file of which nothing is there yet; False when there is one of that id."""
    values = {"id": new.id, "room": new.room, "account_id": new.account_id, "size": new.size}
    return await added(db, attachments, **values, created_at=new.created_at)


async def parts_of(db: AsyncConnection, attachment_id: str) -> list[int]:
    """Which parts are there."""
    query = select(attachment_parts.c.number).where(attachment_parts.c.attachment == attachment_id)
    return list((await db.execute(query.order_by(attachment_parts.c.number))).scalars())


async def part(db: AsyncConnection, attachment_id: str, number: int) -> bytes | None:
    """One part; the caller has seen who asks."""
    mine = (attachment_parts.c.attachment == attachment_id, attachment_parts.c.number == number)
    return (await db.execute(select(attachment_parts.c.bytes).where(*mine))).scalar_one_or_none()


async def keep_part(db: AsyncConnection, attachment_id: str, number: int, content: bytes) -> bool:
    """Keeps a part, and says whether it did: where there is one already, that one stays."""
    return await added(db, attachment_parts, attachment=attachment_id, number=number, bytes=content)


async def mark_complete(db: AsyncConnection, attachment_id: str, now: datetime) -> None:
    """From now on every member of the room reaches it."""
    await db.execute(update(attachments).where(attachments.c.id == attachment_id).values(completed_at=now))


async def remove(db: AsyncConnection, attachment_id: str) -> None:
    """The file with its parts."""
    await db.execute(delete(attachment_parts).where(attachment_parts.c.attachment == attachment_id))
    await db.execute(delete(attachments).where(attachments.c.id == attachment_id))


async def remove_unfinished(db: AsyncConnection, begun_before: datetime) -> None:
    """Uploads that were begun before that and never finished."""
    old = (attachments.c.completed_at.is_(None), attachments.c.created_at < begun_before)
    stale = select(attachments.c.id).where(*old)
    await db.execute(delete(attachment_parts).where(attachment_parts.c.attachment.in_(stale)))
    await db.execute(delete(attachments).where(*old))
