"""Not having to answer, on the pages: a counsellor decides, the client is told plainly, a coordinator takes it back."""

import pytest
from playwright.async_api import expect

from chatserver.demo.cast import ANKER
from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import FIRST_WORDS, PASSWORD, password_of, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOCALES = {"de": "de-DE", "en": "en-GB"}


async def page_of(visit: Visit, path: str, name: str, password: str, language: str) -> Reading:
    """A German one is on a phone, an English one on a desk."""
    size = PHONE if language == "de" else DESKTOP
    page = Reading(await visit(path, locale=LOCALES[language], size=size), language)
    await page.log_in(name, password)
    return page


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_nobody_has_to_put_up_with_abuse_and_a_coordinator_has_the_last_word(
    house: House, visit: Visit, language: str
) -> None:
    """A reason has to be chosen; the client reads on and sees other numbers; what is put back is due as before."""
    async with talking(house, f"polter{language}", "berger", "addiction", "48155") as talk:
        at = f"/thread/{talk.room.id}"
        client = await page_of(visit, at, talk.client.name, PASSWORD, language)
        await client.sees(FIRST_WORDS)
        await expect(client.text("promise_by")).to_be_visible()
        desk = await page_of(visit, f"{at}/protection", "berger", password_of("berger"), language)
        await desk.heading("protection_title")
        await desk.button("block_title").first.click()
        await desk.button("block_button").last.click()
        await desk.refused("waiver_reason_missing")
        await desk.page.get_by_role("radio", name=desk.exactly("waiver_abuse")).check()
        await desk.button("block_button").last.click()
        await expect(desk.text("protection_done")).to_be_visible()
        await expect(client.text("blocked_client")).to_be_visible()
        await client.promises_nothing()
        await expect(client.field("composer_label")).to_have_count(0)
        lead = await page_of(visit, "/waivers", ANKER.coordinator.name, ANKER.coordinator.password, language)
        await lead.heading("waivers_title")
        await expect(lead.text("waiver_blocks").first).to_be_visible()
        await lead.button("waiver_lift_button").first.click()
        await expect(lead.text("waiver_lifted").first).to_be_visible()
        await lead.button("waiver_put_back_button").first.click()
        await expect(lead.text("waiver_put_back").first).to_be_visible()
        await expect(client.text("blocked_client")).to_have_count(0)
        await expect(client.text("promise_by")).to_be_visible()
        await expect(client.field("composer_label")).to_be_visible()
