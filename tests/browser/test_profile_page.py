"""What an agency says of itself and serves, from the coordinator's page to the client's."""

import pytest
from playwright.async_api import expect

from chatserver.demo.cast import TORHAUS
from tests.browser.conftest import PHONE, House, Visit
from tests.browser.pages import Reading

OVERBECK = TORHAUS.coordinator
pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_line_that_is_wrong_is_named_and_what_is_kept_is_read_by_clients(house: House, visit: Visit) -> None:
    """Nothing is kept while something does not fit."""
    page = Reading(await visit("/login"), "en")
    await page.log_in(OVERBECK.name, OVERBECK.password)
    await page.section("nav_team")
    await page.link("profile_open").click()
    await page.heading("profile_title")
    address, areas = page.page.locator("#address"), page.page.locator("#areas")
    before = await areas.input_value()
    await address.fill("Am Deich 9")
    await areas.fill(before + "\n48167-48143")
    await page.button("terms_keep").click()
    await expect(page.text("profile_faults")).to_be_visible()
    line = before.count("\n") + 2
    await expect(page.page.locator("#areas-faults")).to_contain_text(f"Line {line}")
    await areas.fill(before)
    await page.button("terms_keep").click()
    await expect(page.text("profile_kept")).to_be_visible()

    client = Reading(await visit("/", locale="de-DE", size=PHONE), "de")
    await client.choose_agency("Sucht", "48431")
    await expect(client.page.get_by_text("Am Deich 9")).to_be_visible()
