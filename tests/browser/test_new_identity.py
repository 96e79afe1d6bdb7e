"""Somebody knew the password and was logged in: new keys, as the client, the thief and the counsellor meet them."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import ANSWER, FIRST_WORDS, PASSWORD, password_of, talking
from tests.browser.pages import Reading
from tests.browser.test_recovery import NEW, arrive, lose_one_answer
from tests.people import Client
from tests.person_web import Refused

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADDICTION = ("addiction", "48155")


async def to_new_keys(page: Reading) -> None:
    """From the list of conversations, as somebody finds it whose password is known."""
    await page.heading("threads_title")
    await page.link("account_link").click()
    await page.page.get_by_role("link").filter(has_text=page.says("account_stolen_what")).click()
    await page.link("password_stolen_further_link").click()
    await page.heading("new_keys_title")


async def replace(page: Reading, present: str, new: str) -> None:
    """Everything at once."""
    await page.field("password_present").fill(present)
    await page.field("password_new").fill(new)
    await page.button("new_keys_button").click()


@pytest.mark.parametrize("language", ["de", "en"])
async def test_new_keys_shut_out_whoever_was_logged_in_and_alarm_until_compared(
    language: str, house: House, visit: Visit
) -> None:
    """The thief's copy opens nothing that is written afterwards; the counsellor is warned until both have compared."""
    name = f"beklaut-{language}"
    async with talking(house, name, "berger", *ADDICTION) as talk:
        await talk.answered()
        async with Client(name, PASSWORD, house.address, lambda: house.now) as thief:
            await thief.log_in()
            copy = await thief.open(talk.room.id)
            page = await arrive(visit, language, "/login")
            await page.log_in(name, PASSWORD)
            await to_new_keys(page)
            await replace(page, NEW, NEW)
            await page.refused("present_password_wrong")
            await replace(page, PASSWORD, NEW)
            await page.heading("new_keys_done_title")
            await page.keep_code()
            with pytest.raises(Refused, match="session_expired"):
                await copy.read()
            with pytest.raises(Refused, match="wrong_credentials"):
                await thief.log_in()
        await page.link("recover_done_go").click()
        await page.open_only_thread()
        for text in (FIRST_WORDS, ANSWER):
            await page.sees(text)
        await expect(page.page.locator("[data-alarm]")).to_have_count(0)
        await page.reply("Das lesen nur wir.")
    berger = Reading(await visit(f"/thread/{talk.room.id}", locale="de-DE", size=DESKTOP), "de")
    await berger.log_in("berger", password_of("berger"))
    await berger.sees("Das lesen nur wir.")
    await expect(berger.log.get_by_text(berger.says("event_new_identity"))).to_be_visible()
    alarm = berger.page.locator('[data-alarm="new_identity"]')
    await expect(alarm).to_contain_text(berger.says("alarm_identity"))
    await alarm.get_by_role("link").click()
    await berger.button("safety_equal").click()
    await expect(berger.text("safety_verified", name=name)).to_be_visible()
    await berger.link("back").click()
    await berger.sees("Das lesen nur wir.")
    await expect(alarm).to_have_count(0)


async def test_new_keys_whose_answer_got_lost_hold_all_the_same(house: House, visit: Visit) -> None:
    """The page asks with the new login key, and goes on with what was stored, its code included."""
    async with talking(house, "funkloch-drei", "berger", *ADDICTION):
        page = Reading(await visit("/login", locale="en-GB", size=PHONE), "en")
        await page.log_in("funkloch-drei", PASSWORD)
        await to_new_keys(page)
        sent = await lose_one_answer(page.page, "/api/identity", "POST")
        await replace(page, PASSWORD, NEW)
        await page.heading("new_keys_done_title")
        await page.keep_code()
        assert len(sent) == 1
        await page.link("recover_done_go").click()
        await page.open_only_thread()
        await page.sees(FIRST_WORDS)


async def test_a_stolen_password_goes_with_the_key_that_others_seal_to(house: House, visit: Visit) -> None:
    """Every conversation says so in one sentence; the person is the same, so nothing alarms."""
    async with talking(house, "ausgetauscht", "berger", *ADDICTION) as talk:
        await talk.answered()
        page = await arrive(visit, "de", "/login")
        await page.log_in("ausgetauscht", PASSWORD)
        await page.heading("threads_title")
        await page.link("account_link").click()
        await page.page.get_by_role("link").filter(has_text=page.says("account_stolen_what")).click()
        await expect(page.text("password_stolen_key")).to_be_visible()
        await page.field("password_present").fill(PASSWORD)
        await page.field("password_new").fill(NEW)
        await page.button("password_stolen_button").click()
        await expect(page.text("password_stolen_done")).to_be_visible()
        await page.keep_code()
        await talk.desk.read()
        (line,) = [one for one in talk.desk.reader.members.values() if one.role == "client"]
        assert line.kem_seq == 2
        await talk.desk.write("Nur für den neuen Schlüssel.")
    late = await arrive(visit, "de", "/login")
    await late.log_in("ausgetauscht", NEW)
    await late.open_only_thread()
    for text in (FIRST_WORDS, ANSWER, "Nur für den neuen Schlüssel."):
        await late.sees(text)
    await late.reply("Ich lese alles.")
    berger = Reading(await visit(f"/thread/{talk.room.id}", locale="en-GB", size=DESKTOP), "en")
    await berger.log_in("berger", password_of("berger"))
    await berger.sees("Ich lese alles.")
    await expect(berger.log.get_by_text(berger.says("event_key_changed", names="ausgetauscht"))).to_be_visible()
    await expect(berger.page.locator("[data-alarm]")).to_have_count(0)


async def test_a_counsellor_reads_whom_to_ask_for_new_keys_and_what_becomes_of_the_conversations(visit: Visit) -> None:
    """Their keys stand in the agency's list, so that a coordinator signs new ones."""
    nowak = Reading(await visit("/account/stolen", locale="en-GB", size=DESKTOP), "en")
    await nowak.log_in("nowak", password_of("nowak"))
    await nowak.link("password_stolen_further_link").click()
    await nowak.heading("new_keys_title")
    for step in ("staff_keys_ask", "staff_keys_sign", "staff_keys_rooms_not"):
        await expect(nowak.text(step)).to_be_visible()
    await expect(nowak.button("new_keys_button")).to_have_count(0)
