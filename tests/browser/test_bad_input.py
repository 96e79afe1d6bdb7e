"""What people mistype, and what goes wrong without anybody's fault: a clear sentence, and nothing typed is lost."""

import pytest
from playwright.async_api import expect

from chatserver.demo.cast import LOTSENSTELLE
from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import ANSWER, FIRST_WORDS, PASSWORD, Talk, asking, talking
from tests.browser.pages import Reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

MOST_BYTES = 32_768
LANGUAGES = [("de", "de-DE", PHONE), ("en", "en-GB", DESKTOP)]


async def arrive(visit: Visit, path: str, language: str = "en") -> Reading:
    """Somebody opens a page in an empty browser, Germans on their phone."""
    _, locale, size = next(one for one in LANGUAGES if one[0] == language)
    return Reading(await visit(path, locale=locale, size=size), language)


async def open_thread(visit: Visit, talk: Talk) -> Reading:
    """The client's own thread in a browser."""
    page = await arrive(visit, "/login")
    await page.log_in(talk.client.name, PASSWORD)
    await page.open_only_thread()
    await page.sees(FIRST_WORDS)
    return page


@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_slip_on_the_way_to_the_first_message(language: str, visit: Visit) -> None:
    """Postal code, text, name, password: each is refused in words, and the text survives them all."""
    page = await arrive(visit, "/", language)
    sent: list[str] = []
    page.page.on("request", lambda request: sent.append(request.url) if "registration" in request.url else None)
    await page.link("start_write").click()
    await page.page.get_by_role("button", name={"de": "Trauer", "en": "Grief"}[language], exact=True).click()
    for wrong in ("4814", "abcde", ""):
        await page.field("postal_label").fill(wrong)
        await page.button("go_on").click()
        await page.refused("postal_code_invalid")
    await page.field("postal_label").fill("48143")
    await page.button("go_on").click()
    await page.link("agency_write").click()
    text = await slips_of_the_text(page)
    await page.button("go_on").click()
    await page.refused("consent_missing")
    await page.consents()
    await page.button("go_on").click()
    await slips_of_the_name(page)
    assert sent == []
    await page.send_as("berger", PASSWORD)
    await page.refused("name_taken")
    await page.send_as(f"amsel-{language}", PASSWORD)
    await page.heading("sent_title")
    await page.keep_code()
    await page.link("sent_open").click()
    await page.sees(text)


async def slips_of_the_text(page: Reading) -> str:
    """Nothing at all, only spaces, and one byte too many; gives what is left in the field."""
    field = page.field("write_label")
    for nothing in ("", "  \n "):
        await field.fill(nothing)
        await page.button("go_on").click()
        await page.refused("message_empty")
    await field.fill("ä" * (MOST_BYTES // 2) + ".")
    await page.button("go_on").click()
    await page.refused("message_too_large")
    await expect(field).to_have_value("ä" * (MOST_BYTES // 2) + ".")
    fits = "Ein langer Abend. " + "ä" * 500
    await field.fill(fits)
    return fits


async def slips_of_the_name(page: Reading) -> None:
    """Names that are none, and passwords that are too weak: refused here, before anything is sent."""
    for name, password, code in (
        ("", PASSWORD, "name_invalid"),
        ("zwei worte", PASSWORD, "name_invalid"),
        ("🦔🦔🦔", PASSWORD, "name_invalid"),
        ("amsel", "", "password_invalid"),
        ("amsel", "passwort1234", "password_weak"),
        ("amsel", "kurz", "password_weak"),
    ):
        await page.send_as(name, password)
        await page.refused(code)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_wrong_password_and_an_unknown_name_are_told_alike(language: str, visit: Visit) -> None:
    """Or the page would tell who has an account here."""
    page = await arrive(visit, "/login", language)
    for name in ("berger", "niemand-da"):
        await page.say_password(name, "falsch geraten ist auch daneben")
        await page.refused("wrong_credentials")
        await expect(page.field("name_label")).to_have_value(name)


async def test_a_topic_that_nobody_offers_any_more(house: House, visit: Visit) -> None:
    """The page was open while the last agency gave the topic up, and no agency takes the rest."""
    page = await arrive(visit, "/")
    await page.link("start_write").click()
    await page.page.get_by_role("button", name="Men and boys", exact=True).click()
    house.write_into_database("UPDATE agency_topics SET topic = 'men_before' WHERE topic = 'men'")
    house.write_into_database("UPDATE agencies SET fallback = NOT fallback WHERE name = ?", LOTSENSTELLE.name)
    try:
        await page.field("postal_label").fill("48143")
        await page.button("go_on").click()
        await page.refused("topic_not_offered")
    finally:
        house.write_into_database("UPDATE agency_topics SET topic = 'men' WHERE topic = 'men_before'")
        house.write_into_database("UPDATE agencies SET fallback = NOT fallback WHERE name = ?", LOTSENSTELLE.name)


async def test_a_message_that_is_empty_or_too_long_stays_in_its_field(house: House, visit: Visit) -> None:
    """32 KiB of text fit exactly; one byte more is said at once, and can be shortened."""
    async with talking(house, "bachstelze", "lohmann", "family", "48147") as talk:
        page = await open_thread(visit, talk)
        field = page.field("composer_label")
        await page.button("composer_send").click()
        await page.refused("message_empty")
        await field.fill("y" * (MOST_BYTES + 1))
        await page.button("composer_send").click()
        await page.refused("message_too_large")
        await expect(field).to_have_value("y" * (MOST_BYTES + 1))
        await field.fill("y" * MOST_BYTES)
        await page.button("composer_send").click()
        await page.is_stored("y" * MOST_BYTES)
        assert (await talk.desk.read())[-1] == "y" * MOST_BYTES


async def test_a_slot_that_somebody_else_has_just_booked(house: House, visit: Visit) -> None:
    """The page says so, offers the next free ones, and books one of them."""
    async with (
        talking(house, "buchfink", "ebbers", "family", "48147") as talk,
        talking(house, "zeisig", "ebbers", "family", "48147") as rival,
    ):
        await talk.answered()
        page = await open_thread(visit, talk)
        await page.link("book_link").click()
        await page.heading("book_title")
        wanted = (await rival.client.slots(rival.room.id)).slots[0]
        first = page.page.locator(f'button:has(time[datetime="{wanted.starts_at:%Y-%m-%dT%H:%M}:00.000Z"])')
        await expect(first).to_be_visible()
        await rival.client.book(rival.room.id, wanted)
        await first.click()
        await page.refused("slot_taken")
        await expect(page.text("book_next_free")).to_be_visible()
        assert await page.choose_slot() > wanted.starts_at
        await page.button("book_button").click()
        await page.heading("book_done")


async def test_no_time_is_free_so_the_thread_and_its_promise_are_offered(house: House, visit: Visit) -> None:
    """Writing is always possible, and the page says by when it would be answered."""
    async with talking(house, "rohrdommel", "akkerman", "family", "48147") as talk:
        house.write_into_database("DELETE FROM availability_rules WHERE counsellor = ?", talk.counsellor.account_id)
        await talk.answered()
        page = await open_thread(visit, talk)
        await page.link("book_link").click()
        await expect(page.text("book_none")).to_be_visible()
        await expect(page.text("promise_by")).to_be_visible()
        await page.link("book_write").click()
        await expect(page.field("composer_label")).to_be_visible()


async def test_before_anybody_has_taken_the_enquiry_there_is_nobody_to_book(house: House, visit: Visit) -> None:
    """Said in words, not as an empty calendar."""
    async with asking(house, "kleiber", "grief", "48143") as (client, _):
        page = await arrive(visit, "/login")
        await page.log_in(client.name, PASSWORD)
        await page.open_only_thread()
        await page.link("book_link").click()
        await expect(page.text("book_no_counsellor")).to_be_visible()


async def test_what_was_changed_in_the_database_is_not_shown(house: House, visit: Visit) -> None:
    """In its place stands what is the case; what came before and comes after is read as ever."""
    async with talking(house, "haubenmeise", "okafor", "grief", "48143") as talk:
        await talk.answered()
        position = "(SELECT last_position FROM rooms WHERE id = ?)"
        house.write_into_database(
            "UPDATE room_items SET envelope = CAST(substr(envelope, 1, length(envelope) - 1) || x'00' AS BLOB) "
            f"WHERE room = ? AND position = {position}",
            talk.room.id,
            talk.room.id,
        )
        page = await open_thread(visit, talk)
        await expect(page.text("broken")).to_be_visible()
        await expect(page.page.get_by_text(ANSWER)).to_have_count(0)


async def test_markup_stays_words_and_text_from_right_to_left_keeps_its_direction(house: House, visit: Visit) -> None:
    """Nothing runs, nothing beside it turns round. What is pasted by far too much stays in its field."""
    script = "<script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">"
    arabic = "لا أعرف ماذا أفعل (48147)."
    async with talking(house, "zilpzalp", "lohmann", "family", "48147") as talk:
        await talk.desk.read()
        for text in (script, arabic):
            await talk.desk.write(text)
        page = await open_thread(visit, talk)
        await page.sees(script)
        assert await page.page.title() != "taken"
        direction = "words => getComputedStyle(words).direction"
        assert await page.log.get_by_text(arabic).evaluate(direction) == "rtl"
        assert await page.log.get_by_text(script).evaluate(direction) == "ltr"
        field = page.field("composer_label")
        await field.fill("🦔" * 50_000)
        await page.button("composer_send").click()
        await page.refused("message_too_large")
        await expect(field).to_have_value("🦔" * 50_000)
        await field.fill(arabic)
        assert await field.evaluate(direction) == "rtl"
        await page.button("composer_send").click()
        await page.is_stored(arabic)
        assert (await talk.desk.read())[-1] == arabic
