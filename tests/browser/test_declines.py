"""Not taking an enquiry, on the page: two presses and a reason, and it stands with the others."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import House, Visit
from tests.browser.in_python import asking, password_of
from tests.browser.test_waivers import page_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("language", ["de", "en"], ids=["German", "English"])
async def test_whoever_does_not_take_an_enquiry_says_why_and_sees_it_no_more(
    house: House, visit: Visit, language: str
) -> None:
    """A colleague still does."""
    async with asking(house, f"fremd{language}", "addiction", "48155") as (_, room):
        berger = await page_of(visit, f"/inbox/{room.id}", "berger", password_of("berger"), language)
        yilmaz = await page_of(visit, f"/inbox/{room.id}", "yilmaz", password_of("yilmaz"), language)
        await berger.page.get_by_text(berger.exactly("decline_title")).click()
        await expect(berger.text("decline_what")).to_be_visible()
        await berger.button("decline_conflict").click()
        await berger.heading("inbox_title")
        await expect(berger.page.locator(f'a[href="/inbox/{room.id}"]')).to_have_count(0)
        await yilmaz.heading("enquiry_title")
        await expect(yilmaz.button("enquiry_take")).to_be_visible()
