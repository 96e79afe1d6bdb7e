"""An agency from nothing: an empty server, a link from the command line, and then people with browsers.

No demonstration, no key from a file: root, rosters and duty keys are made and signed in the pages.
"""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import staff
from tests.browser.conftest import DESKTOP, PHONE, Visit, serving, visiting
from tests.browser.pages import Reading
from tests.browser.staff import Paper, Worker
from tests.ports import free_port

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGENCY = "Haus am Wehr"
BERGER = Worker("Frau Berger", "berger", "sieben lampen im garten")
YILMAZ = Worker("Herr Yilmaz", "yilmaz", "acht stille boote am kai")
DEMIR = Worker("Frau Demir", "demir", "neun rote drachen am see")
YILMAZ_ANEW = Worker("Herr Yilmaz", "yilmaz-neu", "elf runde kiesel im fluss")
CLIENT = ("nachtfalter", "drei leise eulen im dachstuhl")
ENQUIRY = "Ich weiß nicht, wie ich die Miete zahlen soll."
HEIR = "Ich übernehme für Frau Demir. Was steht in dem Brief?"
AFTERWARDS = "Es ist noch ein Brief gekommen."
BACK = "Ich bin mit neuen Schlüsseln wieder da."
ANSWER = "Danke, dass Sie schreiben. Wir sehen uns das zusammen an."


@dataclass(slots=True)
class EmptyHouse:
    """A server without anything, and browsers to visit it with."""

    address: str
    environment: dict[str, str]
    visit: Visit

    async def plan(self, *options: str) -> str:
        """`sprechraum agency create`, as an operator types it beside the running server. Gives the path of the link."""
        created = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chatserver.cli", "agency", "create", *options,
            env=self.environment, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await created.communicate()
        assert created.returncode == 0
        link = said.decode().splitlines()[0]
        assert re.fullmatch(rf"{re.escape(self.address)}/founding#[\w-]{{43}}", link)
        return link.removeprefix(self.address)

    async def arrive(self, path: str, language: str = "de", *, phone: bool = False) -> Reading:
        """Somebody opens a page in an empty browser."""
        locale = "de-DE" if language == "de" else "en-GB"
        return Reading(await self.visit(path, locale=locale, size=PHONE if phone else DESKTOP), language)


@pytest_asyncio.fixture(loop_scope="session")
async def empty_house(tmp_path: Path, chromium: Browser) -> AsyncIterator[EmptyHouse]:
    """`sprechraum serve` in an empty folder."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "SPRECHRAUM_PORT": str(port),
        "SPRECHRAUM_PUBLIC_URL": address,
        "SPRECHRAUM_VAR": str(tmp_path / "var"),
        # Limits count by address: as behind a proxy, everybody has one of their own.
        "SPRECHRAUM_TRUSTED_PROXIES": "127.0.0.1",
    }
    async with serving("serve", environment, address, tmp_path / "server.log"), visiting(address, chromium) as visit:
        yield EmptyHouse(address, environment, visit)


async def test_an_agency_from_nothing_answers_a_client_and_outlives_a_colleague(empty_house: EmptyHouse) -> None:
    """Founding, a second coordinator and a counsellor, an answer, a departure, and new keys."""
    paper, (berger, yilmaz, demir) = await an_agency_of_three(empty_house)
    client = await an_answered_enquiry(empty_house, demir)
    await a_departure(berger, demir)
    await the_client_goes_on(client)
    await a_colleague_goes_on(client, yilmaz)
    anew = await new_keys(empty_house, berger, yilmaz, paper)
    await whoever_has_new_keys_goes_on(client, anew)


async def an_agency_of_three(house: EmptyHouse) -> tuple[Paper, tuple[Reading, Reading, Reading]]:
    """The first coordinator certifies the second with the key from paper, and the second certifies the counsellor."""
    link = await house.plan("--name", AGENCY, "--topics", "debt,general", "--areas", "48143-48167", "--fallback")
    berger = await house.arrive(link)
    paper = await staff.found(berger, BERGER, AGENCY)
    yilmaz = await house.arrive(await staff.invite(berger, YILMAZ.shown, coordinates=True), phone=True)
    number = await staff.accept(yilmaz, YILMAZ, AGENCY)
    await berger.section("nav_inbox")
    await berger.section("nav_team")
    await staff.certify(berger, YILMAZ, number, paper.root)
    await yilmaz.heading("inbox_title")
    await yilmaz.section("nav_team")
    await berger.section("nav_inbox")
    demir = await house.arrive(await staff.invite(yilmaz, DEMIR.shown), "en")
    number = await staff.accept(demir, DEMIR, AGENCY)
    await yilmaz.section("nav_inbox")
    await yilmaz.section("nav_team")
    await staff.certify(yilmaz, DEMIR, number)
    await demir.heading("inbox_title")
    await a_newcomer_is_noticed(berger)
    return paper, (berger, yilmaz, demir)


async def a_newcomer_is_noticed(berger: Reading) -> None:
    """Every colleague sees a certificate that they did not sign, once (T50)."""
    sections = berger.page.get_by_role("navigation", name=berger.exactly("nav_label"))
    await expect(sections.get_by_role("link").filter(has_text=berger.says("nav_team"))).to_contain_text("1")
    await berger.section("nav_team")
    await expect(staff.colleague(berger, DEMIR).get_by_text(berger.says("team_new"))).to_be_visible()
    await expect(staff.colleague(berger, YILMAZ).get_by_text(berger.says("team_new"))).to_have_count(0)


async def an_answered_enquiry(house: EmptyHouse, demir: Reading) -> Reading:
    """A client writes, and reads the answer in another browser."""
    client = await house.arrive("/")
    await client.choose_agency("Schulden", "48155")
    await client.write(ENQUIRY)
    await client.send_as(*CLIENT)
    await client.heading("sent_title")
    await client.page.context.close()
    await demir.take_newest()
    await demir.sees(ENQUIRY)
    await demir.reply(ANSWER)
    client = await house.arrive("/login", phone=True)
    await client.log_in(*CLIENT)
    await client.open_only_thread()
    await client.sees(ANSWER)
    return client


async def a_departure(berger: Reading, demir: Reading) -> None:
    """One guided action: revoked, a new duty key for those who stay, and the conversation goes to a colleague."""
    await berger.page.get_by_role("link", name=berger.says("team_leave_whom", name=DEMIR.shown)).click()
    await berger.heading("leave_title")
    await berger.page.get_by_role("combobox").select_option(label=YILMAZ.shown)
    await berger.page.get_by_role("button", name=berger.says("leave_button", name=DEMIR.shown)).click()
    await berger.heading("leave_done_title")
    await berger.link("leave_done_next").click()
    await expect(staff.colleague(berger, DEMIR)).to_have_count(0)
    await demir.heading("expired_title")


async def the_client_goes_on(client: Reading) -> None:
    """The client's page replaces the old duty key before it writes, so that whoever left reads nothing new (T41)."""
    await client.reply(AFTERWARDS)
    await client.is_stored(AFTERWARDS)


async def a_colleague_goes_on(client: Reading, yilmaz: Reading) -> None:
    """Whom it was handed to takes the conversation, reads it from its beginning, and answers; the client reads it."""
    await yilmaz.section("nav_inbox")
    await yilmaz.waiting(yilmaz.says("inbox_takeover")).click()
    await yilmaz.heading("takeover_title")
    await yilmaz.button("takeover_button").click()
    for text in (ENQUIRY, ANSWER, AFTERWARDS):
        await yilmaz.sees(text)
    await yilmaz.reply(HEIR)
    await yilmaz.is_stored(HEIR)
    await client.sees(HEIR)


async def new_keys(house: EmptyHouse, berger: Reading, yilmaz: Reading, paper: Paper) -> Reading:
    """One guided action: a link, the number compared, one signature; from then on the old keys open nothing."""
    await berger.page.get_by_role("link", name=berger.says("team_renew_whom", name=YILMAZ.shown)).click()
    await berger.heading("renew_title")
    await berger.button("renew_link_button").click()
    link = await berger.field("team_link_label").first.input_value()
    anew = await house.arrive("/invitation" + link.partition("/invitation")[2], "en")
    number = await staff.accept(anew, YILMAZ_ANEW, AGENCY)
    await berger.button("renew_look").click()
    card = berger.page.locator("form.card")
    await expect(card).to_be_visible()
    assert await staff.number_in(card) == number
    await card.get_by_role("textbox", name=berger.exactly("team_root_label")).fill(" ".join(paper.root))
    await card.get_by_role("button", name=berger.says("renew_button", name=YILMAZ.shown)).click()
    await berger.heading("renew_done_title")
    await yilmaz.heading("expired_title")
    await anew.heading("inbox_title")
    return anew


async def whoever_has_new_keys_goes_on(client: Reading, anew: Reading) -> None:
    """Under another login and other keys, in the same conversation, read from its beginning."""
    await anew.waiting(anew.says("inbox_takeover")).click()
    await anew.heading("takeover_title")
    await anew.button("takeover_button").click()
    for text in (ENQUIRY, ANSWER, AFTERWARDS, HEIR):
        await anew.sees(text)
    await anew.reply(BACK)
    await anew.is_stored(BACK)
    await client.sees(BACK)
