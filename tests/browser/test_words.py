"""Messages about messages, between a page and Python: edits, deletions, read marks, and what was no answer."""

import pytest
from playwright.async_api import Locator, expect

from crypto import Contest, Read
from tests.api.test_journal import openings
from tests.browser.conftest import PHONE, House, Visit
from tests.browser.in_python import ANSWER, FIRST_WORDS, PASSWORD, Talk, talking
from tests.browser.pages import Reading
from tests.person_room import Room
from tests.person_words import Shown

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADDICTION = ("addiction", "48155")
_HIDE = """hidden => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => hidden ? "hidden" : "visible" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


async def clients_page(visit: Visit, talk: Talk, language: str = "en") -> Reading:
    """The client on a phone, in the conversation."""
    locale = {"de": "de-DE", "en": "en-GB"}[language]
    page = Reading(await visit(f"/thread/{talk.room.id}", locale=locale, size=PHONE), language)
    await page.log_in(talk.client.name, PASSWORD)
    await page.sees(FIRST_WORDS)
    return page


def bubble(page: Reading, text: str) -> Locator:
    """A message, by what is written in it now."""
    return page.log.get_by_role("listitem").filter(has_text=text)


async def heard(room: Room) -> object:
    """What the next item says that is pushed to this room."""
    await room.hear()
    message = room.verdicts[room.reader.position].message
    return None if message is None else message.body


async def test_what_a_page_edits_and_deletes_python_reads_so_and_the_other_way_round(
    house: House, visit: Visit
) -> None:
    """T28: each changes what is theirs; what the other tries to change stays, and the page says why."""
    async with talking(house, "eintagsfliege", "berger", *ADDICTION) as talk:
        await talk.answered()
        page = await clients_page(visit, talk)
        await page.reply("Das nehme ich zurück.")
        await bubble(page, FIRST_WORDS).get_by_text(page.says("message_more")).click()
        await page.button("message_edit").click()
        await page.field("message_edit_label").fill("Ich weiß jetzt weiter.")
        await page.button("message_edit_save").click()
        await expect(bubble(page, "Ich weiß jetzt weiter.")).to_contain_text(page.says("message_edited"))
        await bubble(page, "zurück").get_by_text(page.says("message_more")).click()
        await page.button("message_delete").click()
        await page.button("message_delete").click()
        await expect(page.log.get_by_text(page.says("message_deleted"))).to_be_visible()
        await talk.desk.read()
        first, answer, last = talk.desk.shown
        assert (first.text, first.changed, last.text, last.changed) == (
            ("Ich weiß jetzt weiter.", "edited", "", "deleted")
        )
        await talk.desk.edit(answer.position, "Danke, dass Sie wieder schreiben.")
        await page.sees("Danke, dass Sie wieder schreiben.")
        await expect(page.log.get_by_text(ANSWER)).to_have_count(0)
        await talk.desk.edit(first.position, "untergeschoben")
        await expect(page.log.locator('[data-broken="target_not_yours"]')).to_be_visible()
        await page.sees("Ich weiß jetzt weiter.")
        await talk.desk.delete(answer.position)
        await expect(page.log.get_by_text(page.says("message_deleted"))).to_have_count(2)
        assert talk.desk.shown[1] == Shown(answer.position, mine=True, text="", changed="deleted")


async def test_reading_confirms_the_tail_and_a_page_that_nobody_sees_reads_nothing(house: House, visit: Visit) -> None:
    """T22: first "not confirmed", then "read"; the page's own mark comes while somebody looks at it."""
    async with talking(house, "leseratte", "berger", *ADDICTION) as talk:
        await talk.counsellor.connect()
        await talk.desk.read()
        await talk.desk.enter()
        first = Reading(await visit("/login", locale="de-DE", size=PHONE), "de")
        await first.page.clock.install()
        await first.log_in(talk.client.name, PASSWORD)
        await first.open_only_thread()
        await first.reply("Liest das jemand?")
        said = bubble(first, "Liest das jemand?")
        await expect(said).to_contain_text(first.says("delivery_unconfirmed"))
        await talk.desk.read()
        await talk.desk.mark_read()
        await expect(said).to_contain_text(first.says("delivery_read"))
        await first.page.evaluate(_HIDE, True)
        answer = (await talk.desk.write(ANSWER)).position
        await first.sees(ANSWER)
        await first.page.clock.fast_forward(10_000)
        await first.reply("Noch etwas.")
        while talk.desk.texts[-1] != "Noch etwas.":
            assert not isinstance(await heard(talk.desk), Read)
        assert talk.desk.read_by_others == 0
        await first.page.evaluate(_HIDE, False)
        await first.page.clock.fast_forward(10_000)
        while talk.desk.read_by_others < answer:
            await talk.desk.hear()


async def test_what_was_no_answer_is_said_to_be_none_and_the_promise_starts_again(house: House, visit: Visit) -> None:
    """T47: contested, claimed by a read mark, and taken back: one press each, and the promise stands there again."""
    async with talking(house, "frageziel", "berger", *ADDICTION) as talk:
        await talk.answered()
        page = await clients_page(visit, talk, "de")
        await page.promises_nothing()
        await page.button("contest_button").click()
        await expect(page.text("promise_by")).to_be_visible()
        await talk.desk.read()
        message = talk.desk.verdicts[talk.desk.reader.position].message
        assert message is not None
        assert message.body == Contest(talk.desk.verdicts[talk.desk.shown[1].position].id)
        assert "contested" in [one.kind for one in await openings(talk.client, talk.room.id)]
        await talk.desk.say(Read(talk.desk.reader.position), "answers")
        await expect(page.text("event_clock_mismatch", names="Frau Berger")).to_be_visible()
        await page.promises_nothing()
        await page.button("reopen_mismatch").click()
        await expect(page.text("promise_by")).to_be_visible()
        await talk.room.read()
        await talk.room.needs_no_answer()
        await page.promises_nothing()
        await page.button("reopen_no_answer").click()
        await expect(page.text("promise_by")).to_be_visible()
        await expect(page.text("event_asks_again")).to_be_visible()


async def test_of_a_long_conversation_the_end_is_shown_first_and_what_is_read_stays_where_it_is(
    house: House, visit: Visit
) -> None:
    """Earlier messages come above it when they are asked for."""
    async with talking(house, "langstreckenlaeufer", "berger", *ADDICTION) as talk:
        await talk.desk.read()
        for number in range(105):
            await talk.desk.write(f"Satz {number}.")
        page = Reading(await visit(f"/thread/{talk.room.id}", size=PHONE), "en")
        await page.log_in(talk.client.name, PASSWORD)
        await page.sees("Satz 104.")
        await expect(page.log.get_by_text(FIRST_WORDS)).to_have_count(0)
        line = page.log.get_by_text("Satz 12.", exact=True)
        await page.button("thread_earlier").scroll_into_view_if_needed()
        before = await line.bounding_box()
        await page.button("thread_earlier").click()
        await expect(page.log.get_by_text(FIRST_WORDS)).to_have_count(1)
        await expect(page.button("thread_earlier")).to_have_count(0)
        after = await line.bounding_box()
        assert before is not None
        assert after is not None
        assert abs(before["y"] - after["y"]) < 10
