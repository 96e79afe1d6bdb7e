"""A counsellor's appointments, on the page: moved, called off with a reason, and with somebody who did not come."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser.conftest import House, Visit
from tests.browser.in_python import PASSWORD, password_of, talking
from tests.browser.pages import in_words
from tests.browser.test_waivers import page_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINUTE = timedelta(minutes=1)
REASON = "Ich bin krank geworden."


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_an_appointment_is_moved_and_then_called_off_with_a_reason(
    house: House, visit: Visit, language: str
) -> None:
    """The client has the new time at once; the reason is a message that the counsellor has read before sending it."""
    async with talking(house, f"wechsel{language}", "berger", "addiction", "48155") as talk:
        await talk.answered()
        slots = (await talk.client.slots(talk.room.id)).slots
        await talk.client.book(talk.room.id, slots[1])
        desk = await page_of(visit, "/calendar", "berger", password_of("berger"), language)
        await desk.heading("calendar_title")
        line = desk.page.get_by_role("article").filter(has_text=talk.client.name)
        await line.get_by_role("button", name=desk.says("diary_move_what")).click()
        await desk.page.get_by_label(desk.exactly("diary_move_to")).select_option(
            slots[3].starts_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        )
        await line.get_by_role("button", name=desk.exactly("diary_move")).click()
        moved = in_words(slots[3].starts_at, language)
        await expect(desk.text("diary_moved", time=moved)).to_be_visible()
        assert [one.starts_at for one in await talk.client.appointments()] == [slots[3].starts_at]
        await line.get_by_role("button", name=desk.says("diary_cancel_what")).click()
        await expect(desk.text("diary_free")).to_be_visible()
        await desk.field("diary_reason").fill(REASON)
        await desk.button("diary_cancel_write").click()
        await expect(desk.log).to_be_visible()
        written = desk.field("composer_label")
        await expect(written).to_have_value(desk.says("diary_letter", time=moved))
        assert (await talk.client.thread(talk.room.id)).due_at is not None
        await desk.button("composer_send").click()
        await desk.sees(REASON)
        client = await page_of(visit, f"/thread/{talk.room.id}", talk.client.name, PASSWORD, language)
        await client.sees(REASON)
        assert (await talk.client.thread(talk.room.id)).due_at is None


async def test_an_appointment_is_called_off_without_a_word_where_there_is_no_time_for_one(
    house: House, visit: Visit
) -> None:
    """The promise runs all the same; the line says that it was cancelled."""
    async with talking(house, "eilig", "yilmaz", "addiction", "48155") as talk:
        await talk.answered()
        await talk.client.book(talk.room.id, (await talk.client.slots(talk.room.id)).slots[1])
        desk = await page_of(visit, "/calendar", "yilmaz", password_of("yilmaz"), "de")
        line = desk.page.get_by_role("article").filter(has_text=talk.client.name)
        await line.get_by_role("button", name=desk.says("diary_cancel_what")).click()
        await desk.button("diary_cancel_only").click()
        await expect(line.get_by_text(desk.says("appointment_cancelled"))).to_be_visible()
        assert (await talk.client.thread(talk.room.id)).due_at is not None


async def test_who_did_not_come_is_noted_and_taken_back_and_nothing_follows(house: House, visit: Visit) -> None:
    """From the start on, in calm words; the live room is one press away while it can be entered."""
    async with talking(house, "niemand", "berger", "addiction", "48155") as talk:
        await talk.answered()
        booked = await talk.client.book(talk.room.id, (await talk.client.slots(talk.room.id)).slots[1])
        house.set_clock(booked.starts_at - 5 * MINUTE)
        desk = await page_of(visit, "/calendar", "berger", password_of("berger"), "en")
        line = desk.page.get_by_role("article").filter(has_text=talk.client.name)
        await expect(line.get_by_role("link", name=desk.exactly("diary_to_live"))).to_be_visible()
        await expect(line.get_by_role("button", name=desk.exactly("diary_missed"))).to_have_count(0)
        house.set_clock(booked.starts_at + 20 * MINUTE)
        await desk.page.reload()
        await desk.log_in("berger", password_of("berger"))
        await line.get_by_role("button", name=desk.exactly("diary_longer")).click()
        await expect(desk.text("diary_lengthened")).to_be_visible()
        await line.get_by_role("button", name=desk.exactly("diary_missed")).click()
        await expect(desk.text("diary_missed_noted")).to_be_visible()
        await line.get_by_role("button", name=desk.exactly("diary_came")).click()
        await expect(line.get_by_text(desk.says("diary_missed_tag"))).to_have_count(0)
