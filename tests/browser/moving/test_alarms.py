"""Whose keys are whose, on the pages: safety numbers, and alarms that hold everything back until the person decides."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from crypto.encoding import flag, u64
from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import PASSWORD, Talk, password_of, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADDICTION = ("addiction", "48155")
NEW_PASSWORD = "acht warme steine am ofen"


async def arrive(visit: Visit, path: str, name: str, password: str, language: str = "en") -> Reading:
    """Somebody logs in and goes to a page of theirs, Germans on their phone."""
    locale, size = {"de": ("de-DE", PHONE), "en": ("en-GB", DESKTOP)}[language]
    page = Reading(await visit(path, locale=locale, size=size), language)
    await page.log_in(name, password)
    return page


async def expects_a_later_key_of(talk: Talk, name: str) -> None:
    """The client's vault knows a later key of a colleague than the agency's list shows."""
    roster = talk.client.rosters.newest(talk.client.vault.ids("root")[0])
    assert roster is not None
    (one,) = [certificate for certificate in roster.certificates if certificate.display_name == name]
    talk.client.vault.keep("person", one.user_id, one.ed_pk, u64(9), bytes(32), flag(False))
    await talk.client.save_vault()


async def test_safety_numbers_are_the_same_everywhere_and_the_mark_outlives_the_log_in(
    house: House, visit: Visit
) -> None:
    """Verified in another browser and in Python, too. Not equal holds everything back, at each log-in, until equal."""
    async with talking(house, "abgleich", "berger", *ADDICTION) as talk:
        await talk.answered()
        await talk.room.read()
        path = f"/thread/{talk.room.id}/safety"
        page = await arrive(visit, path, "abgleich", PASSWORD, "de")
        digits = page.page.get_by_label(page.exactly("safety_digits"))
        (client,) = talk.desk.others
        await expect(digits).to_have_text(talk.desk.safety_number(client.fingerprint).replace(" ", ""))
        await page.text("safety_qr_show").click()
        await expect(page.page.get_by_role("img", name=page.says("safety_qr", name="Frau Berger"))).to_be_visible()
        await page.button("safety_not_equal").click()
        await expect(page.text("safety_not_equal_said", name="Frau Berger")).to_be_visible()
        await page.link("back").click()
        await expect(page.text("alarm_not_equal")).to_be_visible()
        await expect(page.button("composer_send")).to_be_disabled()
        # Nor does logging in anew make them equal.
        again = await arrive(visit, f"/thread/{talk.room.id}", "abgleich", PASSWORD)
        await expect(again.text("alarm_not_equal")).to_be_visible()
        await expect(again.text("alarm_about", names="Frau Berger")).to_be_visible()
        await expect(again.button("composer_send")).to_be_disabled()
        await page.page.locator('[data-alarm="not_equal"]').get_by_role("link").click()
        await page.button("safety_equal_after_all").click()
        await expect(page.text("safety_verified", name="Frau Berger")).to_be_visible()
        await page.link("back").click()
        await expect(page.page.locator("[data-alarm]")).to_have_count(0)
        await page.reply("Wir haben verglichen.")
        elsewhere = await arrive(visit, f"/thread/{talk.room.id}/readers", "abgleich", PASSWORD)
        berger = elsewhere.page.get_by_role("listitem").filter(has_text="Frau Berger")
        await expect(berger).to_contain_text(elsewhere.says("readership_verified"))
        async with talk.client.elsewhere() as client_elsewhere:
            await client_elsewhere.log_in()
            there = await client_elsewhere.open(talk.room.id)
            assert [there.is_verified(one.fingerprint) for one in there.others] == [True]
            assert there.unequal == []


async def test_a_key_that_contradicts_its_pin_is_found_out_when_it_comes_and_holds_every_change_back(
    house: House, visit: Visit
) -> None:
    """T13: not only when the page is opened. Nothing is written or changed until the person decides."""
    async with talking(house, "stichprobe", "berger", *ADDICTION) as talk:
        await expects_a_later_key_of(talk, "Herr Nowak")
        page = await arrive(visit, f"/thread/{talk.room.id}", "stichprobe", PASSWORD, "de")
        await expect(page.text("promise_by")).to_be_visible()
        await expect(page.page.locator("[data-alarm]")).to_have_count(0)
        colleagues = {one.name: one.account_id for one in (await talk.counsellor.staff()).people}
        await talk.desk.read()
        await talk.desk.add_colleague(colleagues["nowak"])
        alarm = page.page.locator('[data-alarm="keys_contradict"]')
        await expect(alarm).to_contain_text(page.says("alarm_keys"))
        await expect(alarm).to_contain_text("Herr Nowak")
        await expect(page.text("alarm_held")).to_be_visible()
        await expect(page.button("composer_send")).to_be_disabled()
        await page.button("readers_title").click()
        await page.link("readership_link").click()
        await expect(page.text("readership_held")).to_be_visible()
        await expect(page.button("readership_close")).to_have_count(0)
        await page.button("alarm_go_on").click()
        await expect(page.button("readership_close")).to_be_visible()
        await page.link("back").click()
        await expect(alarm).to_be_visible()
        await page.reply("Trotzdem.")


async def test_whoever_steps_in_decides_first_about_what_was_found_out(house: House, visit: Visit) -> None:
    """T13: the client has new keys; the page says so, takes nothing, and takes over at the second press."""
    async with talking(house, "kieselstein", "berger", *ADDICTION) as talk:
        await talk.client.renew_identity(NEW_PASSWORD)
        house.pass_time(timedelta(hours=36, minutes=1))
        page = await arrive(visit, f"/inbox/{talk.room.id}/takeover", "yilmaz", password_of("yilmaz"))
        await page.button("takeover_button").click()
        await expect(page.page.locator('[data-alarm="new_identity"]')).to_contain_text(page.says("alarm_identity"))
        await expect(page.text("alarm_not_taken")).to_be_visible()
        await page.button("alarm_take_all_the_same").click()
        await expect(page.log).to_be_visible()
        await expect(page.text("event_new_identity")).to_be_visible()
        # It goes on standing there, and is not asked about twice.
        await expect(page.page.locator('[data-alarm="new_identity"]')).to_be_visible()
        await page.reply("Ich bin jetzt für Sie da.")
