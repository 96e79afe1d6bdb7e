"""What a person does on the pages, by the words that they read there, in either language."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.async_api import Locator, Page, expect

MESSAGES = Path(__file__).parents[2] / "web" / "messages"


@cache
def words(language: str) -> dict[str, str]:
    """The words of a language, as the pages themselves have them."""
    loaded: dict[str, str] = json.loads((MESSAGES / f"{language}.json").read_text("utf-8"))
    return loaded


@dataclass(slots=True)
class Reading:
    """A page in the eyes of somebody who reads one language. Both forms of address ("du", "Sie") are the same word."""

    page: Page
    language: str

    def says(self, key: str, **given: str) -> re.Pattern[str]:
        """The text under a key, in both forms of address; what is left open by `given` may be anything."""
        texts = [text for name in (key, f"{key}_sie") if (text := words(self.language).get(name))]
        return re.compile("|".join(self._pattern(text, given) for text in texts))

    def exactly(self, key: str) -> re.Pattern[str]:
        return re.compile(f"^({self.says(key).pattern})$")

    @staticmethod
    def _pattern(text: str, given: dict[str, str]) -> str:
        parts = re.split(r"\{(\w+)\}", text)
        return "".join(
            re.escape(given[part]) if index % 2 and part in given else ".+?" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )

    def button(self, key: str) -> Locator:
        return self.page.get_by_role("button", name=self.exactly(key))

    def link(self, key: str) -> Locator:
        return self.page.get_by_role("link", name=self.exactly(key))

    def field(self, key: str) -> Locator:
        return self.page.get_by_role("textbox", name=self.exactly(key))

    def text(self, key: str, **given: str) -> Locator:
        return self.page.get_by_text(self.says(key, **given))

    async def heading(self, key: str) -> None:
        await expect(self.page.get_by_role("heading", level=1, name=self.says(key))).to_be_visible()

    async def refused(self, code: str) -> None:
        """The sentence of a stable code stands on the page."""
        await expect(self.page.get_by_text(self.says(f"error_{code}")).first).to_be_visible()

    # -- the client

    async def choose_agency(self, topic: str, postal_code: str) -> None:
        """From the start page to the agency. `topic` is its name in this language."""
        await self.link("start_write").click()
        await self.heading("topic_title")
        await self.page.get_by_role("button", name=topic, exact=True).click()
        await self.heading("postal_title")
        await self.field("postal_label").fill(postal_code)
        await self.button("go_on").click()
        await self.heading("agency_title")

    async def write(self, text: str) -> None:
        await self.link("agency_write").click()
        await self.heading("write_title")
        await self.field("write_label").fill(text)
        await self.button("go_on").click()
        await self.heading("name_title")

    async def send_as(self, name: str, password: str) -> None:
        await self.field("name_label").fill(name)
        await self.field("password_label").fill(password)
        await self.button("name_send").click()

    async def log_in(self, name: str, password: str) -> None:
        await self.field("name_label").fill(name)
        await self.field("password_label").fill(password)
        await self.button("login_button").click()

    async def open_only_thread(self) -> None:
        await self.heading("threads_title")
        await self.page.locator('a[href^="/thread/"]').first.click()
        await expect(self.log).to_be_visible()

    # -- in a thread

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    async def reply(self, text: str) -> None:
        await self.field("composer_label").fill(text)
        await self.button("composer_send").click()
        await expect(self.log.get_by_text(text)).to_be_visible()

    async def sees(self, text: str) -> None:
        await expect(self.log.get_by_text(text)).to_be_visible()

    async def is_stored(self, text: str) -> None:
        bubble = self.log.get_by_role("listitem").filter(has_text=text)
        await expect(bubble.get_by_text(self.says("delivery_stored"))).to_be_visible()
