"""The promise as people see it on their pages: running out, broken, fulfilled after all, or not needed any more."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, House, Visit
from tests.browser.in_python import FIRST_WORDS, PASSWORD, asking, password_of, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOUR = timedelta(hours=1)
PROMISE = 48 * HOUR


async def at_desk(visit: Visit, name: str) -> Reading:
    """A counsellor, logged in at a desk."""
    page = Reading(await visit("/login"), "en")
    await page.log_in(name, password_of(name))
    await page.heading("inbox_title")
    return page


async def on_the_phone(visit: Visit, name: str, password: str = PASSWORD) -> Reading:
    """A client in the thread, in German."""
    page = Reading(await visit("/login", locale="de-DE", size=PHONE), "de")
    await page.log_in(name, password)
    await page.open_only_thread()
    await page.sees(FIRST_WORDS)
    return page


async def test_nobody_answers_for_48_hours_and_everybody_sees_it(house: House, visit: Visit) -> None:
    """24 h: the counsellor is reminded. 36 h: colleagues, too. 48 h: the client reads that the promise was broken."""
    async with talking(house, "kiebitz", "petrovic", "grief", "48653") as talk:
        due_at = house.now + PROMISE
        client, petrovic, lindner = (
            await on_the_phone(visit, talk.client.name),
            await at_desk(visit, "petrovic"),
            await at_desk(visit, "lindner"),
        )
        for page in (petrovic, lindner):
            await page.section("nav_notices")
            await page.heading("notices_title")
        house.pass_time(24 * HOUR)
        await expect(petrovic.text("notice_reply_reminder")).to_be_visible()
        await expect(lindner.text("notices_none")).to_be_visible()
        house.pass_time(12 * HOUR)
        for page in (petrovic, lindner):
            await expect(page.text("notice_reply_escalated").first).to_be_visible()
        await client.promises(due_at)
        house.pass_time(12 * HOUR)
        await expect(client.text("breach")).to_be_visible()
        await client.promises_nothing()
        await petrovic.section("nav_inbox")
        line = petrovic.waiting(talk.client.name)
        await expect(line.get_by_text(petrovic.exactly("inbox_overdue"))).to_be_visible()
        await line.click()
        await petrovic.reply("Es tut mir leid, dass Sie warten mussten.")
        await client.sees("Es tut mir leid, dass Sie warten mussten.")
        await expect(client.text("breach")).to_have_count(0)
        await expect(petrovic.waiting(talk.client.name).get_by_text(petrovic.says("inbox_overdue"))).to_have_count(0)


async def test_the_inbox_is_sorted_by_the_time_that_is_left(house: House, visit: Visit) -> None:
    """Who has waited longest stands first, whoever wrote last."""
    async with asking(house, "girlitz", "grief", "48653") as (_, first):
        house.pass_time(HOUR)
        async with asking(house, "stieglitz", "hospice", "48653") as (_, second):
            page = await at_desk(visit, "sommer")
            both = page.waiting(page.says("inbox_new"))
            await expect(both).to_have_count(2)
            addresses = [await line.get_attribute("href") for line in await both.all()]
            assert addresses == [f"/inbox/{first.id}", f"/inbox/{second.id}"]


async def test_the_live_chat_ends_and_the_client_needs_no_answer(house: House, visit: Visit) -> None:
    """The last word was the client's: the promise runs until the client says that nothing is open."""
    async with talking(house, "wendehals", "kowalczyk", "family", "48231") as talk:
        await talk.answered()
        slots = await talk.client.slots(talk.room.id)
        appointment = await talk.client.book(talk.room.id, slots.slots[0])
        page = await on_the_phone(visit, talk.client.name)
        house.set_clock(appointment.starts_at)
        await talk.counsellor.begin_live_chat(appointment.id)
        await expect(page.text("live_on")).to_be_visible()
        await page.reply("Danke, das hilft mir.")
        await page.is_stored("Danke, das hilft mir.")
        await talk.counsellor.end_live_chat(appointment.id)
        await expect(page.text("no_answer_offer")).to_be_visible()
        await page.promises(house.now + PROMISE)
        await page.button("no_answer_button").click()
        await page.promises_nothing()
        await expect(page.text("no_answer_offer")).to_have_count(0)
        assert (await talk.counsellor.thread(talk.room.id)).due_at is None


async def test_a_login_that_ends_while_somebody_writes_loses_nothing(house: House, visit: Visit) -> None:
    """A week later the page asks for the password; what was sent in vain goes out, what was typed is still there."""
    async with talking(house, "wachtelkoenig", "nguyen", "family", "48231") as talk:
        await talk.answered()
        page = await on_the_phone(visit, talk.client.name)
        house.pass_time(timedelta(days=8))
        await page.field("composer_label").fill("Ich habe lange gezögert.")
        await page.button("composer_send").click()
        await page.heading("expired_title")
        await page.log_in(talk.client.name, PASSWORD)
        await page.is_stored("Ich habe lange gezögert.")
        await page.promises(house.now + PROMISE)
    async with talk.counsellor.elsewhere() as nguyen:
        await nguyen.log_in()
        assert (await nguyen.open(talk.room.id)).texts[-1] == "Ich habe lange gezögert."
