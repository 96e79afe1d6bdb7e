"""Coming back, on the pages: whoever knows the client sees it, and a colleague sees who is asked first."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import House, Visit
from tests.browser.in_python import password_of, talking
from tests.browser.test_waivers import page_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_client_who_writes_again_is_offered_to_the_same_counsellor(house: House, visit: Visit) -> None:
    """They read that they know the client; a colleague reads with whom the client was, and may take it all the same."""
    async with talking(house, "rueckkehr", "berger", "addiction", "48155") as talk:
        found = await talk.client.find_agency("addiction", "48155")
        room = await talk.client.write_enquiry(found.agency, "addiction", "Wieder ich.")
        line = f'a[href="/inbox/{room.id}"]'
        berger = await page_of(visit, "/inbox", "berger", password_of("berger"), "de")
        await expect(berger.page.locator(line).get_by_text(berger.says("inbox_known"))).to_be_visible()
        yilmaz = await page_of(visit, f"/inbox/{room.id}", "yilmaz", password_of("yilmaz"), "en")
        await expect(yilmaz.page.get_by_text("was with Frau Berger").first).to_be_visible()
        await expect(yilmaz.button("enquiry_take")).to_be_enabled()
