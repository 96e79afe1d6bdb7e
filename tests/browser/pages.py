"""What a person does on the pages, by the words that they read there, in either language."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from chatserver.factors.model import secret_from
from tests.codes import has_app, next_code, set_up

BERLIN = ZoneInfo("Europe/Berlin")
# fmt: off
MONTHS = {
    "de": [
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ],
    "en": [
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ],
}
# fmt: on
DAYS = {
    "de": ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
MESSAGES = Path(__file__).parents[2] / "web" / "messages"


@cache
def words(language: str) -> dict[str, str]:
    """The words of a language, as the pages themselves have them."""
    loaded: dict[str, str] = json.loads((MESSAGES / f"{language}.json").read_text("utf-8"))
    return loaded


def in_words(at: datetime, language: str) -> str:
    """An instant as a person in Münster says it: the test's own opinion, not the page's."""
    there = at.astimezone(BERLIN)
    day, month = DAYS[language][there.weekday()], MONTHS[language][there.month - 1]
    if language == "de":
        return f"{day}, {there.day}. {month}, {there:%H:%M} Uhr"
    return f"{day}, {there.day} {month}, {there.hour % 12 or 12}:{there:%M} {'am' if there.hour < 12 else 'pm'}"


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

    async def promises(self, due_at: datetime) -> None:
        """The page says when there will be an answer at the latest, as a date and a time."""
        await expect(self.text("promise_by", time=in_words(due_at, self.language)).first).to_be_visible()

    async def promises_nothing(self) -> None:
        """Nobody waits."""
        await expect(self.text("promise_by")).to_have_count(0)

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
        await self.consents()
        await self.button("go_on").click()
        await self.heading("name_title")

    async def consents(self) -> None:
        """To what is written there."""
        await self.page.get_by_role("checkbox", name=self.says("consent_agree")).check()

    async def send_as(self, name: str, password: str) -> None:
        await self.field("name_label").fill(name)
        await self.field("password_label").fill(password)
        await self.button("name_send").click()

    async def keep_code(self) -> str:
        """Confirms the recovery code. Gives it."""
        code = await self.retype_code()
        await expect(self.text("recovery_confirmed")).to_be_visible()
        return code

    async def retype_code(self) -> str:
        """Writes the recovery code down and types the two groups that the page asks for. Gives the code."""
        groups = self.page.get_by_role("list", name=self.exactly("recovery_label")).get_by_role("listitem")
        await expect(groups).to_have_count(7)
        code = await groups.locator(".group").all_inner_texts()
        await self.button("recovery_written").click()
        await expect(self.button("recovery_confirm")).to_be_visible()
        for number, group in enumerate(code, 1):
            field = self.page.get_by_role("textbox", name=re.compile(f"^{self._in_place('recovery_group', number)}$"))
            if await field.count() > 0:
                await field.fill(group.lower())
        await self.button("recovery_confirm").click()
        return "-".join(code)

    def _in_place(self, key: str, number: int) -> str:
        return self._pattern(words(self.language)[key], {"number": str(number)})

    async def leave_code(self) -> None:
        """Goes on without one, on purpose."""
        await self.button("recovery_skip").click()
        await self.button("recovery_skip_really").click()

    async def log_in(self, name: str, password: str) -> None:
        """With the second factor, for whoever has one."""
        await self.say_password(name, password)
        if has_app(self.page.url, name):
            await self.heading("factor_title")
            await self.show_code(name)

    async def say_password(self, name: str, password: str) -> None:
        await self.field("name_label").fill(name)
        await self.field("password_label").fill(password)
        await self.button("login_button").click()

    async def show_code(self, name: str) -> None:
        """The code that the person's app shows."""
        await self.field("factor_code_label").fill(next_code(self.page.url, name))
        await self.button("go_on").last.click()

    async def set_up_app(self, name: str) -> list[str]:
        """The first second factor. Gives the spare codes."""
        await self.heading("factor_set_up_title")
        shown = await self.page.locator(".letters").inner_text()
        set_up(self.page.url, name, secret_from(shown.replace(" ", "")))
        await self.field("factor_first_code").fill(next_code(self.page.url, name))
        await self.button("factor_app_button").click()
        await self.heading("factor_spare_title")
        codes = await self.page.get_by_role("list", name=self.exactly("factor_spare_list")).first.inner_text()
        await self.button("factor_spare_kept").click()
        return codes.split()

    async def open_only_thread(self) -> None:
        await self.heading("threads_title")
        await self.page.locator('a[href^="/thread/"]').first.click()
        await expect(self.log).to_be_visible()

    # -- in a thread

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    async def come_back(self) -> None:
        """As somebody who looks at the page again: it asks at once, and not at its next round after 20 seconds."""
        await self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    async def reply(self, text: str) -> None:
        await self.field("composer_label").fill(text)
        await self.button("composer_send").click()
        await expect(self.log.get_by_text(text)).to_be_visible()

    async def sees(self, text: str) -> None:
        await expect(self.log.get_by_text(text)).to_be_visible()

    async def is_stored(self, text: str) -> None:
        bubble = self.log.get_by_role("listitem").filter(has_text=text)
        await expect(bubble.get_by_text(self.says("delivery_stored"))).to_be_visible()

    # -- appointments

    async def choose_slot(self, number: int = 0) -> datetime:
        """Has one of the free slots kept, counted from the first that is shown. Gives its start."""
        slot = self.page.get_by_role("button").filter(has=self.page.locator("time")).nth(number)
        starts_at = await slot.locator("time").get_attribute("datetime")
        assert starts_at is not None
        await slot.click()
        await expect(self.text("book_chosen")).to_be_visible()
        return datetime.fromisoformat(starts_at)

    async def book(self, number: int = 0) -> datetime:
        """From the thread to a booked appointment and back to the thread. Gives its start."""
        await self.link("book_link").click()
        await self.heading("book_title")
        starts_at = await self.choose_slot(number)
        await self.button("book_button").click()
        await self.heading("book_done")
        await expect(self.page.get_by_text(in_words(starts_at, self.language))).to_be_visible()
        await self.link("book_to_thread").click()
        await expect(self.log).to_be_visible()
        return starts_at

    # -- the counsellor

    async def section(self, key: str) -> None:
        """Opens a section of the counsellor's pages."""
        sections = self.page.get_by_role("navigation", name=self.exactly("nav_label"))
        await sections.get_by_role("link").filter(has_text=self.says(key)).click()

    def waiting(self, has_text: str | re.Pattern[str]) -> Locator:
        """Lines of the inbox."""
        return self.page.locator("[data-line]").filter(has_text=has_text)

    async def take_newest(self) -> None:
        """Takes the enquiry that came last: it has most time left, so it stands last among the new."""
        await self.heading("inbox_title")
        await self.waiting(self.says("inbox_new")).last.click()
        await self.heading("enquiry_title")
        await self.button("enquiry_take").click()
        await expect(self.log).to_be_visible()
