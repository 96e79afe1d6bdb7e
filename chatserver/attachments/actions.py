"""Uploading a sealed file in parts, going on after an interruption, and fetching it part by part."""

from chatserver.attachments import store
from chatserver.attachments.model import PART_SIZE, Attachment, check_new
from chatserver.attachments.wire import (
    BeginUpload,
    CompleteUpload,
    Discarded,
    DiscardUpload,
    PartStored,
    PutPart,
    ReadPart,
    ReadUpload,
    Upload,
)
from chatserver.deps import Asker, Deps, look, work
from chatserver.errors import AttachmentConflict, AttachmentIncomplete, NotFound
from chatserver.rooms import store as rooms


async def begin_upload(deps: Deps, asker: Asker, command: BeginUpload) -> Upload:
    """Begins, or says how far the same upload is. Raises NotFound, FileTooLarge, TooManyFiles, RoomFull."""
    now = deps.now()
    async with work(deps) as tx:
        # Locked, so that two at once cannot both be the last for which there is room.
        seat = await rooms.seat_of(tx.db, command.room, asker.account_id, for_change=True)
        before = await store.attachment_named(tx.db, command.attachment)
        if before is None:
            check_new(command.size, await store.load_of(tx.db, seat.room.id, asker.account_id, now))
            before = Attachment(
                id=command.attachment,
                room=seat.room.id,
                account_id=asker.account_id,
                size=command.size,
                created_at=now,
                completed_at=None,
            )
            if not await store.add_attachment(tx.db, before):
                # Of that id, in another room, at the same moment.
                raise NotFound
        _check_same(before, asker, command)
        return _told(before, await store.parts_of(tx.db, before.id))


def _check_same(before: Attachment, asker: Asker, command: BeginUpload) -> None:
    if before.account_id != asker.account_id:
        raise NotFound
    if (before.room, before.size) != (command.room, command.size):
        raise AttachmentConflict


async def read_upload(deps: Deps, asker: Asker, command: ReadUpload) -> Upload:
    """How far an upload of one's own is, or how large somebody's file is. Raises NotFound."""
    async with look(deps) as db:
        attachment = await store.attachment_for(db, command.attachment, asker.account_id)
        return _told(attachment, await store.parts_of(db, attachment.id))


async def put_part(deps: Deps, asker: Asker, command: PutPart, content: bytes) -> PartStored:
    """Keeps one part. A repeat changes nothing; other bytes for the same part do not replace it.

    Raises NotFound (also for whoever was removed meanwhile), Malformed, AttachmentConflict.
    """
    async with work(deps) as tx:
        attachment = await store.attachment_of(tx.db, command.attachment, asker.account_id)
        attachment.check_part(command.number, len(content))
        kept = await store.keep_part(tx.db, attachment.id, command.number, content)
        if not kept and await store.part(tx.db, attachment.id, command.number) != content:
            raise AttachmentConflict
    return PartStored(command.attachment, command.number)


async def complete_upload(deps: Deps, asker: Asker, command: CompleteUpload) -> Upload:
    """Shows the file to the room's members. Raises NotFound, AttachmentIncomplete."""
    async with work(deps) as tx:
        attachment = await store.attachment_of(tx.db, command.attachment, asker.account_id)
        stored = await store.parts_of(tx.db, attachment.id)
        if len(stored) != attachment.parts:
            raise AttachmentIncomplete
        if attachment.completed_at is None:
            await store.mark_complete(tx.db, attachment.id, deps.now())
        return _told(attachment, stored, complete=True)


async def read_part(deps: Deps, asker: Asker, command: ReadPart) -> bytes:
    """One part of a file, as it was stored. Raises NotFound."""
    async with look(deps) as db:
        attachment = await store.attachment_for(db, command.attachment, asker.account_id)
        content = await store.part(db, attachment.id, command.number)
    if content is None:
        raise NotFound
    return content


async def discard_upload(deps: Deps, asker: Asker, command: DiscardUpload) -> Discarded:
    """Removes a file of one's own, finished or not; nothing to remove is the same answer."""
    async with work(deps) as tx:
        try:
            attachment = await store.attachment_of(tx.db, command.attachment, asker.account_id)
        except NotFound:
            return Discarded(command.attachment)
        await store.remove(tx.db, attachment.id)
    return Discarded(command.attachment)


def _told(attachment: Attachment, stored: list[int], *, complete: bool = False) -> Upload:
    return Upload(
        attachment=attachment.id,
        room=attachment.room,
        size=attachment.size,
        part_size=PART_SIZE,
        parts=attachment.parts,
        stored=stored,
        complete=complete or attachment.completed_at is not None,
    )
