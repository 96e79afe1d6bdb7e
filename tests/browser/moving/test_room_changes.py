"""Who can read a conversation, changed by the people in it, in browsers: what each of them sees, and what they read."""

from datetime import timedelta

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import ANSWER, FIRST_WORDS, PASSWORD, password_of, talking
from tests.browser.pages import Reading
from tests.person_web import Refused

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADDICTION = ("addiction", "48155")


async def at(visit: Visit, name: str, password: str, path: str, *, size: ViewportSize = DESKTOP) -> Reading:
    """Somebody goes to a page of theirs, and is asked to log in first."""
    reading = Reading(await visit(path, locale="en-GB", size=size), "en")
    await reading.log_in(name, password)
    return reading


async def decide(page: Reading, title: str, confirm: str, **given: str) -> None:
    """Opens a decision, and takes it."""
    await page.page.get_by_role("button", name=page.says(title, **given)).first.click()
    await page.page.locator("form:visible").get_by_role("button", name=page.says(confirm, **given)).click()
    await expect(page.text("readership_done")).to_be_visible()


async def test_a_client_switches_the_standby_off_and_on_and_removes_a_counsellor(house: House, visit: Visit) -> None:
    """Each says beforehand what it means, stands in the conversation, and holds."""
    async with talking(house, "kastanie", "berger", *ADDICTION) as talk:
        await talk.answered()
        client = await at(visit, "kastanie", PASSWORD, f"/thread/{talk.room.id}/readers", size=PHONE)
        await client.heading("readership_title")
        await expect(client.page.get_by_text("Frau Berger").first).to_be_visible()
        await decide(client, "readership_standby_off", "readership_standby_off_button")
        await expect(client.text("readership_alone")).to_be_visible()
        await decide(client, "readership_standby_on", "readership_standby_on_button")
        await expect(client.text("readership_standby")).to_be_visible()
        await decide(client, "readership_remove", "readership_remove", name="Frau Berger")
        await client.page.get_by_role("link", name=client.exactly("back")).click()
        for event in ("event_standby_off", "event_standby_on", "event_left_by"):
            await expect(client.log.get_by_text(client.says(event))).to_be_visible()
        with pytest.raises(Refused, match="not_found"):
            await talk.desk.read()


async def test_a_colleague_with_the_history_reads_it_and_one_without_does_not(house: House, visit: Visit) -> None:
    """What was written before somebody joined is theirs only if it was granted (T19)."""
    async with talking(house, "holunder", "berger", *ADDICTION) as talk:
        await talk.room.read()
        await talk.room.standby_off()
        await talk.answered()
        berger = await at(visit, "berger", password_of("berger"), f"/thread/{talk.room.id}/readers")
        for colleague, history in (
            ("Herr Yilmaz", "readership_add_everything"),
            ("Herr Nowak", "readership_add_from_now"),
        ):
            await berger.page.get_by_role("button", name=berger.exactly("readership_add")).click()
            await berger.page.get_by_label(colleague).check()
            await berger.page.get_by_label(berger.says(history)).check()
            await berger.button("readership_add_button").click()
            # Only once it has closed does a press on its title open it again.
            await expect(berger.button("readership_add_button")).to_have_count(0)
            await expect(berger.page.get_by_role("listitem").filter(has_text=colleague)).to_be_visible()
        yilmaz = await at(visit, "yilmaz", password_of("yilmaz"), f"/thread/{talk.room.id}")
        await yilmaz.sees(ANSWER)
        nowak = await at(visit, "nowak", password_of("nowak"), f"/thread/{talk.room.id}")
        await expect(nowak.log.get_by_text(nowak.says("event_joined_with_history"))).to_be_visible()
        await expect(nowak.log.get_by_text(ANSWER)).to_have_count(0)
        await talk.desk.read()
        await talk.desk.edit(talk.desk.shown[-1].position, "Danke für Ihre Offenheit.")
        await yilmaz.sees("Danke für Ihre Offenheit.")
        await expect(nowak.log.locator('[data-broken="target_unseen"]')).to_contain_text(nowak.says("broken_target"))
        await talk.room.read()
        await talk.room.write("Ab jetzt zu viert.")
        for one in (yilmaz, nowak):
            await one.sees("Ab jetzt zu viert.")


async def test_after_36_hours_a_colleague_steps_in_and_the_client_reads_it_in_plain_words(
    house: House, visit: Visit
) -> None:
    """The page says beforehand what the client will read; the promise stays."""
    async with talking(house, "weidenkatz", "berger", *ADDICTION) as talk:
        due_at = talk.room.due_at
        assert due_at is not None
        client = await at(visit, "weidenkatz", PASSWORD, f"/thread/{talk.room.id}", size=PHONE)
        await client.sees(FIRST_WORDS)
        house.pass_time(timedelta(hours=36, minutes=1))
        yilmaz = await at(visit, "yilmaz", password_of("yilmaz"), "/inbox")
        await yilmaz.page.locator(f'a[href="/inbox/{talk.room.id}/takeover"]').click()
        await yilmaz.heading("takeover_title")
        await expect(yilmaz.text("takeover_why_late", name="Frau Berger")).to_be_visible()
        await expect(yilmaz.text("event_taken_over_late", others="Frau Berger")).to_be_visible()
        await yilmaz.button("takeover_button").click()
        await yilmaz.sees(FIRST_WORDS)
        said = client.says("event_taken_over_late", others="Frau Berger", names="Herr Yilmaz")
        await expect(client.log.get_by_text(said)).to_be_visible()
        await client.promises(due_at)
        await yilmaz.reply("Ich bin jetzt für Sie da.")
        await client.sees("Ich bin jetzt für Sie da.")
        await client.promises_nothing()


async def test_a_live_chat_begins_with_fresh_keys_and_an_empty_browser_reads_both_sides_of_it(
    house: House, visit: Visit
) -> None:
    """Whoever begins it renews the keys, once."""
    async with talking(house, "sturmvogel", "berger", *ADDICTION) as talk:
        await talk.answered()
        slot = (await talk.client.slots(talk.room.id)).slots[0]
        await talk.client.book(talk.room.id, slot)
        house.set_clock(slot.starts_at - timedelta(minutes=5))
        berger = await at(visit, "berger", password_of("berger"), f"/thread/{talk.room.id}")
        await berger.button("live_begin").click()
        await expect(berger.log.get_by_text(berger.says("event_keys"))).to_be_visible()
        await berger.reply("Willkommen im Chat.")
        await talk.room.read()
        assert talk.room.reader.epoch == 3
        await talk.room.write("Da bin ich.")
        client = await at(visit, "sturmvogel", PASSWORD, f"/thread/{talk.room.id}", size=PHONE)
        for text in (FIRST_WORDS, ANSWER, "Willkommen im Chat.", "Da bin ich."):
            await client.sees(text)
        await client.reply("Gut, dass Sie da sind.")
        await talk.desk.read()
        assert talk.desk.reader.epoch == 3
