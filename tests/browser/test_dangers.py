"""Danger to life, on the pages: one marks it, the others see it first and read what is to be done."""

import pytest
from playwright.async_api import expect

from chatserver.demo.cast import ANKER
from tests.browser.conftest import House, Visit
from tests.browser.in_python import password_of, talking
from tests.browser.test_waivers import page_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

OWN = {"de": "1. Die Leitung anrufen: 0251 000.", "en": "1. Call the lead: 0251 000."}


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_everybody_at_the_agency_is_called_and_reads_what_is_to_be_done(
    house: House, visit: Visit, language: str
) -> None:
    """In the agency's own words, once a coordinator has written them; gone when the danger is over."""
    async with talking(house, f"abgrund{language}", "berger", "addiction", "48155") as talk:
        lead = await page_of(visit, "/procedure", ANKER.coordinator.name, ANKER.coordinator.password, language)
        await lead.heading("procedure_page_title")
        field = lead.field("procedure_german" if language == "de" else "procedure_english")
        await expect(field).not_to_have_value("")
        await field.fill(OWN[language])
        await lead.button("procedure_keep").click()
        await expect(lead.text("procedure_kept")).to_be_visible()
        colleague = await page_of(visit, "/inbox", "yilmaz", password_of("yilmaz"), language)
        await colleague.heading("inbox_title")
        desk = await page_of(visit, f"/thread/{talk.room.id}", "berger", password_of("berger"), language)
        await desk.link("protection_link").click()
        await desk.button("danger_mark").click()
        await desk.button("danger_mark_button").click()
        await expect(desk.page.get_by_text(OWN[language])).to_be_visible()
        first = colleague.page.locator("[data-line]").first
        await expect(first).to_contain_text(colleague.says("danger_tag"))
        await first.click()
        await colleague.heading("danger_title")
        await expect(colleague.page.get_by_text(OWN[language])).to_be_visible()
        await expect(colleague.page.get_by_text(talk.client.name)).to_have_count(0)
        await desk.button("danger_unmark").click()
        await desk.button("danger_unmark_button").click()
        await expect(desk.page.get_by_text(OWN[language])).to_have_count(0)
