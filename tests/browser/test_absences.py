"""Going away on the page: one click, or a time and a substitute, with what it means before it is entered."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Locator, expect

from chatserver.demo.cast import ANKER
from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.pages import BERLIN, Reading, in_words

pytestmark = pytest.mark.asyncio(loop_scope="session")

BERGER, YILMAZ, *_ = ANKER.counsellors
PASSWORD = "leise rollt der blaue ball"


async def at_work(visit: Visit, name: str, password: str, language: str) -> Reading:
    """Somebody of the agency, on the page of who is away."""
    german = language == "de"
    locale, size = ("de-DE", PHONE) if german else ("en-GB", DESKTOP)
    page = Reading(await visit("/login", locale=locale, size=size), language)
    await page.log_in(name, password)
    await page.heading("inbox_title")
    await page.section("nav_absences")
    await page.heading("absences_title")
    return page


def away_box(page: Reading) -> Locator:
    """The one on the page, not the one beside the sections."""
    return page.page.get_by_role("main").get_by_role("checkbox", name=page.exactly("away_switch"))


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_one_click_and_one_is_away_and_another_and_one_is_back(visit: Visit, language: str) -> None:
    """The coordinator sees it meanwhile without a reload."""
    berger = await at_work(visit, BERGER.name, BERGER.password, language)
    coordinator = await at_work(visit, ANKER.coordinator.name, ANKER.coordinator.password, language)
    await expect(coordinator.text("absences_none")).to_be_visible()
    await away_box(berger).click()
    await expect(away_box(berger)).to_be_checked()
    await expect(berger.text("absences_me_away")).to_be_visible()
    lines = coordinator.page.get_by_role("list").filter(has_text=BERGER.display_name)
    await expect(lines).to_be_visible()
    await away_box(berger).click()
    await expect(away_box(berger)).not_to_be_checked()
    await expect(lines).to_have_count(0)


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_an_absence_shows_its_appointments_before_it_is_entered(
    house: House, visit: Visit, language: str
) -> None:
    """A client has booked; the substitute is named, changed, and the absence removed."""
    client = Reading(await visit("/", locale="de-DE" if language == "de" else "en-GB", size=PHONE), language)
    await client.choose_agency("Sucht" if language == "de" else "Addiction", "48147")
    await client.write("Darf ich Sie etwas fragen?")
    await client.send_as(f"pegel{language}", PASSWORD)
    await client.heading("sent_title")
    berger = await at_work(visit, BERGER.name, BERGER.password, language)
    await berger.section("nav_inbox")
    await berger.take_newest()
    await client.page.goto("/login")
    await client.log_in(f"pegel{language}", PASSWORD)
    await client.open_only_thread()
    booked = await client.book()
    await berger.section("nav_absences")
    # From the appointment on: the day itself begins in a few minutes for whoever tests at night.
    first = booked.astimezone(BERLIN).replace(tzinfo=None)
    await berger.page.get_by_label(berger.exactly("absence_begins")).fill(wall(first))
    await berger.page.get_by_label(berger.exactly("absence_ends")).fill(wall(first))
    await berger.button("absence_look").click()
    await berger.refused("absence_reversed")
    await berger.page.get_by_label(berger.exactly("absence_ends")).fill(wall(first + timedelta(days=7)))
    await berger.page.get_by_label(berger.exactly("absence_substitute_label")).select_option(YILMAZ.display_name)
    await berger.button("absence_look").click()
    await expect(berger.page.get_by_text(in_words(booked, language))).to_be_visible()
    await expect(berger.text("outlook_stands_in", name=YILMAZ.display_name)).to_be_visible()
    await berger.button("absence_enter_button").click()
    await expect(berger.text("absence_entered").first).to_be_visible()
    line = berger.page.get_by_role("main").get_by_role("list").filter(has_text=YILMAZ.display_name)
    await expect(line).to_be_visible()
    await client.page.reload()
    yilmaz = await at_work(visit, YILMAZ.name, YILMAZ.password, language)
    await expect(
        yilmaz.page.get_by_role("main").get_by_role("list").filter(has_text=BERGER.display_name)
    ).to_be_visible()
    await expect(yilmaz.page.get_by_role("button", name=yilmaz.says("absence_remove_whose"))).to_have_count(0)
    await berger.page.get_by_role("button", name=berger.says("absence_remove_whose", name=BERGER.display_name)).click()
    await expect(line).to_have_count(0)


def wall(at: datetime) -> str:
    """As the field wants it."""
    return at.strftime("%Y-%m-%dT%H:%M")


async def test_the_coordinator_changes_the_hours_and_everybody_sees_them(visit: Visit) -> None:
    """Out of order they are refused, and nothing has changed."""
    page = await at_work(visit, ANKER.coordinator.name, ANKER.coordinator.password, "en")
    hours = [
        page.page.get_by_role("spinbutton", name=page.says(f"ladder_{one}")) for one in ("remind", "escalate", "warn")
    ]
    await hours[0].fill("40")
    await page.button("ladder_button").click()
    await page.refused("ladder_invalid")
    await hours[0].fill("20")
    await page.button("ladder_button").click()
    await expect(page.button("ladder_button")).to_be_disabled()
    berger = await at_work(visit, BERGER.name, BERGER.password, "en")
    await expect(berger.text("ladder_reminds", hours="20")).to_be_visible()
    await hours[0].fill("24")
    await page.button("ladder_button").click()
    await expect(page.button("ladder_button")).to_be_disabled()
