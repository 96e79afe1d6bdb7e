"""Other calendars on the page: a file and an address, what could not be read, and what meets an appointment."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, expect

from chatserver.demo.cast import ANKER
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.pages import Reading, in_words
from tests.calendar_host import calendar

pytestmark = pytest.mark.asyncio(loop_scope="session")

BERGER = ANKER.counsellors[0]
PASSWORD = "leise rollt der blaue ball"


def card(page: Reading) -> Locator:
    """The section of the calendar page."""
    return page.page.get_by_role("region", name=page.exactly("other_calendars_title"))


async def choose(page: Reading, content: bytes) -> None:
    """A file, and the button."""
    file = card(page).get_by_label(page.exactly("other_calendars_file"))
    await file.set_input_files({"name": "private.ics", "mimeType": "text/calendar", "buffer": content})
    await card(page).get_by_role("button", name=page.exactly("other_calendars_import")).click()


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_a_calendar_from_elsewhere_is_read_shown_and_taken_away(visit: Visit, language: str) -> None:
    """An appointment that it meets is named; what is no calendar, or no public address, is refused in plain words."""
    german = language == "de"
    client = Reading(await visit("/", locale="de-DE" if german else "en-GB", size=PHONE), language)
    await client.choose_agency("Sucht" if german else "Addiction", "48147")
    await client.write("Haben Sie diese Woche Zeit?")
    await client.send_as(f"kalender{language}", PASSWORD)
    await client.heading("sent_title")
    berger = Reading(await visit("/login", locale="de-DE" if german else "en-GB", size=DESKTOP), language)
    await berger.log_in(BERGER.name, BERGER.password)
    await berger.heading("inbox_title")
    await berger.take_newest()
    await client.page.goto("/login")
    await client.log_in(f"kalender{language}", PASSWORD)
    await client.open_only_thread()
    booked = await client.book()
    await berger.section("nav_calendar")
    await choose(berger, b"hello")
    await berger.refused("calendar_unreadable")
    await choose(berger, calendar(_entry(booked), f"{_entry(booked)}\nRRULE:FREQ=SECONDLY"))
    lines = card(berger).get_by_role("listitem")
    await expect(lines.filter(has_text=berger.says("other_calendar_times", count="1"))).to_be_visible()
    await expect(lines.filter(has_text=berger.says("other_calendar_left_out", count="1"))).to_be_visible()
    await expect(card(berger).get_by_role("link", name=in_words(booked, language))).to_be_visible()
    address = card(berger).get_by_label(berger.exactly("other_calendars_address"))
    await address.fill("http://127.0.0.1/x.ics")
    await address.press("Enter")
    await berger.refused("calendar_address_invalid")
    await address.fill("webcal://calendar.invalid/private-abc.ics")
    await address.press("Enter")
    await expect(card(berger).get_by_text("calendar.invalid")).to_be_visible()
    await expect(card(berger).get_by_text(berger.says("import_failed_unreachable"))).to_be_visible()
    await expect(berger.page.get_by_text("private-abc")).to_have_count(0)
    drop = card(berger).get_by_role("button", name=berger.says("other_calendar_drop_whose", name="calendar.invalid"))
    await drop.click()
    await expect(card(berger).get_by_text("calendar.invalid")).to_have_count(0)
    await card(berger).get_by_role("button", name=berger.says("other_calendar_drop_whose", name="")).first.click()
    await expect(card(berger).get_by_text(berger.says("other_calendars_meet"))).to_have_count(0)


def _entry(at: datetime) -> str:
    begins, ends = [one.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for one in (at, at + timedelta(minutes=30))]
    return f"SUMMARY:Zahnarzt\nDTSTART:{begins}\nDTEND:{ends}"
