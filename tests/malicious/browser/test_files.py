"""T30 to T33: what a page shows of files that the server, or an insider, has tampered with."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from playwright.async_api import Locator, expect
from sqlalchemy import update

from chatserver.tables import attachment_parts
from crypto import File, labels, to_ms
from crypto.bodies import write_body
from crypto.encoding import lp, u64
from crypto.hashing import SUITE
from tests.malicious.browser.stage import Stage, Victim
from tests.malicious.scene import Scene, appended
from tests.malicious.two_keys import ONE, OTHER, SIZE, two_faced
from tests.person_files import FileToSend

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHUNK = 16_384 + 16


@dataclass(slots=True)
class Reader:
    """Somebody who presses "save" at the files of a conversation."""

    page: Victim
    scene: Scene

    def card(self, name: str) -> Locator:
        return self.page.log.locator(".file").filter(has_text=name)

    async def saves(self, name: str, *without: str) -> bytes:
        """What arrives on the device."""
        await self.page.without(*without)
        async with self.page.page.expect_download() as download:
            await self.card(name).get_by_role("button", name=self.page.exactly("file_save")).click()
        path = await (await download.value).path()
        return await asyncio.to_thread(path.read_bytes)

    async def is_refused(self, name: str, code: str) -> None:
        """Nothing arrives, and the card says why."""
        await self.page.without()
        await self.card(name).get_by_role("button", name=self.page.exactly("file_save")).click()
        broken = self.page.log.locator(f'[data-broken="{code}"]').filter(has_text=name)
        await expect(broken.get_by_role("alert")).to_have_text(self.page.says(f"error_{code}"))

    async def reads(self) -> None:
        """From the beginning: nothing that was opened is kept."""
        await self.page.opens(self.scene.room.id)


async def reading(stage: Stage) -> Reader:
    """A conversation of its own, and the client's page."""
    scene = await stage.conversation()
    return Reader(await stage.clients_page(), scene)


async def stores(stage: Stage, file: FileToSend, stored: bytes) -> None:
    """The server has other bytes in the place of these."""
    async with stage.house.deps.database.write() as db:
        where = attachment_parts.c.attachment == file.attachment
        await db.execute(update(attachment_parts).where(where).values(bytes=stored))


async def test_chunks_cut_reordered_or_appended(stage: Stage) -> None:
    """T30: a file that was cut is no file; nothing is saved until its end has been seen, and the page says so."""
    reader = await reading(stage)
    file = FileToSend("befund.txt", b"Blut, Leber, Herz. " * 4000)
    await reader.scene.desk.send_file(file)
    whole = file.stored
    await reader.reads()
    await stores(stage, file, whole[: 3 * CHUNK])
    cut = await reader.saves(file.name, "T30")
    assert cut != file.content
    assert file.content.startswith(cut)
    swapped = whole[: -2 * CHUNK] + whole[-CHUNK:] + whole[-2 * CHUNK : -CHUNK]
    await reader.reads()
    for broken in (whole[: 3 * CHUNK], whole[:-1], swapped, whole + b"\x00"):
        await stores(stage, file, broken)
        await reader.is_refused(file.name, "file_broken")
    await stores(stage, file, whole)
    assert await reader.saves(file.name) == file.content


def _without_id(room: bytes, epoch: int, _file_id: bytes) -> bytes:
    return lp(labels.FILE, u64(SUITE), room, u64(epoch), b"")


async def test_a_file_of_another_message(stage: Stage) -> None:
    """T31: two files under one key, and the server exchanges them; each is bound to the message that names it."""
    reader = await reading(stage)
    for without in (("T31",), ()):
        one = FileToSend(f"ja-{len(without)}.txt", b"Ich will den Termin.")
        other = FileToSend(f"nein-{len(without)}.txt", b"Ich will ihn nicht..", key=one.key)
        with patch("crypto.files.file_context", _without_id) if without else nullcontext():
            for file in (one, other):
                await reader.scene.desk.send_file(file)
        await reader.reads()
        await stores(stage, one, other.stored)
        if without:
            assert await reader.saves(one.name, *without) == other.content
    await reader.is_refused(one.name, "file_swapped")
    assert await reader.saves(other.name) == other.content


async def test_a_file_under_another_key(stage: Stage) -> None:
    """T32: one stored file, opened by two keys to two contents; the bytes name the one key that is theirs."""
    reader = await reading(stage)
    desk = reader.scene.desk
    file, other_key = two_faced(desk.id, desk.reader.epoch)
    await desk.send_file(file)
    named = File(file.file_id, "anders.txt", file.media_type, SIZE, other_key, file.digest, "")
    await desk.post(desk.seal(named, "none"))
    await reader.reads()
    assert (await reader.saves("anders.txt", "T32"))[len(ONE) :].startswith(OTHER)
    await reader.reads()
    await reader.is_refused("anders.txt", "file_swapped")
    assert (await reader.saves(file.name)).startswith(ONE)


async def test_a_hostile_file_name(stage: Stage) -> None:
    """T33: an insider names a program so that it reads like a document; the page does not show such a name."""
    reader = await reading(stage)
    file, shown = FileToSend("rechnung\u202efdp.exe", b"MZ"), "rechnung"
    file.seal(reader.scene.room.id, reader.scene.desk.reader.epoch)
    kind, content = write_body(file.body())
    body = lp(b"u" * 16, kind, u64(to_ms(stage.house.now())), content)
    appended(reader.scene, reader.scene.forged({}, body, reader.scene.berger.identity))
    await reader.page.opens(reader.scene.room.id, "T33")
    await expect(reader.card(shown).locator("bdi")).to_have_text(file.name)
    await reader.reads()
    await reader.page.shows_broken("envelope_broken", "broken_form")
    await expect(reader.card(shown)).to_have_count(0)
