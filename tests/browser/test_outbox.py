"""What is written without a network: kept where it may be, sent once and in order, and never said to be sent before."""

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, Dialog, Page, Route, expect

from tests.browser.conftest import PHONE, House, Visit
from tests.browser.in_python import FIRST_WORDS, PASSWORD, Talk, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADDICTION = ("addiction", "48155")
_SENDING = re.compile(r"/api/rooms/\w+/messages$")
_ELSEWHERE = re.compile("wikipedia.org")
# Each handshake goes where it is answered like any other request: it fails as behind a proxy that lets none pass.
_NO_WEBSOCKETS = """{
  const Passing = WebSocket;
  window.refused = 0;
  window.WebSocket = class extends Passing {
    constructor(address, ...more) {
      super(String(address).replace("/socket.io/", "/api/health"), ...more);
      window.refused += 1;
    }
  };
}"""
_ROWS = """async (store) => {
  const known = (await indexedDB.databases()).map(({ name }) => name);
  if (!known.includes("sprechraum")) return null;
  const db = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("sprechraum");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const rows = await new Promise((resolve, reject) => {
    const asked = db.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  db.close();
  return rows.map((row) => JSON.stringify({ ...row, sealed: new TextDecoder("latin1").decode(row.sealed) }));
}"""


@dataclass
class Cable:
    """The line of one browser. No WebSocket passes; `up`: requests do; `deaf`: messages arrive, answers do not."""

    up: bool = True
    deaf: bool = False

    async def plug_into(self, context: BrowserContext) -> None:
        await context.add_init_script(_NO_WEBSOCKETS)
        await context.route(re.compile("/api/"), self._request)

    async def _request(self, route: Route) -> None:
        if self.deaf and _SENDING.search(route.request.url):
            await route.fetch()
        if self.up and not self.deaf:
            await route.continue_()
        else:
            await route.abort("connectionfailed")


async def arrive(page: Page, talk: Talk, *, own_device: bool, path: str | None = None) -> Reading:
    """The client logs in and sees the thread, or where else `path` leads."""
    await page.goto(path or f"/thread/{talk.room.id}")
    reading = Reading(page, "de")
    if own_device:
        await page.get_by_label(reading.says("login_own_device")).check()
    await reading.log_in(talk.client.name, PASSWORD)
    if path is None:
        await reading.sees(FIRST_WORDS)
    return reading


async def keeps(page: Page, **rows: int) -> None:
    """So many rows come to lie there, else none: what has been stored is forgotten a moment after the page says so."""
    for store in ("outbox", "drafts"):
        await page.wait_for_function(f"async () => (await ({_ROWS})('{store}')).length === {rows.get(store, 0)}")


async def stands(page: Reading, text: str, delivery: str) -> None:
    bubble = page.log.locator(f'[data-delivery="{delivery}"]').filter(has_text=text)
    await expect(bubble).to_have_count(1)


async def test_what_was_written_without_a_network_outlives_the_page_and_goes_out_once_and_in_order(
    house: House, visit: Visit
) -> None:
    """On one's own device. Meanwhile the room's keys have changed; what was withdrawn is never sent."""
    async with talking(house, "wolkenkuckuck", "berger", *ADDICTION) as talk:
        cable = Cable()
        first = await visit("/", locale="de-DE", size=PHONE)
        await cable.plug_into(first.context)
        page = await arrive(first, talk, own_device=True)
        cable.up = False
        for text in ("Nummer eins", "Nummer zwei", "Nummer drei"):
            await page.reply(text)
            await stands(page, text, "waiting")
        await expect(page.text("delivery_waits_kept").first).to_be_visible()
        third = page.log.locator(".message").filter(has_text="Nummer drei")
        await third.get_by_role("button", name=page.exactly("send_withdraw")).click()
        await expect(third).to_have_count(0)
        await expect(page.field("composer_label")).to_have_value("Nummer drei")
        await keeps(first, drafts=1)
        rows = await first.evaluate(_ROWS, "outbox")
        assert len(rows) == 2
        drafts = await first.evaluate(_ROWS, "drafts")
        assert not any("Nummer" in row or talk.room.id in row for row in rows + drafts)
        # Nothing would be lost, so nothing is asked.
        await first.close(run_before_unload=True)

        await talk.desk.rotate("week")
        cable.up = True
        second = await first.context.new_page()
        page = await arrive(second, talk, own_device=False, path="/threads")
        await page.heading("threads_title")
        await page.open_only_thread()
        await page.is_stored("Nummer eins")
        await page.is_stored("Nummer zwei")
        await expect(page.field("composer_label")).to_have_value("Nummer drei")
        await page.button("composer_send").click()
        await page.is_stored("Nummer drei")
        await keeps(second)
        await talk.desk.read()
        assert talk.desk.texts == [FIRST_WORDS, "Nummer eins", "Nummer zwei", "Nummer drei"]


async def test_a_message_whose_acknowledgement_got_lost_with_the_page_is_not_stored_twice(
    house: House, visit: Visit
) -> None:
    """The new page sends the same envelope and gets the first answer. The quick exit leaves nothing behind."""
    async with talking(house, "himmelsleiter", "berger", *ADDICTION) as talk:
        cable = Cable()
        first = await visit("/", locale="de-DE", size=PHONE)
        await cable.plug_into(first.context)
        page = await arrive(first, talk, own_device=True)
        await talk.counsellor.connect()
        await talk.desk.read()
        await talk.desk.enter()
        cable.deaf = True
        await page.reply("Hört mich jemand?")
        assert await talk.desk.hear() == "Hört mich jemand?"
        await stands(page, "Hört mich jemand?", "waiting")
        await first.close()

        cable.deaf = False
        second = await first.context.new_page()
        page = await arrive(second, talk, own_device=True)
        await page.is_stored("Hört mich jemand?")
        await first.context.route(_ELSEWHERE, lambda route: route.fulfill(body="Something else."))
        await expect(page.log.get_by_text("Hört mich jemand?")).to_have_count(1)
        await keeps(second)
        cable.up = False
        await page.reply("Das bleibt hier.")
        await stands(page, "Das bleibt hier.", "waiting")
        await page.field("composer_label").fill("Das auch.")
        await keeps(second, outbox=1, drafts=1)
        await page.button("quick_exit").click()
        await second.wait_for_url(_ELSEWHERE)
        cable.up = True
        await arrive(second, talk, own_device=True)
        await keeps(second)
        await expect(page.field("composer_label")).to_have_value("")
        await talk.desk.read()
        assert talk.desk.texts == [FIRST_WORDS, "Hört mich jemand?"]


async def test_without_websockets_both_write_and_read_and_a_shared_computer_keeps_nothing(
    house: House, visit: Visit
) -> None:
    """News comes over HTTP. What waits for the network is said to be lost with the page, and the page asks before."""
    async with talking(house, "glasperle", "berger", *ADDICTION) as talk:
        cable = Cable()
        here = await visit("/", locale="de-DE", size=PHONE)
        await cable.plug_into(here.context)
        page = await arrive(here, talk, own_device=False)
        await talk.desk.read()
        async with here.expect_response(re.compile("/api/news$")):
            await talk.desk.write("Ich bin da.")
        await page.sees("Ich bin da.")
        await page.reply("Das ist gut.")
        await page.is_stored("Das ist gut.")
        await talk.desk.read()
        assert talk.desk.texts[-1] == "Das ist gut."
        assert await here.evaluate("window.refused") >= 1
        await expect(page.text("offline")).to_have_count(0)

        cable.up = False
        await page.reply("Hoffentlich geht das hinaus.")
        await stands(page, "Hoffentlich geht das hinaus.", "waiting")
        await expect(page.text("delivery_waits")).to_be_visible()
        asked: list[str] = []

        async def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            await dialog.dismiss()

        here.on("dialog", stay)
        async with here.expect_event("dialog"):
            await here.close(run_before_unload=True)
        assert asked == ["beforeunload"]
        assert await here.evaluate(_ROWS, "outbox") is None
        cable.up = True
        await here.evaluate("dispatchEvent(new Event('online'))")
        await page.is_stored("Hoffentlich geht das hinaus.")
        await talk.desk.read()
        assert talk.desk.texts[-1] == "Hoffentlich geht das hinaus."
