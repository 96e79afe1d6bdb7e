"""A corpus of scripts as message, file name, pseudonym and agency: everything is shown as it was written, nothing runs.

The sender has no page of ours: what a page would refuse to send, others can send all the same.
"""

import re

import pytest
from playwright.async_api import Page

from chatserver.demo.cast import ANKER
from crypto import Introduce
from tests.browser.conftest import House, Visit
from tests.browser.hostile_texts import TEXTS
from tests.browser.in_python import password_of, talking
from tests.browser.pages import Reading
from tests.person_files import FileToSend

pytestmark = pytest.mark.asyncio(loop_scope="session")

IN_NAMES = TEXTS[::6]


def one_line(text: str) -> str:
    """As it can be compared with what stands on a page."""
    return re.sub(r"\s+", " ", text)


async def nothing_ran(page: Page) -> None:
    """Neither a script nor an element of theirs. Breaches of the policy, errors and dialogs are looked at elsewhere."""
    assert await page.evaluate("typeof ran") == "undefined"
    strange = "script:not([src]), iframe, object, embed, base, math, marquee, video, audio, style, [onerror], [onload]"
    assert await page.locator(strange).count() == 0


def listen(page: Page) -> list[str]:
    """The dialogs that something asks for."""
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    return asked


async def test_what_a_client_sends_is_text_for_the_counsellor(house: House, visit: Visit) -> None:
    """Message, name of a file, pseudonym."""
    async with talking(house, "buntspecht", "yilmaz", "addiction", "48147") as talk:
        await talk.room.read()
        for at in range(0, len(TEXTS), 10):
            await talk.room.write("\n".join(TEXTS[at : at + 10]))
        for number, name in enumerate(IN_NAMES):
            await talk.room.send_file(FileToSend(one_line(name).replace("/", "|")[:80] + f"{number}", b"x"))
        await talk.room.say(Introduce("<img src=x onerror=ran=1>"), "none")
        reading = Reading(await visit("/login"), "en")
        asked = listen(reading.page)
        await reading.log_in("yilmaz", password_of("yilmaz"))
        await reading.heading("inbox_title")
        await reading.page.evaluate(
            "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }",
            f"/thread/{talk.room.id}",
        )
        await reading.sees(TEXTS[-3])
        shown = one_line(await reading.log.inner_text())
        assert [one for one in TEXTS if one_line(one) not in shown] == []
        await nothing_ran(reading.page)
        assert asked == []


async def test_what_a_server_says_of_agencies_is_text_for_everybody(house: House, visit: Visit) -> None:
    """A name or a text that is a script: on the pages before anybody has an account."""
    before = house.read_from_database("SELECT about_en FROM agencies WHERE name = ?", ANKER.name)
    said = " ".join(one_line(one) for one in TEXTS)
    house.write_into_database("UPDATE agencies SET about_en = ? WHERE name = ?", said, ANKER.name)
    try:
        reading = Reading(await visit("/"), "en")
        asked = listen(reading.page)
        await reading.choose_agency("Addiction", "48147")
        assert said in one_line(await reading.page.locator("main").inner_text())
        await nothing_ran(reading.page)
        assert asked == []
    finally:
        house.write_into_database("UPDATE agencies SET about_en = ? WHERE name = ?", before, ANKER.name)
