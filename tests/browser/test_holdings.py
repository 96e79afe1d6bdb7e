"""One download of everything: opened as a file, without a script and without a request, it says what was written."""

import json
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import PHONE, House, Visit
from tests.browser.in_python import PASSWORD, password_of, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")
ANSWER = "Danke, dass Sie schreiben."


async def downloaded(page: Reading, key: str, folder: Path) -> Path:
    """What a link of the page saves."""
    async with page.page.expect_download() as coming:
        await page.link(key).click()
    download = await coming.value
    path = folder / download.suggested_filename
    await download.save_as(path)
    return path


async def collected(page: Reading) -> None:
    """From the account's page to the two links."""
    await page.link("account_link").click()
    await page.page.get_by_role("link", name=page.says("holdings_title")).click()
    await page.heading("holdings_title")
    await page.button("holdings_make").click()
    # A counsellor of a house where many wrote has much to be put together.
    await expect(page.text("holdings_ready")).to_be_visible(timeout=90_000)


async def test_everything_is_in_one_page_that_opens_by_itself(
    house: House, visit: Visit, chromium: Browser, tmp_path: Path
) -> None:
    """The client's has both sides of the conversation; the counsellor's has what they wrote, and no client's word."""
    async with talking(house, "nimmt-mit", "berger", "addiction", "48155") as talk:
        await talk.answered()
        mine = (await talk.room.read())[0]
        page = Reading(await visit("/login", locale="de-DE", size=PHONE), "de")
        await page.log_in(talk.client.name, PASSWORD)
        await page.heading("threads_title")
        await collected(page)
        saved = await downloaded(page, "holdings_save_page", tmp_path)
        context = await chromium.new_context(java_script_enabled=False)
        asked: list[str] = []
        alone = await context.new_page()
        alone.on("request", lambda request: asked.append(request.url))
        await alone.goto(saved.as_uri())
        for word in (mine, ANSWER, "nimmt-mit"):
            await expect(alone.get_by_text(word).first).to_be_visible()
        assert [url for url in asked if not url.startswith("file:")] == []
        assert "<script" not in saved.read_text("utf-8")
        await context.close()
        told = json.loads((await downloaded(page, "holdings_save_json", tmp_path)).read_text("utf-8"))
        assert [one["text"] for one in told["conversations"][0]["messages"]] == [mine, ANSWER]
        assert {"consents", "promises", "sessions"} <= {one["kind"] for one in told["held"]}
        desk = Reading(await visit("/login", locale="de-DE"), "de")
        await desk.log_in("berger", password_of("berger"))
        await desk.heading("inbox_title")
        await collected(desk)
        theirs = (await downloaded(desk, "holdings_save_json", tmp_path)).read_text("utf-8")
        assert ANSWER in theirs
        assert mine not in theirs
        assert "nimmt-mit" not in theirs
