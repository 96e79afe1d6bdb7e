"""Times with a counsellor, as a client finds, keeps, changes and waits for them, and what happens when nobody comes."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visit
from tests.browser.in_python import PASSWORD, Talk, password_of, talking
from tests.browser.pages import Reading, in_words

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINUTE = timedelta(minutes=1)
NUMBER = "0251 4711 08"
ADDRESS = "Kanalufer 9, dritter Stock"
languages = pytest.mark.parametrize("language", ["de", "en"], ids=["German, phone", "English, desktop"])


async def arrive(visit: Visit, name: str, password: str, language: str) -> Reading:
    german = language == "de"
    page = await visit("/login", locale="de-DE" if german else "en-GB", size=PHONE if german else DESKTOP)
    reading = Reading(page, language)
    await reading.log_in(name, password)
    return reading


async def client_of(visit: Visit, talk: Talk, language: str) -> Reading:
    page = await arrive(visit, talk.client.name, PASSWORD, language)
    await page.open_only_thread()
    return page


async def counsellor_of(visit: Visit, talk: Talk, name: str, language: str) -> Reading:
    page = await arrive(visit, name, password_of(name), language)
    await page.heading("inbox_title")
    await page.section("nav_threads")
    await page.page.locator(f'a[href="/thread/{talk.room.id}"]').first.click()
    await expect(page.log).to_be_visible()
    return page


async def overview(page: Reading) -> None:
    await page.page.evaluate("history.pushState(null, '', '/threads'); dispatchEvent(new PopStateEvent('popstate'))")
    await page.heading("threads_title")


async def choose_kind(page: Reading, key: str) -> None:
    await page.link("book_link").click()
    await page.page.get_by_role("radio", name=page.says(key)).check()


@languages
async def test_a_time_is_kept_extended_let_go_of_booked_moved_and_called_off(
    house: House, visit: Visit, language: str
) -> None:
    """Each step says what follows from it; a time that has run out is not booked."""
    async with talking(house, f"kiebitz{language}", "berger", "addiction", "48147") as talk:
        await talk.answered()
        page = await client_of(visit, talk, language)
        await page.link("book_link").click()
        await page.choose_slot()
        await expect(page.text("hold_until")).to_be_visible()
        await page.button("hold_extend").click()
        await expect(page.text("hold_extended_once")).to_be_visible()
        house.pass_time(20 * MINUTE)
        await page.come_back()
        await expect(page.text("hold_over")).to_be_visible()
        await expect(page.button("book_button")).to_have_count(0)
        await page.button("hold_again").click()
        await page.choose_slot(1)
        await page.button("hold_another").click()
        first = await page.choose_slot(1)
        await page.button("book_button").click()
        await page.heading("book_done")
        await overview(page)
        await page.link("appointment_move").click()
        await page.heading("move_title")
        slot = page.page.get_by_role("button").filter(has=page.page.locator("time")).nth(3)
        later = datetime.fromisoformat(await slot.locator("time").get_attribute("datetime") or "")
        await slot.click()
        await page.button("move_button").click()
        await page.heading("move_done")
        assert later != first
        (kept,) = await talk.client.appointments()
        assert kept.starts_at == later
        await overview(page)
        await expect(page.page.get_by_role("article").get_by_text(in_words(later, language))).to_be_visible()
        await page.button("appointment_cancel").click()
        await page.button("appointment_cancel_yes").click()
        await expect(page.text("appointment_cancelled")).to_be_visible()


async def test_a_month_leads_to_a_day_by_keyboard(house: House, visit: Visit) -> None:
    """Arrows go from free day to free day; enter shows its times."""
    async with talking(house, "pirol", "yilmaz", "addiction", "48147") as talk:
        await talk.answered()
        page = await client_of(visit, talk, "en")
        await page.link("book_link").click()
        await page.page.get_by_text(page.exactly("month_show")).press("Enter")
        days = page.page.locator("[data-day]")
        await days.first.focus()
        await page.page.keyboard.press("ArrowRight")
        chosen = await page.page.evaluate("document.activeElement.dataset.day")
        assert chosen == await days.nth(1).get_attribute("data-day")
        await page.page.keyboard.press("Enter")
        heading = page.page.locator(f"#day-{chosen}")
        await expect(heading).to_be_focused()


async def test_far_away_both_clocks_are_shown(house: House, visit: Visit) -> None:
    """Days and times are the agency's, the device's stand beside them."""
    async with talking(house, "albatros", "nowak", "addiction", "48147") as talk:
        await talk.answered()
        page = Reading(await visit("/login", zone="America/New_York"), "en")
        await page.log_in(talk.client.name, PASSWORD)
        await page.open_only_thread()
        await page.link("book_link").click()
        slot = page.page.get_by_role("button").filter(has=page.page.locator("time")).first
        at = datetime.fromisoformat(await slot.locator("time").get_attribute("datetime") or "")
        there = at.astimezone(ZoneInfo("America/New_York"))
        shown = f"{there.hour % 12 or 12}:{there:%M} {'am' if there.hour < 12 else 'pm'}"
        await expect(slot.get_by_text(page.says("time_here", time=shown))).to_be_visible()
        await expect(page.text("book_zones", zone="Berlin", mine="New York")).to_be_visible()


@languages
async def test_what_becomes_free_is_offered_on_the_open_page_and_taken(
    house: House, visit: Visit, language: str
) -> None:
    """In line, asked, passed on, asked again, taken: then nobody waits any more."""
    async with (
        talking(house, f"rival{language}", "yilmaz", "addiction", "48147") as rival,
        talking(house, f"wartend{language}", "yilmaz", "addiction", "48147") as talk,
    ):
        slots = (await rival.client.slots(rival.room.id)).slots
        first, second = [await rival.client.book(rival.room.id, one) for one in slots[1:3]]
        await talk.answered()
        page = await client_of(visit, talk, language)
        await page.link("book_link").click()
        await page.button("earlier_join").click()
        await expect(page.text("earlier_on")).to_be_visible()
        await rival.counsellor.cancel(first.id)
        await expect(page.page.get_by_role("heading", name=page.says("offer_title"))).to_be_visible()
        await page.button("offer_pass").click()
        await expect(page.page.get_by_role("heading", name=page.says("offer_title"))).to_have_count(0)
        await rival.counsellor.cancel(second.id)
        await page.button("offer_take").click()
        await page.heading("book_done")
        await expect(page.page.get_by_text(in_words(second.starts_at, language)).first).to_be_visible()
        await overview(page)
        await expect(page.page.get_by_role("heading", name=page.exactly("appointments_title"))).to_be_visible()


@languages
async def test_who_waits_alone_is_told_what_happens_next(house: House, visit: Visit, language: str) -> None:
    """At the start, after a quarter of an hour, and when they have said that nobody comes."""
    async with talking(house, f"allein{language}", "lohmann", "family", "48147") as talk:
        await talk.answered()
        page = await client_of(visit, talk, language)
        starts_at = await page.book()
        house.set_clock(starts_at - 10 * MINUTE)
        await page.come_back()
        await expect(page.text("live_ready_at")).to_be_visible()
        await expect(page.text("live_not_yet")).to_be_visible()
        house.set_clock(starts_at)
        await page.come_back()
        await expect(page.text("live_late_client")).to_be_visible()
        await page.button("live_begin").click()
        house.set_clock(starts_at + 15 * MINUTE)
        await page.come_back()
        await expect(page.text("live_alone_client")).to_be_visible()
        await page.button("live_nobody").click()
        await expect(page.text("missed_sorry")).to_be_visible()
        await page.promises(house.now + timedelta(hours=48))


async def test_a_counsellor_waits_and_records(house: House, visit: Visit) -> None:
    """Whoever does not come is recorded kindly, and that can be taken back."""
    async with talking(house, "spaeter", "lohmann", "family", "48147") as talk:
        await talk.answered()
        slot = (await talk.client.slots(talk.room.id)).slots[2]
        booked = await talk.client.book(talk.room.id, slot)
        page = await counsellor_of(visit, talk, "lohmann", "de")
        house.set_clock(booked.starts_at + MINUTE)
        await page.come_back()
        await expect(page.text("live_late_counsellor")).to_be_visible()
        await page.button("live_begin").click()
        house.set_clock(booked.starts_at + 16 * MINUTE)
        await page.come_back()
        await page.button("live_missed_record").click()
        await expect(page.text("live_missed_recorded")).to_be_visible()
        await expect(page.button("live_missed_back")).to_be_visible()


async def test_a_counsellor_waits_and_lengthens(house: House, visit: Visit) -> None:
    """Whoever has written something has come; and the talk goes on longer."""
    async with talking(house, "dochda", "lohmann", "family", "48147") as talk:
        await talk.answered()
        booked = await talk.client.book(talk.room.id, (await talk.client.slots(talk.room.id)).slots[4])
        page = await counsellor_of(visit, talk, "lohmann", "de")
        house.set_clock(booked.starts_at + 16 * MINUTE)
        await page.come_back()
        await page.button("live_begin").click()
        await expect(page.button("live_missed_record")).to_be_visible()
        await talk.room.read()
        await talk.room.write("Entschuldigung, die Bahn.")
        await page.sees("Entschuldigung, die Bahn.")
        await expect(page.button("live_missed_record")).to_have_count(0)
        house.set_clock(booked.ends_at - 5 * MINUTE)
        await page.come_back()
        await page.button("live_longer").click()
        time = in_words(booked.ends_at + 15 * MINUTE, "de").rsplit(", ", 1)[1]
        await expect(page.text("live_on", time=time)).to_be_visible()


@languages
async def test_a_number_is_sealed_shown_for_the_call_and_gone_after_it(
    house: House, visit: Visit, language: str
) -> None:
    """The server never sees it; afterwards neither side does."""
    async with talking(house, f"anruf{language}", "ebbers", "family", "48147") as talk:
        await talk.answered()
        page = await client_of(visit, talk, language)
        await choose_kind(page, "kind_phone")
        starts_at = await page.choose_slot(2)
        await page.page.get_by_label(page.says("needs_phone")).fill(NUMBER)
        await page.button("book_button").click()
        await page.heading("book_done")
        await page.link("book_to_thread").click()
        await page.sees(NUMBER)
        await page.promises_nothing()
        counsellor = await counsellor_of(visit, talk, "ebbers", language)
        await counsellor.sees(NUMBER)
        house.set_clock(starts_at + timedelta(hours=3))
        await counsellor.come_back()
        await expect(counsellor.log.get_by_text(NUMBER)).to_have_count(0)
        await page.page.goto("/login")
        await page.log_in(talk.client.name, PASSWORD)
        await page.open_only_thread()
        await expect(page.text("message_deleted")).to_be_visible()
        await expect(page.log.get_by_text(NUMBER)).to_have_count(0)
        assert NUMBER not in house.log.read_text()


@languages
async def test_where_to_come_is_told_in_the_conversation(house: House, visit: Visit, language: str) -> None:
    """With what somebody needs there; the safety number is offered for comparison."""
    async with talking(house, f"vorort{language}", "akkerman", "family", "48147") as talk:
        await talk.answered()
        page = await client_of(visit, talk, language)
        await choose_kind(page, "kind_on_site")
        await expect(page.text("step_free_yes")).to_be_visible()
        await page.page.get_by_role("radio", name="Wohnung am Kanal").check()
        await page.choose_slot(2)
        await page.page.get_by_label(page.exactly("needs_interpreter")).fill("Dari")
        await page.page.get_by_role("checkbox", name=page.says("needs_companion")).check()
        await page.button("book_button").click()
        await page.heading("book_done")
        await page.link("book_to_thread").click()
        await page.sees("Dari")
        await expect(page.link("meeting_compare")).to_be_visible()
        counsellor = await counsellor_of(visit, talk, "akkerman", language)
        await counsellor.field("meeting_address_label").fill(ADDRESS)
        await counsellor.button("meeting_address_send").click()
        await expect(counsellor.text("meeting_address_sent")).to_be_visible()
        await page.sees(ADDRESS)
