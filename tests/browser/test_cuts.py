"""The network goes at each step of registering and booking: nothing typed is lost, and pressing again goes on."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from playwright.async_api import BrowserContext, Locator, Route, expect

from tests.browser.conftest import PHONE, House, Visit
from tests.browser.in_python import FIRST_WORDS, PASSWORD, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINE = "Ich sitze im Zug, und vor mir liegt ein langer Tunnel."
_NAMED = re.compile(r"[0-9a-f]{32}")


@dataclass
class Scissors:
    """Cuts every request of a kind twice: the first does not arrive; of the second, the answer does not."""

    cutting: bool = False
    cuts: Counter[str] = field(default_factory=Counter)

    async def lie_beside(self, context: BrowserContext) -> None:
        await context.route(re.compile("/api/"), self._request)

    async def _request(self, route: Route) -> None:
        kind = f"{route.request.method} {_NAMED.sub('ID', route.request.url.split('?')[0])}"
        if not self.cutting or self.cuts[kind] == 2:
            await route.continue_()
            return
        self.cuts[kind] += 1
        if self.cuts[kind] == 2:
            await route.fetch()
        await route.abort("connectionfailed")

    def cut(self, path: str) -> int:
        """How often a request to `path` was cut."""
        return sum(times for kind, times in self.cuts.items() if kind.endswith(path))


async def press_until(page: Reading, press: Callable[[], Awaitable[None]], there: Locator) -> None:
    """Presses again after each cut; every time the page says that there is no connection."""
    for _ in range(20):
        await press()
        await expect(page.text("error_offline").or_(there).first).to_be_visible()
        if await there.count() > 0:
            return
    pytest.fail("the page did not get there")


async def test_the_first_message_survives_a_cut_at_each_step_of_registering(house: House, visit: Visit) -> None:
    """Also the cut after which the account is there and the page has not heard of it: one account, one enquiry."""
    start = await visit("/", locale="de-DE", size=PHONE)
    page, scissors = Reading(start, "de"), Scissors()
    await scissors.lie_beside(start.context)
    await page.link("start_write").click()
    await page.heading("topic_title")
    scissors.cutting = True
    await start.get_by_role("button", name="Trauer", exact=True).click()
    await page.field("postal_label").fill("48143")
    agency = page.link("agency_write")
    await press_until(page, page.button("go_on").click, agency)
    await agency.click()
    await page.field("write_label").fill(LINE)
    await press_until(page, page.button("try_again").click, start.get_by_role("checkbox"))
    await page.consents()
    await page.button("go_on").click()
    await page.heading("name_title")
    await page.field("name_label").fill("tunnelblick")
    await page.field("password_label").fill(PASSWORD)
    sent = start.get_by_role("heading", level=1, name=page.says("sent_title"))
    await press_until(page, page.button("name_send").click, sent)
    for path in ("/api/shares", "/api/registration", "/api/enquiries"):
        assert scissors.cut(path) == 2
    scissors.cutting = False
    # The code belongs to the account that was made in the dark.
    await page.keep_code()
    await page.link("sent_open").click()
    await page.sees(LINE)
    account = "(SELECT id FROM accounts WHERE name = 'tunnelblick')"
    assert house.read_from_database(f"SELECT count(*) FROM threads WHERE client_id = {account}") == 1


async def test_a_time_is_booked_once_though_the_network_goes_at_each_step(house: House, visit: Visit) -> None:
    """The time that was kept without the page hearing of it is not said to be taken by somebody else."""
    async with talking(house, "bahnsteig", "ebbers", "family", "48147") as talk:
        await talk.answered()
        thread = await visit("/login", locale="de-DE", size=PHONE)
        page, scissors = Reading(thread, "de"), Scissors()
        await scissors.lie_beside(thread.context)
        await page.log_in(talk.client.name, PASSWORD)
        await page.open_only_thread()
        await page.sees(FIRST_WORDS)
        scissors.cutting = True
        await page.link("book_link").click()
        await page.heading("book_title")
        slots = thread.get_by_role("button").filter(has=thread.locator("time"))
        await press_until(page, page.button("try_again").click, slots.first)
        await press_until(page, slots.first.click, page.text("book_chosen"))
        assert scissors.cut("/holds") == 2
        done = thread.get_by_role("heading", level=1, name=page.says("book_done"))
        await press_until(page, page.button("book_button").click, done)
        assert scissors.cut("/appointments") >= 2
        scissors.cutting = False
        booked = "SELECT count(*) FROM reservations WHERE thread = ? AND state = 'booked'"
        assert house.read_from_database(booked, talk.room.id) == 1
