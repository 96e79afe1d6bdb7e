"""A forgotten password, a stolen one, and a vault that the server spoils: as a person meets them on the pages."""

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import PASSWORD, asking
from tests.browser.pages import Reading
from tests.people import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW = "neun grüne gießkannen im regen"
OTHER = "sieben stille leuchttürme am meer"
TEXT = {"de": "Ich trinke jeden Abend, und niemand weiß davon.", "en": "I drink every evening, and nobody knows."}
LOCALES = {"de": ("de-DE", PHONE), "en": ("en-GB", DESKTOP)}
TOPICS = {"de": "Sucht", "en": "Addiction"}


async def arrive(visit: Visit, language: str, path: str) -> Reading:
    """Somebody in an empty browser, Germans on their phone."""
    locale, size = LOCALES[language]
    return Reading(await visit(path, locale=locale, size=size), language)


async def enquire(page: Reading, name: str) -> None:
    """A first enquiry, as far as the page that says it has arrived."""
    await page.choose_agency(TOPICS[page.language], "48155")
    await page.write(TEXT[page.language])
    await page.send_as(name, PASSWORD)
    await page.heading("sent_title")


async def type_code(page: Reading, name: str, code: str) -> None:
    """From the log-in page to the page that asks for the code."""
    await page.link("recover_link").click()
    await page.heading("recover_title")
    await page.field("name_label").fill(name)
    await page.field("recover_code_label").fill(code)
    await page.button("go_on").click()


async def lose_one_answer(page: Page, path: str, method: str) -> list[str]:
    """The next such request reaches the server; its answer never reaches the page. Gives what was sent."""
    sent: list[str] = []

    async def lose(route: Route) -> None:
        if route.request.method != method:
            return await route.continue_()
        sent.append(route.request.post_data or "")
        if len(sent) > 1:
            return await route.continue_()
        await route.fetch()
        return await route.abort()

    await page.route(f"**{path}", lose)
    return sent


@pytest.mark.parametrize("language", ["de", "en"])
async def test_who_forgot_the_password_comes_back_with_the_code(language: str, visit: Visit) -> None:
    """Enquiry, code on paper, empty browser: a new password, a new code, everything readable; the old ones are over."""
    name = f"vergisst-{language}"
    first = await arrive(visit, language, "/")
    await enquire(first, name)
    code = await first.keep_code()
    await expect(first.text("sent_close")).to_be_visible()
    page = await arrive(visit, language, "/login")
    await type_code(page, name, code.lower().replace("-", " "))
    await page.heading("recover_password_title")
    await page.field("password_new").fill(NEW)
    await page.button("recover_button").click()
    await page.heading("recover_done_title")
    assert await page.keep_code() != code
    await page.link("recover_done_go").click()
    await page.open_only_thread()
    await page.sees(TEXT[language])
    late = await arrive(visit, language, "/login")
    await late.log_in(name, PASSWORD)
    await late.refused("wrong_credentials")
    await type_code(late, name, code)
    await late.refused("code_refused")


async def test_slips_with_the_code_are_told_apart(visit: Visit) -> None:
    """A wrong group, a mistyped code, a code that is nobody's, a name that nobody has."""
    page = await arrive(visit, "en", "/")
    await enquire(page, "vertippt")
    await page.button("recovery_written").click()
    fields = page.page.get_by_role("textbox")
    await fields.first.fill("UUUU")
    await page.button("recovery_confirm").click()
    await expect(page.text("recovery_wrong").first).to_be_visible()
    await page.button("recovery_show_again").click()
    code = await page.keep_code()
    late = await arrive(visit, "en", "/login")
    await type_code(late, "vertippt", code[:-1] + ("A" if code[-1] != "A" else "B"))
    await late.refused("recovery_code_invalid")
    await late.field("recover_code_label").fill(code)
    await late.field("name_label").fill("niemand.hier")
    await late.button("go_on").click()
    await late.refused("code_refused")


async def test_whoever_goes_on_without_a_code_is_told_and_can_make_one_later(visit: Visit) -> None:
    """Only on purpose; the account says that it is not confirmed, until it is."""
    page = await arrive(visit, "de", "/")
    await enquire(page, "ohne-code")
    await page.button("recovery_skip").click()
    await expect(page.text("recovery_skip_means")).to_be_visible()
    await page.button("recovery_skip_really").click()
    await expect(page.text("sent_close")).to_be_visible()
    late = await arrive(visit, "de", "/login")
    await late.log_in("ohne-code", PASSWORD)
    await late.link("account_link").click()
    await expect(late.text("account_code_unconfirmed")).to_be_visible()
    await late.page.get_by_role("link").filter(has_text=late.says("account_code_unconfirmed")).click()
    await late.field("password_label").fill(NEW)
    await late.button("code_new_button").click()
    await late.refused("present_password_wrong")
    await late.field("password_label").fill(PASSWORD)
    await late.button("code_new_button").click()
    code = await late.keep_code()
    await late.link("account_back").click()
    await expect(late.text("account_code_confirmed")).to_be_visible()
    again = await arrive(visit, "de", "/login")
    await type_code(again, "ohne-code", code)
    await again.heading("recover_password_title")


async def test_another_password_keeps_the_history_and_ends_the_other_logins(house: House, visit: Visit) -> None:
    """The other device asks to log in again and goes on, with what was typed there."""
    async with asking(house, "wechselt", "addiction", "48155") as (client, _):
        here, there = [await arrive(visit, "en", "/login") for _ in range(2)]
        for page in (here, there):
            await page.log_in(client.name, PASSWORD)
            await page.heading("threads_title")
        await there.open_only_thread()
        await there.field("composer_label").fill("Not sent yet.")
        await here.link("account_link").click()
        await here.page.get_by_role("link").filter(has_text=here.says("account_password_what")).click()
        await here.field("password_present").fill(PASSWORD)
        await here.field("password_new").fill(NEW)
        await here.button("password_change_button").click()
        await expect(here.text("password_change_done")).to_be_visible()
        await there.button("composer_send").click()
        await there.heading("expired_title")
        await there.log_in(client.name, PASSWORD)
        await there.refused("wrong_credentials")
        await there.log_in(client.name, NEW)
        await there.is_stored("Not sent yet.")
        await here.link("account_back").click()
        await here.link("back").click()
        await here.open_only_thread()
        await here.sees("Not sent yet.")


async def test_what_another_browser_began_opens_on_this_one(house: House, visit: Visit) -> None:
    """The agency was pinned there: this page looks into the vault again before it says that nobody knows it."""
    async with asking(house, "zweigeraet", "addiction", "48155") as (client, _):
        page = await arrive(visit, "en", "/login")
        await page.log_in(client.name, PASSWORD)
        await page.heading("threads_title")
        found = await client.find_agency("general", "48155")
        room = await client.write_enquiry(found.agency, "general", "Something else as well.")
        await page.link("account_link").click()
        await page.link("back").click()
        await page.page.locator(f'a[href="/thread/{room.id}"]').click()
        await page.sees("Something else as well.")


async def test_a_stolen_password_goes_with_its_code(visit: Visit) -> None:
    """A weak one and a wrong one change nothing; afterwards neither old password nor old code opens anything."""
    page = await arrive(visit, "de", "/")
    await enquire(page, "bestohlen")
    stolen = await page.keep_code()
    await page.link("sent_open").click()
    await page.sees(TEXT["de"])
    await page.page.goto("/login")
    await page.log_in("bestohlen", PASSWORD)
    await page.link("account_link").click()
    await page.page.get_by_role("link").filter(has_text=page.says("account_stolen_what")).click()
    await expect(page.text("password_stolen_limits")).to_be_visible()
    for present, new, code in ((PASSWORD, "passwort123", "password_weak"), (NEW, OTHER, "present_password_wrong")):
        await page.field("password_present").fill(present)
        await page.field("password_new").fill(new)
        await page.button("password_stolen_button").click()
        await page.refused(code)
    await page.field("password_present").fill(PASSWORD)
    await page.button("password_stolen_button").click()
    await expect(page.text("password_stolen_done")).to_be_visible()
    assert await page.keep_code() != stolen
    late = await arrive(visit, "de", "/login")
    await type_code(late, "bestohlen", stolen)
    await late.refused("code_refused")
    await late.link("back").click()
    await late.log_in("bestohlen", OTHER)
    await late.open_only_thread()
    await late.sees(TEXT["de"])


async def test_a_password_change_whose_answer_got_lost_is_not_lost(house: House, visit: Visit) -> None:
    """The same request goes out again; whoever tries once more is not told that their password is wrong."""
    async with asking(house, "funkloch", "addiction", "48155") as (client, _):
        page = await arrive(visit, "en", "/login")
        await page.log_in(client.name, PASSWORD)
        await page.link("account_link").click()
        await page.page.get_by_role("link").filter(has_text=page.says("account_password_what")).click()
        sent = await lose_one_answer(page.page, "/api/password", "PUT")
        await page.field("password_present").fill(PASSWORD)
        await page.field("password_new").fill(NEW)
        await page.button("password_change_button").click()
        await page.refused("offline")
        await page.button("password_change_button").click()
        await expect(page.text("password_change_done")).to_be_visible()
        assert len(sent) == 2
        assert sent[0] == sent[1]


async def test_a_recovery_whose_answer_got_lost_is_not_lost(visit: Visit) -> None:
    """Even if another password is typed the second time: that one holds in the end."""
    page = await arrive(visit, "en", "/")
    await enquire(page, "funkloch-zwei")
    code = await page.keep_code()
    late = await arrive(visit, "en", "/login")
    await type_code(late, "funkloch-zwei", code)
    await lose_one_answer(late.page, "/api/recovery", "PUT")
    await late.field("password_new").fill(NEW)
    await late.button("recover_button").click()
    await late.refused("offline")
    await late.field("password_new").fill(OTHER)
    await late.button("recover_button").click()
    await late.heading("recover_done_title")
    again = await arrive(visit, "en", "/login")
    await again.log_in("funkloch-zwei", OTHER)
    await again.open_only_thread()
    await again.sees(TEXT["en"])


def newest_blob(house: House, client: Client) -> bytes:
    """What the server keeps of this person's vault."""
    newest = "SELECT blob FROM vaults WHERE account_id = ? ORDER BY version DESC LIMIT 1"
    blob = house.read_from_database(newest, client.account_id)
    assert isinstance(blob, bytes)
    return blob


async def test_a_spoilt_vault_stops_the_page_and_resets_nothing(house: House, visit: Visit) -> None:
    """T9: the page says so and offers no new start; once the server shows the right vault, everything is there."""
    async with asking(house, "verdorben", "addiction", "48155") as (client, _):
        page, right = await arrive(visit, "de", "/login"), newest_blob(house, client)
        exchange = "UPDATE vaults SET blob = ? WHERE blob = ?"
        spoilt = right[:-1] + bytes([right[-1] ^ 1])
        house.write_into_database(exchange, spoilt, right)
        await page.log_in(client.name, PASSWORD)
        await page.heading("stopped_shut_title")
        await expect(page.text("stopped_safe")).to_be_visible()
        assert newest_blob(house, client) == spoilt
        house.write_into_database(exchange, right, spoilt)
        await page.button("stopped_again").click()
        await page.log_in(client.name, PASSWORD)
        await page.open_only_thread()


async def test_an_older_vault_than_this_page_has_seen_stops_it(house: House, visit: Visit) -> None:
    """T7: the same page, a new login, and a server that has rolled the vault back."""
    async with asking(house, "verjaehrt", "addiction", "48155") as (client, _):
        page = await arrive(visit, "en", "/login")
        await page.log_in(client.name, PASSWORD)
        await page.heading("threads_title")
        await page.button("log_out").click()
        newest = "DELETE FROM vaults WHERE blob = ?"
        house.write_into_database(newest, newest_blob(house, client))
        await page.link("start_log_in").click()
        await page.log_in(client.name, PASSWORD)
        await page.heading("stopped_stale_title")
