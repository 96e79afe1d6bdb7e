"""The public statistics as somebody reads them who has no account, and somebody who works here."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import password_of
from tests.browser.pages import MONTHS, Reading, words

pytestmark = pytest.mark.asyncio(loop_scope="session")
ANKER = "Anker Suchtberatung"


def in_words(month: str, language: str) -> str:
    """As a person says it."""
    year, number = month.split("-")
    return f"{MONTHS[language][int(number) - 1]} {year}"


@pytest.fixture
def counted(house: House) -> str:
    """A month that is over, in which twenty people wrote to Anker, and three to somebody else. Gives its name."""
    month = f"{house.now - timedelta(days=40):%Y-%m}"
    agencies = {
        name: house.read_from_database("SELECT id FROM agencies WHERE name = ?", name)
        for name in (ANKER, "Baumberge Beratung", "Emsufer Beratung Warendorf")
    }
    found = [
        *((ANKER, "addiction", what, minutes, count) for what, minutes, count in (
            ("first", 0, 20), ("kept", 60, 15), ("kept", 600, 4), ("broken", 0, 1),
        )),
        *(("Baumberge Beratung", "debt", what, minutes, 3) for what, minutes in (("first", 0), ("kept", 60))),
        *(("Emsufer Beratung Warendorf", "debt", what, minutes, 30) for what, minutes in (("first", 0), ("kept", 60))),
    ]  # fmt: skip
    for name, topic, what, minutes, count in found:
        house.write_into_database(
            "INSERT INTO tallies VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = excluded.count",
            *(agencies[name], month, topic, what, minutes, count),
        )
    return month


@pytest.mark.parametrize("language", ["de", "en"])
async def test_anybody_can_read_how_promises_are_kept(
    language: str, counted: str, house: House, visit: Visit, tmp_path: Path
) -> None:
    """From the foot of the start page: in short, by agency, each picture with its table, and all of it as a file."""
    locale, size = {"de": ("de-DE", PHONE), "en": ("en-GB", DESKTOP)}[language]
    page = Reading(await visit("/", locale=locale, size=size), language)
    await page.link("statistics_link").click()
    await page.heading("statistics_title")
    share = {"de": "98\u00a0%", "en": "98%"}[language]
    await expect(page.page.locator("dl").get_by_text(share)).to_be_visible()
    picture = page.page.get_by_role("img", name=page.says("statistics_kept"))
    everybody = words(language)["statistics_everybody"]
    await expect(picture).to_have_accessible_name(
        f"{words(language)['statistics_kept']}. {everybody}, {in_words(counted, language)}: {share}"
    )
    kept = page.page.get_by_role("region", name=page.says("statistics_kept"))
    await page.page.get_by_text(page.exactly("statistics_as_table")).first.click()
    await expect(kept.get_by_role("row").nth(1)).to_contain_text("53")
    assert await page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    async with page.page.expect_download() as saving:
        await page.link("statistics_csv").click()
    await (await saving.value).save_as(tmp_path / "statistics.csv")
    assert f"site,,{counted},53,52,60," in (tmp_path / "statistics.csv").read_text("utf-8")


async def test_a_small_group_is_said_to_be_hidden(counted: str, visit: Visit) -> None:
    """Three at one agency: its figures are not shown, and those of one more are not, either."""
    page = Reading(await visit("/statistics", size=PHONE), "en")
    await page.heading("statistics_title")
    await page.page.get_by_label(page.exactly("statistics_of")).select_option("Baumberge Beratung")
    await expect(page.text("statistics_too_few", name="Baumberge Beratung")).to_be_visible()
    told = json.loads(await (await page.page.request.get("/api/statistics")).text())
    hidden = [one["name"] for one in told["agencies"] if one["months"][-1]["first_enquiries"] is None]
    assert len(hidden) == 2


async def test_whoever_works_here_reads_the_same_page(counted: str, visit: Visit) -> None:
    """In the frame that everybody has, and back to the inbox."""
    page = Reading(await visit("/login"), "en")
    await page.log_in("yilmaz", password_of("yilmaz"))
    await page.heading("inbox_title")
    await page.page.evaluate('history.pushState(null, "", "/statistics"); dispatchEvent(new PopStateEvent("popstate"))')
    await page.heading("statistics_title")
    await page.page.get_by_role("link", name="Sprechraum").click()
    await page.heading("inbox_title")
