"""A group from its announcement to its end, as the counsellor and one who comes see it."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import PASSWORD, password_of, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

TO_THREADS = "history.pushState(null, '', '/threads'); dispatchEvent(new PopStateEvent('popstate'))"
TITLE = "Wenn Eltern sich trennen"


async def announce(desk: Reading) -> None:
    """By the form, at the first time that it offers."""
    await desk.heading("inbox_title")
    await desk.section("nav_calendar")
    await desk.link("groups_title").click()
    await desk.heading("groups_title")
    await desk.button("led_announce").click()
    await desk.field("led_name").fill(TITLE)
    await desk.button("led_button").click()
    await expect(desk.text("led_announced", title=TITLE)).to_be_visible()


async def test_a_group_is_announced_joined_left_and_called_off(house: House, visit: Visit) -> None:
    """The rules stand before the seat; a name is had once; who has a seat is told when nothing comes of it."""
    async with talking(house, "uferlaeufer", "lohmann", "family", "48147") as talk:
        await talk.answered()
        desk = Reading(await visit("/login", size=DESKTOP), "en")
        await desk.log_in("lohmann", password_of("lohmann"))
        await announce(desk)
        page = Reading(await visit("/login", locale="de-DE", size=PHONE), "de")
        await page.log_in(talk.client.name, PASSWORD)
        await page.heading("threads_title")
        await page.link("groups_link").click()
        await page.heading("groups_title")
        await page.page.get_by_role("link", name=page.says("group_look_what", title=TITLE)).click()
        await expect(page.page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
        await expect(page.page.get_by_role("region", name=page.exactly("group_rules"))).to_be_visible()
        await page.field("group_name_label").fill("frau lohmann")
        await page.button("group_take").click()
        await page.refused("group_name_taken")
        await page.field("group_name_label").fill("Seerose")
        await page.button("group_take").click()
        await expect(page.text("group_you_are", name="Seerose")).to_be_visible()
        await page.button("group_leave").click()
        await page.button("group_leave_yes").click()
        await expect(page.text("group_you_are")).to_have_count(0)
        await page.field("group_name_label").fill("Teichrose")
        await page.button("group_take").click()
        await expect(page.page.get_by_role("listitem").get_by_text("Teichrose")).to_be_visible()
        await desk.section("nav_calendar")
        await desk.link("groups_title").click()
        await expect(desk.page.get_by_role("listitem").get_by_text("Teichrose")).to_be_visible()
        await desk.page.get_by_role("button", name=desk.says("led_cancel_what", title=TITLE)).click()
        await desk.button("led_cancel_yes").click()
        await expect(desk.text("group_cancelled")).to_be_visible()
        await page.page.evaluate(
            "history.pushState(null, '', '/threads'); dispatchEvent(new PopStateEvent('popstate'))"
        )
        await page.heading("threads_title")
        await expect(page.text("news_group_cancelled")).to_be_visible()
        await expect(
            page.page.get_by_role("article", name=TITLE).get_by_text(page.says("group_cancelled"))
        ).to_be_visible()
