"""Appointments in calendars outside, from the pages where people find them."""

import pytest
import vobject  # type: ignore[import-untyped]
from playwright.async_api import expect

from tests.browser.conftest import PHONE, House, Visit
from tests.browser.in_python import PASSWORD, password_of, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_appointment_goes_into_the_clients_own_calendar(house: House, visit: Visit) -> None:
    """Right after it was booked; neither the file nor its name says what it is about."""
    async with talking(house, "eisvogel", "kowalczyk", "family", "48231") as talk:
        await talk.answered()
        page = Reading(await visit("/login", locale="de-DE", size=PHONE), "de")
        await page.log_in(talk.client.name, PASSWORD)
        await page.open_only_thread()
        await page.link("book_link").click()
        await page.heading("book_title")
        starts_at = await page.choose_slot(0)
        await page.button("book_button").click()
        await page.heading("book_done")
        async with page.page.expect_download() as downloading:
            await page.link("appointment_file").click()
        file = await downloading.value
        assert file.suggested_filename == f"{starts_at:%Y-%m-%d}.ics"
        calendar = vobject.readOne((await file.path()).read_text("utf-8"))
        assert calendar.vevent.dtstart.value == starts_at
        assert calendar.vevent.summary.value == "Termin"


async def test_a_counsellor_lets_a_calendar_program_read_along_and_stops_it(house: House, visit: Visit) -> None:
    """The address is shown once; turned off, it leads nowhere."""
    page = Reading(await visit("/login"), "en")
    await page.log_in("kowalczyk", password_of("kowalczyk"))
    await page.section("nav_calendar")
    await page.button("feed_open").click()
    address = await page.field("feed_label").input_value()
    read = page.page.request
    assert "BEGIN:VCALENDAR" in await (await read.get(address)).text()
    await page.page.reload()
    await page.log_in("kowalczyk", password_of("kowalczyk"))
    await page.section("nav_calendar")
    await expect(page.text("feed_since")).to_be_visible()
    await page.button("feed_close").click()
    await expect(page.text("feed_closed")).to_be_visible()
    assert (await read.get(address)).status == 404
