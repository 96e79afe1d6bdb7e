"""What stands at the foot of every page, and the consent: before the first message, and back again."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import PASSWORD, asking, password_of
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEGAL = {"legal_imprint": "/imprint", "legal_privacy": "/privacy", "legal_accessibility": "/accessibility"}


@pytest.mark.parametrize("language", ["de", "en"])
async def test_imprint_privacy_and_accessibility_are_on_every_page(language: str, visit: Visit) -> None:
    """For strangers as for counsellors; of a demonstration they say that they are examples."""
    locale, size = {"de": ("de-DE", PHONE), "en": ("en-GB", DESKTOP)}[language]
    page = Reading(await visit("/", locale=locale, size=size), language)
    for key in LEGAL:
        await page.link(key).click()
        await page.heading(key)
        await expect(page.page.get_by_text({"de": "BEISPIEL.", "en": "EXAMPLE."}[language])).to_be_visible()
    desk = Reading(await visit("/login", locale=locale), language)
    await desk.log_in("berger", password_of("berger"))
    await desk.heading("inbox_title")
    for key, path in LEGAL.items():
        await expect(desk.link(key)).to_have_attribute("href", path)


async def test_who_withdraws_writes_no_more_until_they_agree_again(house: House, visit: Visit) -> None:
    """The thread says why; everything that was written can still be read."""
    async with asking(house, "widerruft", "addiction", "48155") as (client, room):
        page = Reading(await visit("/login", locale="de-DE", size=PHONE), "de")
        await page.log_in(client.name, PASSWORD)
        await page.link("account_link").click()
        await page.page.get_by_role("link", name=page.says("consent_title")).click()
        await page.heading("consent_title")
        await page.button("consent_withdraw").click()
        await expect(page.text("consent_what_then")).to_be_visible()
        await page.button("consent_withdraw_really").click()
        await expect(page.text("consent_withdrawn")).to_be_visible()
        await page.page.goto(f"/thread/{room.id}")
        await page.log_in(client.name, PASSWORD)
        await expect(page.text("consent_thread_withdrawn")).to_be_visible()
        await page.sees(room.texts[0])
        await expect(page.field("composer_label")).to_have_count(0)
        await page.link("consent_title").click()
        await page.button("consent_give").click()
        await expect(page.text("consent_since")).to_be_visible()
        await page.page.go_back()
        await page.reply("Ich bin wieder da.")
