"""Several agencies for one topic and one place: they are named while the code is typed, and the client chooses."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from chatserver.demo.cast import ANKER, LOTSENSTELLE
from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

AT_LOTSEN = "topic = 'offending' AND agency_id = (SELECT id FROM agencies WHERE name = ?)"


@pytest.fixture
def two_agencies(house: House) -> Iterator[None]:
    """There is no page yet on which an agency takes up a topic."""
    house.write_into_database(
        "INSERT INTO agency_topics (agency_id, topic) SELECT id, 'offending' FROM agencies WHERE name = ?",
        LOTSENSTELLE.name,
    )
    yield
    house.write_into_database(f"DELETE FROM agency_topics WHERE {AT_LOTSEN}", LOTSENSTELLE.name)


@pytest.mark.usefixtures("two_agencies")
@pytest.mark.parametrize(
    ("language", "topic"), [("de", "Straffälligkeit"), ("en", "Offending")], ids=["German", "English"]
)
async def test_of_two_agencies_the_client_chooses_one(visit: Visit, language: str, topic: str) -> None:
    """Both are named, one is shown, and a press shows the other in its place."""
    german = language == "de"
    page = Reading(await visit("/", locale="de-DE" if german else "en-GB", size=PHONE if german else DESKTOP), language)
    await page.link("start_write").click()
    await page.page.get_by_role("button", name=topic, exact=True).click()
    await page.field("postal_label").press_sequentially("481")
    for name in (ANKER.name, LOTSENSTELLE.name):
        await expect(page.page.get_by_role("status").filter(has_text=name)).to_be_visible()
    await page.field("postal_label").press_sequentially("47")
    await page.button("go_on").click()
    await page.heading("agency_title")
    shown = page.page.get_by_role("region").first.get_by_role("heading")
    other = page.page.get_by_role("region", name=page.says("agency_others")).get_by_role("button")
    first, second = await shown.inner_text(), await other.inner_text()
    assert {first, second} == {ANKER.name, LOTSENSTELLE.name}
    await other.click()
    await expect(shown).to_have_text(second)
    await expect(other).to_have_text(first)
