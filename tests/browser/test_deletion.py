"""Deleting as a person does it on the pages, with a counsellor who has the thread open."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import PASSWORD, Talk, asking, password_of, talking
from tests.browser.pages import Reading
from tests.person_web import Refused

pytestmark = pytest.mark.asyncio(loop_scope="session")
WRONG = "acht laute trommeln im hof"


async def own_thread(visit: Visit, talk: Talk, language: str) -> Reading:
    """The client's thread in an empty browser, Germans on their phone."""
    locale, size = {"de": ("de-DE", PHONE), "en": ("en-GB", DESKTOP)}[language]
    page = Reading(await visit("/login", locale=locale, size=size), language)
    await page.log_in(talk.client.name, PASSWORD)
    await page.open_only_thread()
    return page


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_thread_is_deleted_for_both(language: str, house: House, visit: Visit) -> None:
    """Only with the right password; the counsellor's open page loses what it showed, and says why."""
    async with talking(house, f"loescht-{language}", "berger", "addiction", "48155") as talk:
        await talk.answered()
        desk = Reading(await visit("/login"), "en")
        await desk.log_in("berger", password_of("berger"))
        await desk.heading("inbox_title")
        await desk.section("nav_threads")
        await desk.page.locator(f'a[href="/thread/{talk.room.id}"]').click()
        await desk.sees("Danke, dass Sie schreiben.")
        page = await own_thread(visit, talk, language)
        await page.button("readers_title").click()
        await page.link("delete_thread_link").click()
        await page.heading("delete_thread_title")
        await page.field("password_label").fill(WRONG)
        await page.button("delete_thread_button").click()
        await page.refused("wrong_credentials")
        await page.field("password_label").fill(PASSWORD)
        await page.button("delete_thread_button").click()
        await page.heading("deleted_thread_title")
        await desk.heading("thread_deleted_title")
        await expect(desk.text("thread_deleted_counsellor")).to_be_visible()
        await expect(desk.page.get_by_text("Danke, dass Sie schreiben.")).to_have_count(0)
        with pytest.raises(Refused, match="not_found"):
            await talk.room.read()
        await page.link("go_on").click()
        await expect(page.text("threads_none")).to_be_visible()


async def test_an_account_is_deleted_with_everything(house: House, visit: Visit) -> None:
    """Nobody is signed in afterwards, and the name and password open nothing."""
    async with asking(house, "geht-ganz", "addiction", "48155") as (client, _):
        page = Reading(await visit("/login", size=PHONE), "en")
        await page.log_in(client.name, PASSWORD)
        await page.link("account_link").click()
        await page.link("delete_account_link").click()
        await page.heading("delete_account_title")
        await page.field("password_label").fill(PASSWORD)
        await page.button("delete_account_button").click()
        await page.heading("deleted_account_title")
        await page.page.get_by_text(page.says("deleted_certificate")).first.click()
        await expect(page.page.get_by_text(client.account_id)).to_be_visible()
        await page.link("go_on").click()
        await page.heading("start_title")
        await page.link("start_log_in").click()
        await page.log_in(client.name, PASSWORD)
        await page.refused("wrong_credentials")
