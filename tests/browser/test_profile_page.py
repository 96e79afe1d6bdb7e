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


async def test_a_place_is_added_made_secret_and_closed(house: House, visit: Visit) -> None:
    """Its address leaves the server when it is to be told in conversations only."""
    page = Reading(await visit("/login"), "en")
    await page.log_in(OVERBECK.name, OVERBECK.password)
    await page.section("nav_team")
    await page.link("places_open").click()
    await page.heading("places_title")
    await expect(page.text("places_none")).to_be_visible()
    await page.button("places_add").click()
    await page.button("terms_keep").click()
    await page.refused("place_invalid")
    await page.field("places_name").fill("Room by the lift")
    await page.field("profile_address").fill("Am Deich 9")
    await page.page.get_by_label(page.exactly("places_steps")).select_option("yes")
    await page.button("terms_keep").click()
    card = page.page.get_by_role("region", name="Room by the lift")
    await expect(card.get_by_text("Am Deich 9")).to_be_visible()
    await expect(card.get_by_text(page.says("step_free_yes"))).to_be_visible()
    await page.page.get_by_role("button", name=page.says("places_change_whom")).click()
    await page.page.get_by_role("checkbox", name=page.says("places_told_label")).check()
    await page.button("terms_keep").click()
    await expect(card.get_by_text(page.says("places_told"))).to_be_visible()
    kept = "SELECT count(*) FROM places WHERE name = 'Room by the lift' AND address = '' AND address_told"
    assert house.read_from_database(kept) == 1
    await page.page.get_by_role("button", name=page.says("places_close_whom")).click()
    await page.button("places_close_yes").click()
    await expect(page.text("places_none")).to_be_visible()
