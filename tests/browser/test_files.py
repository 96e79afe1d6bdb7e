"""Files between two browsers: a picture without its place, progress, a lost line, and what the server changed."""

import asyncio
import base64
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from playwright.async_api import Download, Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import FIRST_WORDS, PASSWORD, Talk, password_of, talking
from tests.browser.pages import Reading
from tests.person_files import FileToSend

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACE = b"GPS 51.9607N 7.6261E"
MEGABYTE = 1024 * 1024
PART_PATH = re.compile(r"/api/attachments/[0-9a-f]{32}/parts/\d+$")


@asynccontextmanager
async def a_talk(house: House, name: str) -> AsyncIterator[Talk]:
    async with talking(house, name, "berger", "addiction", "48147") as talk:
        yield talk


async def clients_thread(visit: Visit, talk: Talk) -> Reading:
    """The client's own thread on a German phone."""
    page = Reading(await visit("/login", locale="de-DE", size=PHONE), "de")
    await page.log_in(talk.client.name, PASSWORD)
    await page.open_only_thread()
    await page.sees(FIRST_WORDS)
    return page


async def counsellors_thread(visit: Visit, talk: Talk) -> Reading:
    """The same thread on the counsellor's English desktop."""
    page = Reading(await visit("/login", size=DESKTOP), "en")
    await page.log_in(talk.counsellor.name, password_of(talk.counsellor.name))
    await page.heading("inbox_title")
    await page.waiting(talk.client.name).first.click()
    await page.sees(FIRST_WORDS)
    return page


async def choose(page: Reading, name: str, content: bytes, media_type: str = "application/octet-stream") -> None:
    """As from the device's own dialogue."""
    await page.page.locator("[data-file-field]").set_input_files(
        {"name": name, "mimeType": media_type, "buffer": content}
    )


async def photograph(page: Page) -> bytes:
    """A JPEG as a phone would take it: made by the browser, with a place in its Exif, and to be turned."""
    drawn = await page.evaluate(
        """async () => {
          const canvas = new OffscreenCanvas(60, 40);
          const pen = canvas.getContext("2d");
          pen.fillStyle = "rgb(11, 92, 85)";
          pen.fillRect(0, 0, 60, 40);
          const blob = await canvas.convertToBlob({ type: "image/jpeg" });
          return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
        }"""
    )
    picture = base64.b64decode(drawn)
    turned = b"\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + turned + PLACE
    return picture[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif + picture[2:]


async def saved(page: Reading, name: str) -> tuple[Download, bytes]:
    """Presses "save" at that file."""
    async with page.page.expect_download() as download:
        await (
            page.log.locator(".file")
            .filter(has_text=name)
            .get_by_role("button", name=page.exactly("file_save"))
            .click()
        )
    done = await download.value
    path = await done.path()
    return done, await asyncio.to_thread(path.read_bytes)


async def test_a_picture_arrives_without_its_place_and_can_be_seen(house: House, visit: Visit) -> None:
    """From one browser to the other; what is saved is the picture, turned as it was taken, and nothing about it."""
    async with a_talk(house, "bildfalter") as talk:
        phone, desk = await clients_thread(visit, talk), await counsellors_thread(visit, talk)
        taken = await photograph(phone.page)
        await choose(phone, "IMG_2026.jpg", taken, "image/jpeg")
        await expect(phone.text("file_stripped")).to_be_visible()
        await phone.field("composer_label").fill("So sieht es hier aus.")
        await phone.button("composer_send").click()
        await phone.is_stored("So sieht es hier aus.")
        await desk.sees("So sieht es hier aus.")
        shown = desk.log.locator(".file").filter(has_text="IMG_2026.jpg")
        await expect(shown.get_by_text(desk.says("file_kind_image")).first).to_be_visible()
        await shown.get_by_role("button", name=desk.exactly("file_show")).click()
        picture = shown.locator("img")
        await expect(picture).to_be_visible()
        assert await picture.evaluate("one => [one.naturalWidth, one.naturalHeight]") == [40, 60]
        download, content = await saved(desk, "IMG_2026.jpg")
        assert download.suggested_filename == "IMG_2026.jpg"
        assert PLACE in taken
        assert PLACE not in content
        assert content.startswith(b"\xff\xd8\xff\xe1\x00\x22Exif\x00\x00")
        assert content.endswith(taken[-200:])
        await talk.desk.read()
        (position,) = talk.desk.files
        assert await talk.desk.fetch_file(position) == content


async def test_progress_is_seen_and_a_lost_line_costs_nothing(house: House, visit: Visit, tmp_path: Path) -> None:
    """Part after part, in words; the network goes in the middle, and the upload goes on where it stood."""
    content = Random(4).randbytes(3 * MEGABYTE)
    async with a_talk(house, "eilfalter") as talk:
        page = await clients_thread(visit, talk)
        gate, sent = asyncio.Event(), []

        async def hold(route: Route) -> None:
            sent.append(route.request.url.rsplit("/", 1)[1])
            if sent[-1] == "3" and sent.count("3") == 1:
                await route.abort("internetdisconnected")
                return
            if sent[-1] == "3":
                await gate.wait()
            await route.continue_()

        await page.page.context.route(PART_PATH, hold)
        (tmp_path / "tagebuch.bin").write_bytes(content)
        await page.page.locator("[data-file-field]").set_input_files(tmp_path / "tagebuch.bin")
        await expect(page.text("file_untouched")).to_be_visible()
        await page.button("composer_send").click()
        await expect(page.text("file_waiting", percent="57")).to_be_visible()
        gate.set()
        await expect(page.log.locator(".file").filter(has_text="tagebuch.bin")).to_be_visible()
        await expect(page.page.locator("[data-file]")).to_have_count(0)
        # Only the part that did not arrive went out twice.
        assert sorted(sent) == ["0", "1", "2", "3", "3", "4", "5", "6"]
        await talk.desk.read()
        (position,) = talk.desk.files
        assert await talk.desk.fetch_file(position) == content
        assert (await saved(page, "tagebuch.bin"))[1] == content


async def test_t30_a_part_that_the_server_changed_is_refused_in_words(house: House, visit: Visit) -> None:
    """T30: the page says so, saves nothing, and the bytes that were true before opened."""
    content = Random(5).randbytes(700_000)
    async with a_talk(house, "bruchfalter") as talk:
        file = FileToSend("bescheid.pdf", content, "application/pdf", "Der Bescheid.")
        position = (await talk.room.send_file(file)).position
        page = await counsellors_thread(visit, talk)
        assert (await saved(page, "bescheid.pdf"))[1] == content
        change_one_byte(house, talk.room.files[position].file_id.hex())
        again = await counsellors_thread(visit, talk)
        broken = again.log.locator(".file").filter(has_text="bescheid.pdf")
        await broken.get_by_role("button", name=again.exactly("file_save")).click()
        await again.refused("file_broken")
        await expect(again.log.locator('[data-broken="file_broken"]')).to_have_count(1)


def change_one_byte(house: House, attachment: str) -> None:
    """What nobody but the server can do."""
    with closing(sqlite3.connect(house.var / "sprechraum.sqlite3", timeout=10)) as db:
        query = "SELECT bytes FROM attachment_parts WHERE attachment = ? AND number = 1"
        (part,) = db.execute(query, (attachment,)).fetchone()
    changed = part[:5000] + bytes([part[5000] ^ 1]) + part[5001:]
    update = "UPDATE attachment_parts SET bytes = ? WHERE attachment = ? AND number = 1"
    house.write_into_database(update, changed, attachment)


async def test_t33_a_hostile_file_is_shown_as_a_word_and_saved_as_bytes(house: House, visit: Visit) -> None:
    """T33: names with markup and paths, HTML that calls itself a picture, SVG: no script runs, nothing is shown."""
    page_in_file = b"<!doctype html><script>parent.document.title = 'taken'</script>"
    hostile = [
        FileToSend("<img src=x onerror=alert(1)>.html", page_in_file, "text/html"),
        FileToSend("../../.bashrc", page_in_file, "image/png"),
        FileToSend("bild.png", page_in_file, "image/png"),
        FileToSend("bild.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
    ]
    async with a_talk(house, "argfalter") as talk:
        for file in hostile:
            await talk.room.send_file(file)
        page = await counsellors_thread(visit, talk)
        dialogs: list[str] = []
        page.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        names = {}
        for file in hostile:
            await expect(page.log.get_by_text(file.name, exact=True)).to_be_visible()
            download, content = await saved(page, file.name)
            names[file.name] = download.suggested_filename
            assert content == file.content
        assert names == {
            "<img src=x onerror=alert(1)>.html": "_img src=x onerror=alert(1)_.html",
            "../../.bashrc": "bashrc",
            "bild.png": "bild.png",
            "bild.svg": "bild.svg",
        }
        assert dialogs == []
        await expect(page.log.locator("img")).to_have_count(0)
        await expect(page.page).not_to_have_title("taken")


async def test_what_is_not_a_picture_is_never_shown_as_one(house: House, visit: Visit) -> None:
    """T33: pressing "show" at HTML that is called a picture saves it instead."""
    async with a_talk(house, "scheinfalter") as talk:
        await talk.room.send_file(FileToSend("bild.png", b"<script>alert(1)</script>", "image/png"))
        page = await counsellors_thread(visit, talk)
        async with page.page.expect_download() as download:
            await page.button("file_show").click()
        assert (await download.value).suggested_filename == "bild.png"
        await expect(page.log.locator("img")).to_have_count(0)


async def test_a_file_can_be_taken_back_and_one_that_is_too_large_is_not_begun(
    house: House, visit: Visit, tmp_path: Path
) -> None:
    """Before sending, and in the middle; what was typed for it is still there, and the server keeps nothing."""
    async with a_talk(house, "zagfalter") as talk:
        page = await clients_thread(visit, talk)
        large = tmp_path / "film.mp4"
        with large.open("wb") as film:
            film.truncate(25 * MEGABYTE + 1)
        await page.page.locator("[data-file-field]").set_input_files(large)
        await page.refused("file_too_large")
        await page.button("file_take_back").click()
        stuck = asyncio.Event()

        async def hold(route: Route) -> None:
            await stuck.wait()
            await route.abort()

        await page.page.context.route(PART_PATH, hold)
        await choose(page, "brief.txt", b"x" * 100_000)
        await page.field("composer_label").fill("Bitte lesen.")
        await page.button("composer_send").click()
        await expect(page.text("file_sending")).to_be_visible()
        async with page.page.expect_response(re.compile("/discard$")):
            await page.button("file_stop").click()
        stuck.set()
        await expect(page.page.locator("[data-file]")).to_have_count(0)
        await expect(page.field("composer_label")).to_have_value("Bitte lesen.")
        await talk.desk.read()
        assert talk.desk.files == {}
        with closing(sqlite3.connect(house.var / "sprechraum.sqlite3", timeout=10)) as db:
            mine = "SELECT count(*) FROM attachments WHERE room = ?"
            assert db.execute(mine, (talk.room.id,)).fetchone() == (0,)


async def test_a_file_goes_from_the_server_with_its_message_and_nobody_deletes_another_ones(
    house: House, visit: Visit
) -> None:
    """The bytes first: should that fail, the message stays, to be deleted once more.

    With a message that names another person's file only that message goes.
    """
    async with a_talk(house, "wischfalter") as talk:
        await talk.desk.read()
        await talk.desk.send_file(FileToSend("fremd.txt", b"Von Frau Berger", "text/plain"))
        await talk.room.read()
        (hers,) = talk.room.files.values()
        await talk.room.post(talk.room.seal(replace(hers, name="geliehen.txt"), "none"))
        await talk.room.send_file(FileToSend("eigen.txt", b"Meins", "text/plain"))
        page = await clients_thread(visit, talk)
        await page.page.route(re.compile("/discard$"), lambda route: route.abort(), times=1)
        for name, tries in (("eigen.txt", 2), ("geliehen.txt", 1)):
            bubble = page.log.locator(".message.mine").filter(has_text=name)
            await bubble.get_by_text(page.exactly("message_more")).click()
            await bubble.get_by_role("button", name=page.exactly("message_delete")).click()
            await expect(bubble.get_by_text(page.says("message_delete_file_ask"))).to_be_visible()
            for more in range(tries - 1, -1, -1):
                await bubble.get_by_role("button", name=page.exactly("message_delete")).click()
                if more:
                    await page.refused("offline")
            await expect(bubble).to_have_count(0)
        await expect(page.log.get_by_text(page.says("message_deleted"))).to_have_count(2)
        left = "SELECT count(*) FROM attachments WHERE room = ?"
        assert house.read_from_database(left, talk.room.id) == 1
        await talk.room.read()
        assert await talk.room.fetch_file(min(talk.room.files)) == b"Von Frau Berger"
