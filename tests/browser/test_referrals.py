"""Going on at another agency, on the pages: a counsellor proposes, the client decides and chooses what goes along."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import House, Visit
from tests.browser.in_python import ANSWER, FIRST_WORDS, PASSWORD, password_of, talking
from tests.browser.test_waivers import page_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_a_client_goes_on_elsewhere_with_what_they_choose_and_the_promise_that_they_had(
    house: House, visit: Visit, language: str
) -> None:
    """What the counsellor wrote stays behind unless it is taken along; the old conversation leads there."""
    async with talking(house, f"umzug{language}", "berger", "addiction", "48155") as talk:
        await talk.answered()
        await talk.room.read()
        due_at = (await talk.room.write("Und weiter?")).due_at
        assert due_at is not None
        at = f"/thread/{talk.room.id}"
        desk = await page_of(visit, f"{at}/readers", "berger", password_of("berger"), language)
        await desk.page.get_by_text(desk.exactly("onward_propose")).click()
        await desk.button("onward_reason_topic").click()
        await expect(desk.text("onward_proposed_counsellor").first).to_be_visible()
        client = await page_of(visit, at, talk.client.name, PASSWORD, language)
        await expect(client.text("onward_because_topic")).to_be_visible()
        await client.link("onward_look").click()
        await client.heading("onward_title")
        await client.page.get_by_role("radio", name=client.exactly("onward_mine")).check()
        await client.field("postal_label").fill("48155")
        await client.button("onward_find").click()
        await client.heading("agency_title")
        await client.promises(due_at)
        await client.link("agency_write").click()
        await expect(client.text("onward_writing")).to_be_visible()
        await expect(client.field("write_label")).to_have_value(f"{FIRST_WORDS}\n\nUnd weiter?")
        await client.button("name_send").click()
        await client.heading("sent_title")
        await client.promises(due_at)
        left = await talk.client.thread(talk.room.id)
        assert left.onward is not None
        assert left.onward_room is not None
        # The page has pinned the new agency.
        await talk.client.log_in()
        there = await talk.client.open(left.onward_room)
        assert there.texts == [f"{FIRST_WORDS}\n\nUnd weiter?"]
        assert ANSWER not in there.texts[0]
        old = await page_of(visit, at, talk.client.name, PASSWORD, language)
        await old.link("onward_open").click()
        await old.sees("Und weiter?")
