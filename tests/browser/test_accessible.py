"""Every page of every role before axe-core, in light and in dark, on the narrowest screen and on a wide one.

Rules of WCAG 2.2, levels A and AA, with target sizes. Reflow: at 320 px nothing is cut off and nothing scrolls sideways
(success criterion 1.4.10), which is the same as 1280 px at 400 %.
"""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from chatserver.demo.cast import ANKER
from tests.browser.conftest import House, Visit
from tests.browser.in_python import PASSWORD, asking, password_of, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = (Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
LOOK = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`));
}"""
# What stands out of the screen, by its own words; what scrolls inside a box of its own may.
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest("[data-scrolls]"))
  .map((one) => `wide: ${one.outerHTML.slice(0, 120)}`).slice(0, 3)"""

PUBLIC = [
    "/",
    "/topic",
    "/login",
    "/recover",
    "/statistics",
    "/imprint",
    "/privacy",
    "/accessibility",
    "/invitation",
    "/founding",
]
OF_EVERYBODY = ["/account", "/account/password", "/account/stolen", "/account/keys", "/account/code",
                "/account/notices", "/account/sessions"]  # fmt: skip
OF_CLIENTS = [*OF_EVERYBODY, "/account/consent", "/account/holdings", "/groups", "/threads", "/account/delete",
              "/thread/{room}", "/thread/{room}/book",
              "/thread/{room}/safety", "/thread/{room}/readers", "/thread/{room}/onward", "/thread/{room}/delete",
              "/appointment/{appointment}/move"]  # fmt: skip
OF_COUNSELLORS = [*OF_EVERYBODY, "/account/factors", "/account/holdings", "/calendar/groups", "/inbox",
                  "/inbox/{new}", "/inbox/{room}/danger", "/threads",
                  "/thread/{room}", "/thread/{room}/protection", "/calendar", "/calendar/kinds", "/absences",
                  "/notices", "/team"]  # fmt: skip
OF_COORDINATORS = ["/board", "/team", "/team/root", "/team/terms", "/team/profile", "/team/places", "/team/log",
                   "/waivers", "/procedure"]  # fmt: skip


async def go(page: Page, path: str) -> None:
    """Within the page: a new one would have to log in."""
    await page.evaluate(
        "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path
    )
    await expect(page.locator("h1").first).to_be_visible()
    assert await page.evaluate("location.pathname") == path


async def complaints(page: Page, path: str) -> list[str]:
    """Everything that is wrong there."""
    found: list[str] = []
    for theme, size in (("light", (320, 640)), ("dark", (1280, 900))):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        await page.wait_for_load_state("networkidle")
        seen = [*await page.evaluate(WIDE), *await page.evaluate(LOOK)]
        found += [f"{path} {theme} {size[0]} px: {one}" for one in seen]
    return found


async def walk(page: Page, paths: list[str], **names: str) -> None:
    """Looks at all of them before it complains."""
    await page.evaluate(AXE)
    found: list[str] = []
    for path in paths:
        await go(page, path.format(**names))
        found += await complaints(page, path)
    assert found == []


async def test_public_pages(visit: Visit) -> None:
    """What anybody sees without an account."""
    await walk(await visit("/"), PUBLIC)


async def test_the_steps_of_a_first_enquiry(visit: Visit) -> None:
    """Each as it stands when somebody has come so far."""
    reading = Reading(await visit("/", locale="de-DE"), "de")
    page = reading.page
    await page.evaluate(AXE)
    found: list[str] = []
    await reading.choose_agency("Sucht", "48147")
    found += await complaints(page, "agency or write")
    await reading.write("Ich weiß nicht weiter.")
    found += await complaints(page, "name")
    await reading.send_as("barrierefrei", PASSWORD)
    await reading.heading("sent_title")
    found += await complaints(page, "sent")
    assert found == []


async def test_pages_of_clients(house: House, visit: Visit) -> None:
    """With a conversation, an answer and an appointment."""
    async with talking(house, "sperling", "berger", "addiction", "48147") as talk:
        await talk.answered()
        slot = (await talk.client.slots(talk.room.id)).slots[3]
        booked = await talk.client.book(talk.room.id, slot)
        reading = Reading(await visit("/login", locale="de-DE"), "de")
        await reading.log_in(talk.client.name, PASSWORD)
        await reading.heading("threads_title")
        await walk(reading.page, OF_CLIENTS, room=talk.room.id, appointment=booked.id)


async def test_pages_of_counsellors(house: House, visit: Visit) -> None:
    """With an inbox in which somebody waits, and a conversation."""
    async with (
        talking(house, "zaunkoenig", "berger", "addiction", "48147") as talk,
        asking(house, "rotkehlchen", "addiction", "48147") as (_, new),
    ):
        await talk.answered()
        reading = Reading(await visit("/login"), "en")
        await reading.log_in("berger", password_of("berger"))
        await reading.heading("inbox_title")
        await walk(reading.page, OF_COUNSELLORS, room=talk.room.id, new=new.id)


async def test_pages_of_coordinators(visit: Visit) -> None:
    """Those that only they have."""
    reading = Reading(await visit("/login", locale="de-DE"), "de")
    await reading.log_in(ANKER.coordinator.name, ANKER.coordinator.password)
    await reading.heading("inbox_title")
    await walk(reading.page, OF_COORDINATORS)


async def test_easy_language_is_chosen_on_the_first_page_and_left_again(visit: Visit) -> None:
    """Short sentences, marked as what they are; what has none is said in German."""
    page = await visit("/", locale="de-DE")
    await page.get_by_role("button", name="Leichte Sprache").click()
    await expect(page.get_by_role("heading", name="Schreiben Sie uns.")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "de-simple"
    await walk(page, ["/", "/topic"])
    await page.get_by_role("button", name="Deutsch").click()
    await expect(page.get_by_role("heading", name="Worum geht es?")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "de"
