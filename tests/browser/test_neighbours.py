"""Other agencies are asked before a promise is broken, on the pages: the client decides, twice."""

import pytest
from playwright.async_api import expect

from chatserver.neighbours.wire import Help, WishForHelp
from tests.browser.conftest import House, Visit
from tests.browser.in_python import FIRST_WORDS, PASSWORD, asking, password_of
from tests.browser.test_waivers import page_of

pytestmark = pytest.mark.asyncio(loop_scope="session")
# The hour itself comes in tests/api/test_neighbours.py: here other conversations would grow old with it.
_DUE = (
    "INSERT INTO clock_events (clock_id, kind, at) "
    "SELECT id, 'help_offered', waiting_since FROM clocks WHERE room = ? AND stopped_at IS NULL"
)


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_a_client_who_waits_goes_to_an_agency_that_is_ready(house: House, visit: Visit, language: str) -> None:
    """They are asked, see who is ready, and send their own words on; the neighbour saw neither them nor the words."""
    async with asking(house, f"knapp{language}", "addiction", "48155") as (client, room):
        due_at = (await client.thread(room.id)).due_at
        assert due_at is not None
        house.write_into_database(_DUE, room.id)
        mine = await page_of(visit, f"/thread/{room.id}", client.name, PASSWORD, language)
        await mine.link("help_look").click()
        await mine.heading("onward_title")
        await mine.button("help_ask").click()
        await expect(mine.text("help_asked")).to_be_visible()
        theirs = await page_of(visit, "/inbox", "okafor", password_of("okafor"), language)
        await expect(theirs.text("help_calls_title")).to_be_visible()
        await expect(theirs.page.get_by_text(FIRST_WORDS)).to_have_count(0)
        await theirs.button("help_calls_ready").first.click()
        await expect(theirs.text("help_calls_said").first).to_be_visible()
        await expect(mine.text("help_ready")).to_be_visible()
        there = mine.page.get_by_role("button", name="Lotsenstelle Münsterland")
        await there.click()
        await expect(mine.field("write_label")).to_have_value(FIRST_WORDS)
        await mine.button("name_send").click()
        await mine.heading("sent_title")
        await mine.promises(due_at)
        await expect(theirs.text("help_calls_title")).to_have_count(0)


async def test_a_client_agrees_beforehand_and_changes_their_mind(house: House, visit: Visit) -> None:
    """Nobody is asked before the hour."""
    async with asking(house, "vorsorge", "addiction", "48155") as (client, room):
        page = await page_of(visit, f"/thread/{room.id}/onward", client.name, PASSWORD, "de")
        await page.button("help_agree").click()
        await expect(page.text("help_agreed")).to_be_visible()
        await page.button("help_unwish").click()
        await expect(page.button("help_agree")).to_be_visible()
        again = await client.browser.post("/api/threads/{room}/help", WishForHelp(room.id, True), Help)
        assert (again.wished, again.due) == (True, False)
