"""Somebody else, on the pages: a counsellor gives a conversation back, and a client goes on without explaining."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import House, Visit
from tests.browser.in_python import FIRST_WORDS, PASSWORD, password_of, talking
from tests.browser.test_waivers import page_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_what_one_counsellor_gives_back_another_takes_and_the_client_may_wish_for_a_third(
    house: House, visit: Visit, language: str
) -> None:
    """Two presses each; the promise stays, and the client's own words are read by whom they chose."""
    async with talking(house, f"wechsel{language}", "berger", "addiction", "48155") as talk:
        room, at = talk.room.id, f"/thread/{talk.room.id}/readers"
        due_at = (await talk.client.thread(room)).due_at
        desk = await page_of(visit, at, "berger", password_of("berger"), language)
        await desk.page.get_by_text(desk.exactly("giveback_title")).click()
        await desk.button("decline_capacity").click()
        await expect(desk.text("readership_left").first).to_be_visible()
        yilmaz = await page_of(visit, f"/inbox/{room}", "yilmaz", password_of("yilmaz"), language)
        await yilmaz.button("enquiry_take").click()
        await yilmaz.sees(FIRST_WORDS)
        client = await page_of(visit, at, talk.client.name, PASSWORD, language)
        await client.button("another_title").click()
        await expect(client.text("another_what")).to_be_visible()
        await client.page.get_by_role("radio", name="Frau Berger").check()
        await client.button("another_button").click()
        await expect(client.page.get_by_text("Frau Berger").first).to_be_visible()
        await expect(client.text("readership_done")).to_be_visible()
        thread = await talk.client.thread(room)
        assert (thread.counsellor_name, thread.due_at) == ("Frau Berger", due_at)
