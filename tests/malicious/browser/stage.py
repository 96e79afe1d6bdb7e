"""Pages whose server lies, each logged in once per run: from page to page nothing is loaded anew."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from playwright.async_api import ViewportSize, expect

from tests.api.house import House
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.pages import Reading
from tests.malicious.liar import Liar
from tests.malicious.scene import Scene
from tests.people import Client, Counsellor, Talking

# Leaves the page for another without loading anything: keys stay where they are.
_GO: Final = 'path => { history.pushState(null, "", path); dispatchEvent(new PopStateEvent("popstate")); }'
_TAKE_OUT: Final = "attacks => { globalThis.__without = new Set(attacks); }"


def today() -> datetime:
    """Pages have no clock that a test could move: the house begins with theirs."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True)
class Victim(Reading):
    """Somebody's page, and the words on it."""

    home: str

    async def without(self, *attacks: str) -> None:
        """From now on the page's code does without these defences; without a name it is the product's own again."""
        await self.page.evaluate(_TAKE_OUT, list(attacks))

    async def go(self, path: str) -> None:
        """To another page of the client."""
        await self.page.evaluate(_GO, path)

    async def opens(self, room: str, *without: str) -> None:
        """Leaves whatever is shown, and reads that conversation from its beginning."""
        await self.go(self.home)
        await expect(self.log).to_have_count(0)
        await self.without(*without)
        await self.go(f"/thread/{room}")
        await expect(self.log).to_be_visible()

    async def is_looked_at_again(self) -> None:
        """After another window; then a page asks at once for whatever it may have missed."""
        await self.page.evaluate('document.dispatchEvent(new Event("visibilitychange"))')

    async def alarms(self, code: str, key: str) -> None:
        """Above the conversation stands what is wrong, and what to do about it."""
        alarm = self.page.locator(f'section[role="alert"] [data-alarm="{code}"]')
        await expect(alarm).to_contain_text(self.says(key))
        await expect(alarm).to_contain_text(self.says(f"{key}_todo"))

    async def is_not_alarmed(self) -> None:
        """Nothing at all is said to be wrong."""
        await expect(self.page.locator("[data-alarm], [data-broken]")).to_have_count(0)

    async def does_not_see(self, text: str) -> None:
        """Nowhere on the page, once it shows what it shows instead."""
        await expect(self.page.get_by_text(text)).to_have_count(0)

    async def shows_in_order(self, *texts: str) -> None:
        """One below the other, the last of them last of all messages."""
        texts_shown = self.log.locator(".message .text")
        await expect(texts_shown.last).to_have_text(texts[-1])
        assert (await texts_shown.all_inner_texts())[-len(texts) :] == list(texts)

    async def may_not_write(self) -> None:
        """Nothing goes out before the person has read it and goes on on purpose."""
        await expect(self.button("alarm_go_on")).to_be_visible()
        await expect(self.button("composer_send")).to_be_disabled()

    async def shows_broken(self, reason: str, key: str) -> None:
        """In its place stands that something is not shown, and why."""
        broken = self.log.locator(f'[data-broken="{reason}"]')
        await expect(broken).to_contain_text(self.says(key))
        await broken.locator("summary").click()
        await expect(broken).to_contain_text(self.says(f"{key}_meaning"))

    async def shows_note(self, text: str, code: str, key: str) -> None:
        """The message is shown, with a word about what is odd."""
        bubble = self.log.get_by_role("listitem").filter(has_text=text)
        await expect(bubble.locator(f'[data-alarm="{code}"]')).to_contain_text(self.says(key))


@dataclass(slots=True)
class Stage:
    """`liar` stands before every page; those who play the insiders speak with the house itself, in Python."""

    house: House
    liar: Liar
    visit: Visit
    _clients: dict[str, Client] = field(default_factory=dict)
    _berger: Counsellor | None = None
    _pages: dict[tuple[str, int], Victim] = field(default_factory=dict)

    async def conversation(self, name: str = "nachtfalter") -> Scene:
        """A new one of the same client: an enquiry, taken and answered, both read."""
        scene = Scene(self.house, self.liar)
        scene.client, scene.berger = await self.client(name), await self.counsellor()
        await scene.converse()
        return scene

    async def clients_page(self, name: str = "nachtfalter", tab: int = 1) -> Victim:
        """On a phone, in German."""
        return await self._logged_in(await self.client(name), "de", PHONE, "/threads", tab)

    async def counsellors_page(self) -> Victim:
        """On a desk, in English."""
        return await self._logged_in(await self.counsellor(), "en", DESKTOP, "/inbox")

    async def arrive(self, path: str, language: str = "de", size: ViewportSize = PHONE, home: str = "/") -> Victim:
        """An empty browser."""
        locale = {"de": "de-DE", "en": "en-GB"}[language]
        return Victim(await self.visit(path, locale=locale, size=size), language, home)

    async def _logged_in(self, person: Talking, language: str, size: ViewportSize, home: str, tab: int = 1) -> Victim:
        if (person.name, tab) not in self._pages:
            page = await self.arrive("/login", language, size, home)
            await page.log_in(person.name, person.password)
            await expect(page.page).to_have_url(self.liar.url + home)
            self._pages[person.name, tab] = page
        return self._pages[person.name, tab]

    async def keeps_checkpoint(self, scene: Scene) -> None:
        """The page has written into the vault how far it has read this conversation."""
        client = scene.client
        while True:
            written = self.liar.passed.times("PUT /api/vault")
            vault = client.open_stored(await client.stored_vault(), (await client.keys()).wrap)
            if vault.checkpoint(bytes.fromhex(scene.room.id)) is not None:
                return
            await self.liar.passed.more_often("PUT /api/vault", written)

    async def client(self, name: str = "nachtfalter") -> Client:
        """The same person at a browser that nobody lies to."""
        if name not in self._clients:
            self._clients[name] = await self.house.signed_up(name)
        return self._clients[name]

    async def counsellor(self) -> Counsellor:
        """Frau Berger, at a browser that nobody lies to."""
        if self._berger is None:
            self._berger = await self.house.counsellor("berger")
        return self._berger
