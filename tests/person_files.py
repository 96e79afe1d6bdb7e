"""Files as people send and fetch them: sealed here, part by part, and verified to the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from secrets import token_bytes

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
from crypto import File, FileBroken, FileOpener, FileSealer, FileTerms, stored_size
from tests.person_web import Browser

READ_AT_ONCE = 100_000


@dataclass(slots=True)
class FileToSend:
    """A file, and what it is sealed with. The same object goes on where its upload broke off: same key, same bytes."""

    name: str
    content: bytes = field(repr=False)
    media_type: str = "application/octet-stream"
    text: str = ""
    key: bytes = field(default_factory=lambda: token_bytes(32), repr=False)
    file_id: bytes = field(default_factory=lambda: token_bytes(16))
    stored: bytes = field(default=b"", repr=False)
    digest: bytes = b""

    @property
    def attachment(self) -> str:
        """The file's id on the wire."""
        return self.file_id.hex()

    def anew(self) -> FileToSend:
        """The same file under another key and id: its epoch is over, and no key seals twice (T27)."""
        return FileToSend(self.name, self.content, self.media_type, self.text)

    def seal(self, room: str, epoch: int) -> None:
        """For one room and epoch; a second time changes nothing."""
        if self.stored:
            return
        sealer = FileSealer(FileTerms(bytes.fromhex(room), epoch, self.file_id, self.key, len(self.content)))
        pieces = range(0, len(self.content), READ_AT_ONCE)
        self.stored = b"".join(sealer.push(self.content[at : at + READ_AT_ONCE]) for at in pieces) + sealer.finish()
        self.digest = sealer.digest

    async def begin(self, browser: Browser, room: str, epoch: int) -> Upload:
        """Begins the upload, or learns how far it is."""
        self.seal(room, epoch)
        begun = BeginUpload(room, self.attachment, len(self.stored))
        return await browser.post("/api/rooms/{room}/attachments", begun, Upload)

    async def put(self, browser: Browser, upload: Upload, number: int) -> PartStored:
        """Sends one part."""
        part = self.stored[number * upload.part_size : (number + 1) * upload.part_size]
        command = PutPart(self.attachment, number)
        return await browser.put_bytes("/api/attachments/{attachment}/parts/{number}", command, part, PartStored)

    async def complete(self, browser: Browser) -> Upload:
        """Shows it to the others."""
        command = CompleteUpload(self.attachment)
        return await browser.post("/api/attachments/{attachment}/complete", command, Upload)

    async def upload(self, browser: Browser, room: str, epoch: int) -> File:
        """Everything that is missing, in order; gives what the message says of it."""
        upload = await self.begin(browser, room, epoch)
        for number in _missing(upload):
            await self.put(browser, upload, number)
        await self.complete(browser)
        return self.body()

    def body(self) -> File:
        """What the message says of it."""
        size, text = len(self.content), self.text
        return File(self.file_id, self.name, self.media_type, size, self.key, self.digest, text)


def _missing(upload: Upload) -> Iterator[int]:
    return (number for number in range(upload.parts) if number not in upload.stored)


async def fetch_file(browser: Browser, room: str, epoch: int, file: File) -> bytes:
    """The file that a message names. Raises FileTooLarge before anything is fetched, FileBroken, FileSwapped."""
    terms = FileTerms(bytes.fromhex(room), epoch, file.file_id, file.key, file.size)
    awaited = stored_size(file.size)
    attachment = file.file_id.hex()
    told = await browser.get("/api/attachments/{attachment}", ReadUpload(attachment), Upload)
    if told.size != awaited:
        raise FileBroken
    opener = FileOpener(terms, file.digest)
    pieces = [opener.push(await _part(browser, attachment, number)) for number in range(told.parts)]
    return b"".join(pieces) + opener.finish()


async def discard_file(browser: Browser, file: File) -> None:
    """Its message is to be deleted: nothing could ever find these bytes again."""
    command = DiscardUpload(file.file_id.hex())
    await browser.post("/api/attachments/{attachment}/discard", command, Discarded)


async def _part(browser: Browser, attachment: str, number: int) -> bytes:
    return await browser.get_bytes("/api/attachments/{attachment}/parts/{number}", ReadPart(attachment, number))
