"""What an agency promises, from the coordinator's page to the one on which somebody decides to write."""

import pytest
from playwright.async_api import expect

from chatserver.demo.cast import TORHAUS
from tests.browser.conftest import PHONE, House, Visit
from tests.browser.pages import Reading

OVERBECK = TORHAUS.coordinator
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def terms_page(visit: Visit) -> Reading:
    """A coordinator, where hours and promise are changed."""
    page = Reading(await visit("/login"), "en")
    await page.log_in(OVERBECK.name, OVERBECK.password)
    await page.section("nav_team")
    await page.link("terms_open").click()
    await page.heading("terms_title")
    return page


async def test_hours_and_promise_reach_whoever_looks_for_an_agency(house: House, visit: Visit) -> None:
    """As they are written; what cannot be kept is said with its day, and nothing of it is kept."""
    page = await terms_page(visit)
    hours = page.page.get_by_label("Monday", exact=True)
    await hours.fill("in the morning")
    await page.button("terms_keep").click()
    await expect(page.page.get_by_role("alert")).to_contain_text("Monday")
    await hours.fill("9-12, 13:30 to 17")
    await page.page.get_by_label("Turkish", exact=True).check()
    await page.page.locator("#promised").fill("24")
    await page.button("terms_keep").click()
    await expect(page.text("terms_kept")).to_be_visible()
    await expect(hours).to_have_value("09:00–12:00, 13:30–17:00")

    client = Reading(await visit("/", locale="de-DE", size=PHONE), "de")
    await client.choose_agency("Sucht", "48431")
    await expect(client.page.get_by_text("Mo 09:00–12:00, 13:30–17:00")).to_be_visible()
    await expect(client.page.get_by_text("Türkisch")).to_be_visible()


async def test_how_long_conversations_stay_is_decided_on_purpose(house: House, visit: Visit) -> None:
    """Nothing is set at first; what makes no sense is said, and what was decided stands there the next time."""
    page = await terms_page(visit)
    await expect(page.page.get_by_role("radio", name=page.says("retention_never"))).to_be_checked()
    await page.page.get_by_role("radio", name=page.says("retention_after")).check()
    months = page.page.locator("#retention-months")
    await expect(months).to_have_value("24")
    await months.fill("1")
    await page.button("retention_keep").click()
    await page.refused("retention_invalid")
    await months.fill("36")
    await page.button("retention_keep").click()
    await expect(page.text("retention_kept")).to_be_visible()
    page = await terms_page(visit)
    await expect(page.page.locator("#retention-months")).to_have_value("36")
    await page.page.get_by_role("radio", name=page.says("retention_never")).check()
    await page.button("retention_keep").click()
    await expect(page.text("retention_kept")).to_be_visible()


async def test_whoever_was_slower_keeps_what_they_typed_and_the_last_change_can_be_taken_back(visit: Visit) -> None:
    """They see what their colleague has kept, and then decide."""
    slow, quick = await terms_page(visit), await terms_page(visit)
    promised, theirs = slow.page.locator("#promised"), quick.page.locator("#promised")
    before = await promised.input_value()
    await promised.fill("12")
    await theirs.fill("36")
    await quick.button("terms_keep").click()
    await expect(quick.text("terms_kept")).to_be_visible()
    await slow.button("terms_keep").click()
    await slow.refused("terms_changed")
    await expect(promised).to_have_value("12")
    await slow.button("profile_again").click()
    await expect(promised).to_have_value("36")
    await slow.button("aside_typed").click()
    await expect(promised).to_have_value("12")
    await slow.button("terms_keep").click()
    await expect(slow.text("terms_kept")).to_be_visible()
    await slow.button("aside_before").click()
    await expect(promised).to_have_value("36")
    await expect(slow.text("terms_kept")).to_be_visible()
    await promised.fill(before)
    await slow.button("terms_keep").click()
    await expect(slow.text("terms_kept")).to_be_visible()
