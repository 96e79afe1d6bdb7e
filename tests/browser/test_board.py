"""The board on the page: who waits, asking a colleague, and what the client then reads; in both languages."""

import pytest
from playwright.async_api import Locator, expect

from chatserver.demo.cast import ANKER
from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

BERGER, YILMAZ, *_ = ANKER.counsellors
PASSWORD = "leise rollt der blaue ball"
TOPIC = {"de": "Sucht", "en": "Addiction"}


async def at_work(visit: Visit, name: str, password: str, language: str) -> Reading:
    """Somebody of the agency, logged in."""
    locale, size = ("de-DE", PHONE) if language == "de" else ("en-GB", DESKTOP)
    page = Reading(await visit("/login", locale=locale, size=size), language)
    await page.log_in(name, password)
    await page.heading("inbox_title")
    return page


def lines_of(page: Reading, counsellor: str) -> Locator:
    """The waiting ones of that counsellor on the board."""
    section = page.page.get_by_role("region", name=page.exactly("board_lines"))
    return section.get_by_role("listitem").filter(has=page.page.get_by_text(counsellor, exact=True))


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_a_coordinator_asks_a_colleague_who_answers_and_the_client_reads_why(
    house: House, visit: Visit, language: str
) -> None:
    """From the board to the client's page. The coordinator sees neither name nor word."""
    name, words = f"eule{language}", "Das liest keine Koordination."
    locale = "de-DE" if language == "de" else "en-GB"
    client = Reading(await visit("/", locale=locale, size=PHONE), language)
    await client.choose_agency(TOPIC[language], "48147")
    await client.write(words)
    await client.send_as(name, PASSWORD)
    await client.heading("sent_title")
    berger = await at_work(visit, BERGER.name, BERGER.password, language)
    await berger.take_newest()
    coordinator = await at_work(visit, ANKER.coordinator.name, ANKER.coordinator.password, language)
    await coordinator.section("nav_board")
    await coordinator.heading("board_title")
    line = lines_of(coordinator, BERGER.display_name).last
    await expect(line).to_be_visible()
    await line.get_by_role("button", name=coordinator.exactly("board_ask")).click()
    await line.get_by_role("combobox").select_option(YILMAZ.display_name)
    await line.get_by_role("button", name=coordinator.exactly("board_ask_button")).click()
    await expect(line).to_contain_text(coordinator.says("board_asked", name=YILMAZ.display_name))
    shown = await coordinator.page.content()
    assert name not in shown
    assert words not in shown
    yilmaz = await at_work(visit, YILMAZ.name, YILMAZ.password, language)
    await yilmaz.page.get_by_role("link").filter(has_text=yilmaz.says("inbox_asked")).first.click()
    await expect(yilmaz.text("takeover_why_asked", name=BERGER.display_name)).to_be_visible()
    await yilmaz.button("takeover_button").click()
    await expect(yilmaz.page.get_by_text(words)).to_be_visible()
    await client.page.goto("/login")
    await client.log_in(name, PASSWORD)
    await client.open_only_thread()
    told = client.text("event_taken_over_asked", names=YILMAZ.display_name, others=BERGER.display_name)
    await expect(told).to_be_visible()
    await coordinator.come_back()
    await expect(lines_of(coordinator, YILMAZ.display_name)).to_be_visible()


async def test_a_counsellor_has_no_board(visit: Visit) -> None:
    """Not among the sections, and nothing at its address but what everybody is told."""
    page = await at_work(visit, BERGER.name, BERGER.password, "en")
    await expect(page.page.get_by_role("link", name=page.exactly("nav_board"))).to_have_count(0)
