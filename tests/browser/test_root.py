"""The sheet with an agency's root is lost or stolen: the second sheet takes its place, and nobody is blocked."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from chatserver.demo.cast import TORHAUS
from tests.browser import staff
from tests.browser.conftest import PHONE, House, Visit
from tests.browser.in_python import FIRST_WORDS, PASSWORD, talking
from tests.browser.pages import Reading
from tests.browser.staff import Paper

pytestmark = pytest.mark.asyncio(loop_scope="session")

COORDINATOR = TORHAUS.coordinator


def paper_of(var: Path) -> Paper:
    """What the demonstration has written instead of printing it."""
    text = (var / "paper" / f"{TORHAUS.name.lower().replace(' ', '-')}.txt").read_text("utf-8")
    root, successor = (
        re.findall("[0-9a-f]{4}", "".join(re.findall(rf"{name}.*: +([0-9a-f ]+)", text)).replace(" ", ""))
        for name in ("Root key", "Successor")
    )
    return Paper(root, successor)


async def to_the_root(visit: Visit, language: str) -> Reading:
    """The coordinator, on the page for a sheet that is gone."""
    page = Reading(await visit("/login", locale="de-DE" if language == "de" else "en-GB"), language)
    await page.log_in(COORDINATOR.name, COORDINATOR.password)
    await page.section("nav_team")
    await page.link("root_link").click()
    await page.heading("root_title")
    return page


async def replace_root(page: Reading, paper: Paper) -> Paper:
    """From the successor's key to the signature. Gives the new sheets."""
    await page.field("root_key_label").fill(" ".join(paper.successor))
    await page.button("go_on").click()
    printed = await staff.print_sheets(page)
    await staff.retype(page, printed)
    await page.heading("root_sign_title")
    await expect(page.text("root_sign", names=COORDINATOR.display_name)).to_be_visible()
    await page.button("root_sign_button").click()
    await page.heading("root_done_title")
    return printed


async def test_a_stolen_root_and_then_a_lost_one_are_replaced_and_the_conversation_goes_on(
    house: House, visit: Visit
) -> None:
    """The client reads in words what has happened, and writes; the old sheet signs nothing any more."""
    paper = paper_of(house.var)
    async with talking(house, "wurzelwerk", "mensah", "migration", "48431") as talk:
        page = await to_the_root(visit, "de")
        await page.page.get_by_label(page.says("root_reason_stolen")).check()
        await page.field("root_key_label").fill(" ".join(paper.root))
        await page.button("go_on").click()
        await page.refused("successor_key_other")
        second = await replace_root(page, paper)
        assert second.root == paper.successor
        await page.link("root_done_next").click()
        await page.button("team_key_renew").click()
        await page.field("team_root_label").fill(" ".join(paper.root))
        await page.button("team_key_renew").click()
        await page.refused("paper_key_other")
        client = Reading(await visit("/login", locale="de-DE", size=PHONE), "de")
        await client.log_in("wurzelwerk", PASSWORD)
        await client.open_only_thread()
        await client.sees(FIRST_WORDS)
        await expect(client.text("root_replaced_stolen_note", agency=TORHAUS.name)).to_be_visible()
        await expect(client.page.locator("[data-alarm]")).to_have_count(0)
        await client.reply("Ich schreibe weiter.")
        await client.is_stored("Ich schreibe weiter.")
        page = await to_the_root(visit, "en")
        await replace_root(page, second)
        assert "Ich schreibe weiter." in await talk.desk.read()
        await talk.desk.write("Und ich antworte.")
        await client.sees("Und ich antworte.")
